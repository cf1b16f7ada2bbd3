"""Working on a claimed bulk change, a few seconds at a time: triage shares the workers."""

from __future__ import annotations

import logging
import time

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from tickets import desk, lifecycle
from tickets.bulk.deeds import DEEDS, Deed, Gone, remember
from tickets.models import BulkItem, BulkJob, Ticket
from tickets.models.bulk import BulkState, ItemState
from tickets.queue import TABS, Filters, narrowed

logger = logging.getLogger(__name__)

TURN = 5.0  # seconds, then others have theirs
BATCH = 100
GATHERED_AT_ONCE = 1000
# Of a whole list, the oldest; the rest wants a second job, and a second thought.
LIMIT = 10_000

# Why a ticket was left as it was: the code that its item keeps.
REFUSALS: dict[type[Exception], str] = {
    desk.NotYours: "not_yours",
    desk.AlreadyTaken: "not_yours",
    desk.UnknownCategory: "gone",
    desk.HoldsSecrets: "secrets",
    lifecycle.ForbiddenTransition: "status",
    Gone: "gone",
}


def work(pk: int) -> bool:
    """Work on the job for TURN seconds if it is there to be claimed; True when something is left.

    Each ticket is changed in one transaction with its item, so that a worker that dies has changed
    it and said so, or neither. After settings.MAX_ATTEMPTS turns that ended so, the ticket at which
    they did is left out.
    """
    job = BulkJob.objects.claim(pk)
    if job is None:
        return False
    if job.is_worn_out:
        _leave_out_first(job)
    until = time.monotonic() + TURN
    while time.monotonic() < until:
        if job.last_pk is not None:
            _gather(job)
        elif not _work_batch(job, until=until):
            _end(job)
            return False
    _mine(job).update(lease_until=None, attempts=0)
    return _mine(job, attempts=0).exists()


def _gather(job: BulkJob) -> None:
    """Make the items of the next tickets of the list."""
    room = min(GATHERED_AT_ONCE, LIMIT - job.items.count())
    pks = list(_list_of(job).order_by("pk").values_list("pk", flat=True)[:room]) if room > 0 else []
    with transaction.atomic():
        # Somebody may have stopped the job, or our lease ran out: then it is not ours to fill.
        if _mine(job).select_for_update().first() is None:
            job.last_pk = None
            return
        BulkItem.objects.bulk_create(
            (BulkItem(job=job, ticket_id=pk) for pk in pks), batch_size=500, ignore_conflicts=True
        )
        job.gathered_pk = pks[-1] if pks else job.gathered_pk
        job.last_pk = job.last_pk if len(pks) == GATHERED_AT_ONCE else None
        job.save(update_fields=["gathered_pk", "last_pk"])


def _list_of(job: BulkJob) -> QuerySet[Ticket]:
    if job.started_by is None:
        return Ticket.objects.none()
    query = dict(job.query or {})
    tab = TABS[query.pop("tab")]
    tickets = narrowed(Ticket.objects.all(), Filters(**query), user=job.started_by)
    tickets = tickets.filter(status__in=tab.statuses, pk__gt=job.gathered_pk, pk__lte=job.last_pk or 0)
    return tickets.filter(assignee=job.started_by) if tab.is_mine else tickets


def _work_batch(job: BulkJob, *, until: float) -> bool:
    """Change, or take back, the next tickets; False when none is left or the job is not ours."""
    is_undoing = job.state == BulkState.UNDOING
    state = ItemState.DONE if is_undoing else ItemState.WAITING
    by = _active(job.undone_by_id if is_undoing else job.started_by_id)
    pks = list(job.items.filter(state=state).values_list("pk", flat=True)[:BATCH])
    for pk in pks:
        if time.monotonic() >= until:
            return True
        if not _mine(job).exists():
            return False
        if is_undoing:
            _undo(pk, job, by=by)
        else:
            _change(pk, job, by=by)
    return bool(pks)


