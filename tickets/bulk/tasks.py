"""The background work of bulk changes: one turn per bell."""

from celery import shared_task

from tickets.bells import ring
from tickets.bulk import work
from tickets.models import BulkJob

SWEEP = 20  # jobs


@shared_task
def work_bulk_job(pk: int) -> None:
    if work.work(pk):
        ring(work_bulk_job, pk)


@shared_task
def sweep_bulk_jobs() -> None:
    """Ring again for jobs whose worker has gone."""
    ring(work_bulk_job, *BulkJob.objects.due().order_by("pk").values_list("pk", flat=True)[:SWEEP])
