"""Starting, stopping and taking back a bulk change; working on it is in work.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tickets.bells import ring
from tickets.bulk import tasks
from tickets.bulk.deeds import DEEDS
from tickets.models import BulkItem, BulkJob, Ticket
from tickets.models.bulk import BulkState, ItemState


class NotUndoable(Exception):
    """Mail that went out cannot be taken back, nor what is still being worked on."""


def start(*, kind: str, choice: str, pks: Iterable[int], by: User) -> BulkJob:
    """Change these tickets; those that are not there (any more) are left out."""
    with transaction.atomic():
        job = BulkJob.objects.create(kind=kind, choice=choice, started_by=by)
        found = Ticket.objects.filter(pk__in=set(pks)).order_by("pk").values_list("pk", flat=True)
        BulkItem.objects.bulk_create(BulkItem(job=job, ticket_id=pk) for pk in found)
        _ring(job)
    return job


def start_on_list(*, kind: str, choice: str, query: Mapping[str, str], by: User) -> BulkJob:
    """Change every ticket of a list, given as its tab and filters; the worker gathers them."""
    with transaction.atomic():
        last_pk = Ticket.objects.aggregate(last=Max("pk"))["last"] or 0
        job = BulkJob.objects.create(
            kind=kind, choice=choice, query=dict(query), last_pk=last_pk, started_by=by
        )
        _ring(job)
    return job


def stop(job: BulkJob) -> None:
    """End the job where it is; what was changed stays changed, until it is undone."""
    with transaction.atomic():
        job = BulkJob.objects.select_for_update().get(pk=job.pk)
        if job.state == BulkState.RUNNING:
            _set(job, state=BulkState.STOPPED, ended_at=timezone.now())


def can_undo(job: BulkJob) -> bool:
    """Whether there is something to take back, and a way to do so."""
    deed = DEEDS.get(job.kind)
    has_ended = job.state in {BulkState.FINISHED, BulkState.STOPPED}
    return bool(deed and deed.undo and has_ended and job.items.filter(state=ItemState.DONE).exists())


def undo(job: BulkJob, *, by: User) -> None:
    """Take back what nobody has decided otherwise since, in the background. Raises NotUndoable."""
    with transaction.atomic():
        job = BulkJob.objects.select_for_update().get(pk=job.pk)
        if not can_undo(job):
            raise NotUndoable
        _set(job, state=BulkState.UNDOING, undone_by=by, ended_at=None, last_pk=None)
        _ring(job)


def _set(job: BulkJob, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(job, name, value)
    job.lease_until, job.attempts = None, 0
    job.save(update_fields=[*columns, "lease_until", "attempts"])


def _ring(job: BulkJob) -> None:
    transaction.on_commit(lambda: ring(tasks.work_bulk_job, job.pk), robust=True)
