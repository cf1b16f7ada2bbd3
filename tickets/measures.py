"""What each figure counts: one function per measure, with the words that say so on the page.

Every measure is asked about one window and finds its rows by an index, so that its cost follows what
happened in the window, not how many tickets there are. Spam counts nowhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets import sla
from tickets.models import Event, Ticket
from tickets.models.event import ActorKind, EventKind
from tickets.models.ticket import Resolution, Status
from tickets.models.ticket_choices import NO_REPORT
from tickets.periods import Window
from tickets.sketch import Sketch

COMES_BACK_WITHIN = timedelta(hours=72)
COMES_BACK_HINT = _(
    "Came back: within 72 hours after it the same person wrote on the ticket, said that it still fails, or"
    " sent another report. Only resolutions that are 72 hours old can say so."
)
REPORTS = [status for status in Status if status not in NO_REPORT]
CHUNK = 2000
WAIT = F("ticket__first_agent_reply_at") - F("ticket__created_at")
# What the end of a hold says about the fix, by the state it led to and why.
FIX_ENDS = {
    (Status.RESOLVED, Resolution.REQUESTER): "fix_confirmed",
    (Status.RESOLVED, Resolution.ASSUMED): "fix_assumed",
    (Status.OPEN, "still_failing"): "fix_failed",
    (Status.OPEN, "requester_wrote"): "fix_failed",
    (Status.OPEN, "hold_ended"): "fix_silent",
}


Key = TypeVar("Key", str, int)


class Tally(Generic[Key]):
    """Counts and sketches of durations, by category or by agent."""

    def __init__(self) -> None:
        self.counts: defaultdict[Key, Counter[str]] = defaultdict(Counter)
        self.times: defaultdict[Key, defaultdict[str, Sketch]] = defaultdict(lambda: defaultdict(Sketch))

    def count(self, column: str, key: Key, number: int = 1) -> None:
        self.counts[key][column] += number

    def time(self, column: str, key: Key, duration: timedelta) -> None:
        self.times[key][column].add(duration.total_seconds())

    @property
    def keys(self) -> set[Key]:
        return set(self.counts) | set(self.times)


Counting = Callable[[Window, Tally[str]], None]


@dataclass(frozen=True)
class Measure:
    hint: str | Promise
    count: Counting


MEASURES: dict[str, Measure] = {}


def measure(
    hint: str | Promise,
) -> Callable[[Counting], Counting]:
    """Register a function that adds to a tally what a window holds, under its own name."""

    def register(count: Counting) -> Counting:
        MEASURES[count.__name__] = Measure(hint, count)
        return count

    return register


@measure(
    _(
        "Reports that came in during the period, without spam. A report that goes on after a closed ticket"
        " is a new one."
    )
)
def arrivals(window: Window, tally: Tally[str]) -> None:
    """Tickets by their creation."""
    for category, number in _by_category(_created(window)):
        tally.count("arrived", category, number)


@measure(
    _(
        "From the report to the automatic reply with advice, for reports that came in during the period. It"
        " stands on the status page at once; the mail may take longer."
    )
)
def first_auto(window: Window, tally: Tally[str]) -> None:
    """Seconds from creation to first_auto_reply_at, in the period of the creation."""
    answered = _created(window).filter(first_auto_reply_at__isnull=False)
    waits = answered.values_list("category", F("first_auto_reply_at") - F("created_at"))
    for category, wait in waits.iterator(chunk_size=CHUNK):
        tally.time("first_auto", category, wait)


@measure(
    _(
        "From the report to the first answer an agent wrote, for first answers of the period. Nights,"
        " holidays and the time in which the requester tried the advice are in it: this is the wait people"
        " feel."
    )
)
def first_human(window: Window, tally: Tally[str]) -> None:
    """Seconds from creation to first_agent_reply_at, in the period of the answer."""
    for category, wait in _first_replies(window).order_by().values_list("ticket__category", WAIT):
        tally.time("first_human", category, wait)


@measure(
    _(
        "Resolutions of the period: the requester said that it works, an agent resolved it, or it was assumed"
        " after silence. Not counted: what an agent took back before the requester wrote again."
    )
)
def resolutions(window: Window, tally: Tally[str]) -> None:
    """Moves to resolved, by who said so, and how many of them came back within COMES_BACK_WITHIN."""
    found = (
        _resolutions(window)
        .annotate(because=KT("data__because"), came_back=Exists(_wrote_again()) | Exists(_reported_again()))
        .values_list("ticket__category", "because", "came_back")
        .order_by()
        .annotate(Count("pk"))
    )
    for category, because, came_back, number in found:
        if because in Resolution:
            tally.count(f"resolved_{because}", category, number)
            tally.count("came_back", category, number if came_back else 0)


@measure(
    _(
        "Holds for self-help that ended in the period. Confirmed: the requester said that it works. Assumed:"
        " nothing was heard until the hold ran out. Failed: the requester said so, or wrote. No answer: the"
        " hold ran out and the ticket went to the agents."
    )
)
def self_fix(window: Window, tally: Tally[str]) -> None:
    """Moves out of self_fix that say something about the fix; an agent's or a failed mail's say nothing."""
    ended = (
        _moves(window)
        .filter(data__before=Status.SELF_FIX)
        .annotate(after=KT("data__after"), because=KT("data__because"))
        .values_list("ticket__category", "after", "because")
        .order_by()
        .annotate(Count("pk"))
    )
    for category, after, because, number in ended:
        if column := FIX_ENDS.get((after, because)):
            tally.count(column, category, number)


@measure(
    _(
        "Kept: the first answer by an agent came by the promised time, counted when it came. Broken: that"
        " time passed in the period without one. Not counted: tickets without a promise, and those resolved"
        " before anybody had to answer."
    )
)
def response_promise(window: Window, tally: Tally[str]) -> None:
    """first_agent_reply_at against response_due_at, in the period in which it was decided."""
    kept = _first_replies(window).filter(ticket__first_agent_reply_at__lte=F("ticket__response_due_at"))
    for category, number in _by_category(kept, "ticket__category"):
        tally.count("response_met", category, number)
    late = sla.answered_late(now=timezone.now())
    for category, number in _by_category(_fell_due("response_due_at", window).filter(late)):
        tally.count("response_breached", category, number)


@measure(
    _(
        "Kept: resolved by the promised time, counted when it was resolved. Broken: that time passed in the"
        " period and the ticket was not resolved. Only tickets that were in the agents' queue."
    )
)
def resolution_promise(window: Window, tally: Tally[str]) -> None:
    """resolved_at against resolution_due_at, in the period in which it was decided."""
    resolved = Ticket.objects.filter(
        resolved_at__gte=window.start,
        resolved_at__lt=window.end,
        resolution_due_at__isnull=False,
    )
    kept = _meant(resolved, window).filter(sla.RESOLVED_IN_TIME)
    for category, number in _by_category(kept):
        tally.count("resolution_met", category, number)
    late = sla.resolved_late(now=timezone.now())
    for category, number in _by_category(_fell_due("resolution_due_at", window).filter(late)):
        tally.count("resolution_breached", category, number)


def answers_by_agent(window: Window) -> Tally[int]:
    """Replies each agent wrote, and how long the requesters had waited where it was the first answer."""
    tally = Tally[int]()
    written = _replies(window).filter(actor__isnull=False).order_by()
    for agent, number in written.values_list("actor").annotate(Count("pk")):
        tally.count("answered", agent, number)
    first = _first_replies(window).filter(actor__isnull=False)
    for agent, wait in first.order_by().values_list("actor", WAIT):
        tally.time("first_human", agent, wait)
    return tally


def count_window(window: Window) -> Tally[str]:
    """Everything that MEASURES count in the window, by category."""
    tally = Tally[str]()
    for each in MEASURES.values():
        each.count(window, tally)
    return tally


def _by_category(rows: QuerySet, column: str = "category") -> QuerySet:
    return rows.order_by().values_list(column).annotate(Count("pk"))


def _created(window: Window) -> QuerySet[Ticket]:
    # By the states that count: the index begins with the status.
    created = Ticket.objects.filter(created_at__gte=window.start, created_at__lt=window.end)
    return _meant(created.filter(status__in=REPORTS), window)


def _meant(rows: QuerySet, window: Window, *, ticket: str = "pk") -> QuerySet:
    return rows if window.tickets is None else rows.filter(**{f"{ticket}__in": window.tickets})


def _moves(window: Window) -> QuerySet[Event]:
    return _events(EventKind.MOVED, window)


def _replies(window: Window) -> QuerySet[Event]:
    return _events(EventKind.REPLIED, window)


def _events(kind: str, window: Window) -> QuerySet[Event]:
    happened = Event.objects.filter(kind=kind, created_at__gte=window.start, created_at__lt=window.end)
    return _meant(happened.exclude(ticket__status__in=NO_REPORT), window, ticket="ticket")


def _first_replies(window: Window) -> QuerySet[Event]:
    earlier = Event.objects.filter(ticket=OuterRef("ticket"), kind=EventKind.REPLIED, pk__lt=OuterRef("pk"))
    answered = _replies(window).filter(ticket__first_agent_reply_at__isnull=False)
    return answered.filter(~Exists(earlier))


def _resolutions(window: Window) -> QuerySet[Event]:
    next_move = Event.objects.filter(ticket=OuterRef("ticket"), kind=EventKind.MOVED, pk__gt=OuterRef("pk"))
    next_mover = Subquery(next_move.order_by("pk").values("actor_kind")[:1])
    moves = _moves(window).filter(data__after=Status.RESOLVED).annotate(next_mover=next_mover)
    return moves.filter(Q(next_mover=None) | ~Q(next_mover=ActorKind.AGENT))


def _wrote_again() -> QuerySet[Event]:
    return Event.objects.filter(
        ticket=OuterRef("ticket"),
        pk__gt=OuterRef("pk"),
        actor_kind=ActorKind.REQUESTER,
        kind__in=[EventKind.MOVED, EventKind.INFORMED],
        created_at__lte=OuterRef("created_at") + COMES_BACK_WITHIN,
    )


def _reported_again() -> QuerySet[Ticket]:
    return Ticket.objects.filter(
        requester_key=OuterRef("ticket__requester_key"),
        created_at__gt=OuterRef("created_at"),
        created_at__lte=OuterRef("created_at") + COMES_BACK_WITHIN,
    ).exclude(Q(requester_key="") | Q(status__in=NO_REPORT))


def _fell_due(column: str, window: Window) -> QuerySet[Ticket]:
    until = min(window.end, timezone.now())
    due = Ticket.objects.filter(**{f"{column}__gte": window.start, f"{column}__lt": until})
    return _meant(due.exclude(status__in=NO_REPORT), window)