def _active(pk: int | None) -> User | None:
    """Read anew for each batch: rights may be taken while a job runs."""
    return User.objects.filter(pk=pk, is_active=True).first() if pk else None


def _change(pk: int, job: BulkJob, *, by: User | None) -> None:
    deed = DEEDS[job.kind]
    try:
        with transaction.atomic():
            item = BulkItem.objects.select_for_update().get(pk=pk, state=ItemState.WAITING)
            ticket = lifecycle.lock(item.ticket)
            if by is None or not by.has_perm(deed.needs):
                _leave(item, ItemState.REFUSED, because="no_right")
                return
            item.before = remember(deed, ticket)
            last = _last_event(ticket, deed)
            deed.perform(ticket, job.choice, by)
            item.event_pk = _last_event(ticket, deed)
            # No event, no change: the ticket was so already.
            item.state = ItemState.SAME if item.event_pk == last else ItemState.DONE
            item.save(update_fields=["state", "before", "event_pk"])
    except BulkItem.DoesNotExist:
        return  # another worker was faster
    except tuple(REFUSALS) as error:
        _refuse(pk, because=REFUSALS[type(error)])
    except Exception:
        # One ticket that cannot be changed must not keep the others from it.
        logger.exception("item %s of bulk change %s failed", pk, job.pk)
        _refuse(pk, because="failed")


def _undo(pk: int, job: BulkJob, *, by: User | None) -> None:
    deed = DEEDS[job.kind]
    try:
        with transaction.atomic():
            item = BulkItem.objects.select_for_update().get(pk=pk, state=ItemState.DONE)
            ticket = lifecycle.lock(item.ticket)
            because = _keeps(item, ticket, deed, by=by)
            if because or deed.undo is None or by is None:
                _leave(item, ItemState.KEPT, because=because)
                return
            deed.undo(ticket, item.before or {}, by)
            _leave(item, ItemState.UNDONE, because="")
    except BulkItem.DoesNotExist:
        return
    except Exception:
        logger.exception("item %s of bulk change %s could not be undone", pk, job.pk)
        BulkItem.objects.filter(pk=pk).update(state=ItemState.KEPT, because="failed")


def _keeps(item: BulkItem, ticket: Ticket, deed: Deed, *, by: User | None) -> str:
    """Why the change stays, as a code; "" when it can be taken back."""
    if by is None or not by.has_perm(deed.needs):
        return "no_right"
    if not desk.may_work(ticket, by=by):
        return "not_yours"
    return "" if _last_event(ticket, deed) == item.event_pk else "changed"


def _last_event(ticket: Ticket, deed: Deed) -> int | None:
    return ticket.events.filter(kind=deed.event).aggregate(last=Max("pk"))["last"]


def _leave(item: BulkItem, state: ItemState, *, because: str) -> None:
    item.state, item.because = state, because
    item.save(update_fields=["state", "because"])


def _refuse(pk: int, *, because: str) -> None:
    BulkItem.objects.filter(pk=pk, state=ItemState.WAITING).update(state=ItemState.REFUSED, because=because)


def _leave_out_first(job: BulkJob) -> None:
    """The ticket at which the workers died: the first that is still to be done."""
    state = ItemState.DONE if job.state == BulkState.UNDOING else ItemState.WAITING
    left = ItemState.KEPT if job.state == BulkState.UNDOING else ItemState.REFUSED
    first = job.items.filter(state=state).values_list("pk", flat=True)[:1]
    BulkItem.objects.filter(pk__in=list(first)).update(state=left, because="failed")


def _mine(job: BulkJob, *, attempts: int | None = None) -> QuerySet[BulkJob]:
    """The job's row, as long as the lease is ours and nobody has stopped it."""
    return BulkJob.objects.filter(
        pk=job.pk, state=job.state, attempts=job.attempts if attempts is None else attempts
    )


def _end(job: BulkJob) -> None:
    state = BulkState.UNDONE if job.state == BulkState.UNDOING else BulkState.FINISHED
    _mine(job).update(state=state, ended_at=timezone.now(), lease_until=None, attempts=0)
