"""How many tickets a tab and a saved view hold, and what has come in meanwhile; capped, or it would scan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from tickets.filters import LATE, SOON, due, narrowed
from tickets.models import Ticket
from tickets.models.ticket import Status
from tickets.queue import TABS, View

COUNT_CAP = 1000
SMALL_CAP = 100
# A ticket is triaged within seconds; one that waits longer says that no worker runs.
TRIAGE_TAKES = timedelta(minutes=1)


class CappedCount(Subquery):
    """The number of rows of a sliced queryset, as a column."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = models.IntegerField()


def count_all(user: User, *, views: Mapping[str, View]) -> dict[str, int]:
    """Count every counted tab, the views, "untriaged", LATE and SOON, in one query.

    Tabs count up to COUNT_CAP, views up to SMALL_CAP: there may be many of them.
    """
    counted = {
        tab.slug: _capped(tab.of(OuterRef("pk")), at=COUNT_CAP) for tab in TABS.values() if tab.is_counted
    }
    late = Ticket.objects.filter(status=Status.NEW, created_at__lt=timezone.now() - TRIAGE_TAKES)
    late = late.filter(suspended_because="")  # one that was suspended has only now begun to wait
    counted["untriaged"] = _capped(late, at=COUNT_CAP)
    for sla in (LATE, SOON):
        counted[sla] = _capped(Ticket.objects.filter(due(sla)), at=COUNT_CAP)
    for key, view in views.items():
        counted[key] = _capped(narrowed(view.tab.of(user.pk), view.filters, user=user), at=SMALL_CAP)
    return cast(dict[str, int], User.objects.filter(pk=user.pk).values(**counted).get())


def count_arrivals(view: View, *, user: User, since: datetime) -> int:
    """How many tickets have come into this view since then, up to SMALL_CAP; 0 where nobody waits for any."""
    if not view.tab.arrival:
        return 0
    came = narrowed(view.tab.of(user.pk), view.filters, user=user).filter(
        **{f"{view.tab.arrival}__gt": since}
    )
    if view.tab.arrival == "queued_at":
        came = came.filter(status=Status.OPEN)
    return came.order_by()[:SMALL_CAP].count()


def _capped(tickets: models.QuerySet[Ticket, Any], *, at: int) -> CappedCount:
    return CappedCount(tickets.order_by().values("pk")[:at])
