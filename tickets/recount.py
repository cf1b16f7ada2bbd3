"""Open tickets counted anew after leads have changed hours or targets: a batch at a time, in the background.

How far it has come stands in a row, so that a lost bell costs seconds; counting twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tickets import promises, sla
from tickets.models import ServicePolicy, Ticket
from tickets.models.ticket import Status

BATCH = 500
# So long after a change other processes may still give out deadlines by what was set before. To count
# earlier would leave those as they are.
SETTLING = timedelta(seconds=2 * promises.KEPT)


def due() -> list[int]:
    """The policies after whose change open tickets wait to be counted: none, or the one."""
    return list(_unfinished().values_list("pk", flat=True))


def count_next(pk: int) -> bool:
    """Count the next batch by what is promised now; return whether more is left."""
    with transaction.atomic():
        # Locked: a change meanwhile waits for this batch, and then has it counted again.
        policy = _unfinished().select_for_update().filter(pk=pk).first()
        if policy is None:
            return False
        promises.forget()
        waiting = Ticket.objects.filter(status=Status.OPEN, pk__gt=policy.recount_after).order_by("pk")
        tickets = list(waiting.defer("description", "screen_text").select_for_update()[:BATCH])
        _count(tickets)
        is_more = len(tickets) == BATCH
        ServicePolicy.objects.filter(pk=pk).update(recount_after=tickets[-1].pk if is_more else None)
    return is_more


def _count(tickets: Iterable[Ticket]) -> None:
    """Give locked tickets their deadlines by what is promised now; no event: nobody has touched them."""
    changed = []
    for ticket in tickets:
        deadlines = sla.counted(ticket)
        if any(getattr(ticket, name) != due_at for name, due_at in deadlines.items()):
            vars(ticket).update(deadlines)
            changed.append(ticket)
    Ticket.objects.bulk_update(changed, ["response_due_at", "resolution_due_at", "due_at"])


def _unfinished() -> QuerySet[ServicePolicy]:
    settled = Q(changed_at=None) | Q(changed_at__lte=timezone.now() - SETTLING)
    return ServicePolicy.objects.filter(settled, recount_after__isnull=False)
