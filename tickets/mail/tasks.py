"""The background work of incoming mail: an id in, one call; a sweep for what nobody has heard of."""

from celery import shared_task

from tickets.bells import ring
from tickets.mail import filing
from tickets.models import IncomingMail

SWEEP = 100  # mails


@shared_task
def file_mail(pk: int) -> None:
    filing.file_mail(pk)


@shared_task
def sweep_mail() -> None:
    """Ring again for mail that waits unclaimed, oldest first."""
    ring(file_mail, *IncomingMail.objects.due().order_by("pk").values_list("pk", flat=True)[:SWEEP])
