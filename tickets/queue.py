"""The agents' queue as queries: tabs, and one page of rows.

Nothing here costs more with more tickets: pages are read from the place where the last one
ended, and every filter and order has an index (tickets/models/ticket.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial, reduce
from typing import Any

from django.contrib.auth.models import User
from django.db import models
from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.filters import Filters, narrowed
from tickets.models import Ticket
from tickets.models.ticket import Priority, Status

PAGE = 25

QUEUE_ORDER = ("priority", "due_at", "id")
NEWEST_FIRST = ("-created_at", "-id")
OLDEST_FIRST = ("created_at", "id")
SORTS = {"newest": NEWEST_FIRST, "oldest": OLDEST_FIRST}

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Tab:
    slug: str
    label: str | Promise
    statuses: tuple[str, ...]
    order: tuple[str, ...] = NEWEST_FIRST
    is_mine: bool = False
    is_counted: bool = False
    # The column that says when a ticket came here; "" where nobody waits for the next one.
    arrival: str = ""

    @property
    def sorts(self) -> dict[str, tuple[str, ...]]:
        """The other orders that an index gives, by name."""
        return {name: order for name, order in SORTS.items() if order != self.order}

    def sorted_by(self, name: str) -> tuple[str, ...]:
        return self.sorts.get(name, self.order)

    def of(self, user_pk: Any) -> models.QuerySet[Ticket]:
        """All tickets of the tab; `user_pk` says whose "mine" is."""
        tickets = Ticket.objects.filter(status__in=self.statuses)
        return tickets.filter(assignee=user_pk) if self.is_mine else tickets


TABS: dict[str, Tab] = {
    tab.slug: tab
    for tab in (
        Tab(
            "open",
            _("Needs an agent"),
            (Status.OPEN,),
            order=QUEUE_ORDER,
            is_counted=True,
            arrival="queued_at",
        ),
        Tab(
            "mine",
            _("Mine"),
            (Status.OPEN, Status.PENDING),
            is_mine=True,
            is_counted=True,
            arrival="queued_at",
        ),
        Tab("suspended", _("Held back: spam?"), (Status.SUSPENDED,), is_counted=True),
        Tab("pending", _("Waiting for an answer"), (Status.PENDING,), is_counted=True),
        Tab("held", _("Held for self-help"), (Status.SELF_FIX,), is_counted=True),
        Tab("done", _("Done"), (Status.RESOLVED, Status.CLOSED, Status.MERGED)),
        Tab("spam", _("Spam"), (Status.SPAM,)),
        Tab("all", _("All"), tuple(Status), arrival="created_at"),
    )
}


@dataclass(frozen=True, kw_only=True)
class View:
    """One way of looking at the queue: all that its address says, but for the page."""

    tab: Tab
    filters: Filters
    words: str = ""  # searched for, among the tickets of all tabs
    sort: str = ""  # a key of the tab's sorts


@dataclass(frozen=True)
class Page:
    tickets: list[Ticket] = field(default_factory=list)
    previous: str = ""  # the place to read backwards from; "" when nothing is there
    following: str = ""


def shown(tickets: models.QuerySet[Ticket]) -> models.QuerySet[Ticket]:
    """What a row shows; the text of its screenshots may be ten times all the rest."""
    return tickets.select_related("assignee", "incident").defer("screen_text")


def read_page(
    tab: Tab, filters: Filters, *, user: User, sort: str = "", after: str = "", before: str = ""
) -> Page:
    """Read the page after, or before, a place that an earlier page named; the first page without one.

    The place is the row's own sort key, so that rows which come and go meanwhile neither
    repeat nor hide others. A place that cannot be read gives the first page.
    """
    forwards = tab.sorted_by(sort)
    place = _place(after or before, order=forwards)
    is_backwards = bool(before and not after and place)
    order = _reversed(forwards) if is_backwards else forwards
    tickets = list(shown(_rows(tab, filters, user=user, order=order, place=place)))
    is_more = len(tickets) > PAGE
    tickets = tickets[:PAGE]
    if is_backwards:
        tickets.reverse()
    return Page(
        tickets,
        previous=_name_of(tickets[0], forwards) if tickets and (is_more if is_backwards else place) else "",
        following=_name_of(tickets[-1], forwards) if tickets and (is_backwards or is_more) else "",
    )


def _rows(
    tab: Tab, filters: Filters, *, user: User, order: tuple[str, ...], place: tuple | None
) -> models.QuerySet[Ticket]:
    tickets = narrowed(Ticket.objects.all(), filters, user=user)
    if tab.is_mine:
        tickets = tickets.filter(assignee=user)
    if place:
        tickets = tickets.filter(_beyond(place, order=order))
    tickets = tickets.order_by(*order)
    parts = [tickets.filter(part)[: PAGE + 1] for part in _parts(tab, filters, order=order)]
    if len(parts) == 1:
        return parts[0]
    first_of_each = [Ticket.objects.filter(pk__in=part.values("pk")).values("pk") for part in parts]
    merged = reduce(partial(type(tickets).union, all=True), first_of_each)
    return Ticket.objects.filter(pk__in=merged).order_by(*order)[: PAGE + 1]


def _parts(tab: Tab, filters: Filters, *, order: tuple[str, ...]) -> list[models.Q]:
    """Split the tab so that each part is one range of an index.

    Every index begins with the status, and that of the queue's order has the priority before due_at.
    The first rows of each part, merged, are the first of all, where one condition over several would
    read and sort everything.
    """
    if not filters.sla:
        return [models.Q(status=status) for status in tab.statuses]
    if "priority" in order[0]:
        return [models.Q(status=Status.OPEN, priority=priority) for priority in Priority]
    return [models.Q(status__in=tab.statuses)]


def _beyond(place: tuple, *, order: tuple[str, ...]) -> TupleGreaterThan | TupleLessThan:
    # A row comparison, (a, b) < (x, y), is one range of the index; the same spelt with OR is not.
    columns = tuple(F(name.removeprefix("-")) for name in order)
    comparison = TupleLessThan if order[0].startswith("-") else TupleGreaterThan
    return comparison(columns, place)


def _reversed(order: Sequence[str]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def _name_of(ticket: Ticket, order: tuple[str, ...]) -> str:
    values = (getattr(ticket, name.removeprefix("-")) for name in order)
    return "_".join(
        str((value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value) for value in values
    )


def _place(text: str, *, order: tuple[str, ...]) -> tuple | None:
    parts = text.split("_")
    if len(parts) != len(order) or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        return tuple(
            EPOCH + int(part) * MICROSECOND if name.endswith("_at") else int(part[:18])
            for part, name in zip(parts, order, strict=True)
        )
    except (OverflowError, ValueError):
        return None
