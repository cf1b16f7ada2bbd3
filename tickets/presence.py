"""Presence: a lease on looking at a ticket, which the open page renews.

It is no event: who looked is nobody's business tomorrow. What matters is who is here now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from tickets.models import Message, Presence, Ticket

POLL = timedelta(seconds=15)
# Three polls: one that is lost makes nobody disappear.
LEASE = 3 * POLL
# So long an ended lease tells when an agent was at the desk last.
KEPT = timedelta(days=7)
NAMES = ("user__username", "user__first_name", "user__last_name")
AT_ONCE = 10_000  # rows


class NoSuchTicket(Exception):
    """The page is open on a ticket that is gone."""


class HasLeft(Exception):
    """The page was closed while it asked: its last word overtook the one before."""


@dataclass(frozen=True)
class Sight:
    """A ticket as of now, and who else has it open."""

    ticket: Ticket  # its status and agent only
    last_message: int  # 0 before the first
    others: list[Presence]


def renew(ticket_pk: int, *, is_writing: bool, by: User) -> Sight:
    """Say that the agent has the ticket open, and for LEASE on.

    Two queries, and no transaction around them, from the second time on. Raises NoSuchTicket, HasLeft.
    """
    until = timezone.now() + LEASE
    lease = {"here_until": until, "writing_until": until if is_writing else None}
    if not Presence.objects.filter(ticket=ticket_pk, user=by).update(**lease):
        _begin(Presence(ticket_id=ticket_pk, user=by, **lease))
    return _sight(ticket_pk, by=by)


def leave(ticket_pk: int, *, by: User) -> None:
    """End the lease now; the row stays, and tells when they were here."""
    theirs = Presence.objects.running().filter(ticket=ticket_pk, user=by)
    theirs.update(here_until=timezone.now(), writing_until=None)


def others(ticket: Ticket, *, by: User) -> list[Presence]:
    """Who else has the ticket open, those who write first."""
    here = Presence.objects.running().filter(ticket=ticket).exclude(user=by)
    return _writers_first(here.select_related("user"))


def others_by_ticket(tickets: Iterable[Ticket], *, by: User) -> dict[int, list[Presence]]:
    """The same for a page of tickets, by their keys, in one query."""
    here = Presence.objects.running().filter(ticket__in=[ticket.pk for ticket in tickets]).exclude(user=by)
    found: dict[int, list[Presence]] = defaultdict(list)
    for each in _writers_first(here.select_related("user")):
        found[each.ticket_id].append(each)
    return dict(found)


def writers(ticket: Ticket, *, by: User) -> list[User]:
    """Who else is writing a reply to the ticket."""
    writing = Presence.objects.running().writing().filter(ticket=ticket).exclude(user=by)
    return [each.user for each in writing.select_related("user").order_by("pk")]


def last_seen() -> dict[int, datetime]:
    """When each agent had a ticket open last, by user; within KEPT."""
    now = timezone.now()
    latest = Presence.objects.order_by().values_list("user").annotate(Max("here_until"))
    return {user: min(until, now) for user, until in latest}


def now_here() -> set[int]:
    """The users who have some ticket open now."""
    return set(Presence.objects.running().values_list("user", flat=True))


def discard_old() -> int:
    """Delete leases that ended KEPT ago, at most AT_ONCE; return how many."""
    over = Presence.objects.filter(here_until__lt=timezone.now() - KEPT).order_by("here_until")
    pks = list(over.values_list("pk", flat=True)[:AT_ONCE])
    return Presence.objects.filter(pk__in=pks).delete()[0]


def _begin(row: Presence) -> None:
    """Store a first lease, which another window of the agent may be storing at the same moment."""
    try:
        Presence.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["ticket", "user"],
            update_fields=["here_until", "writing_until"],
        )
    except IntegrityError as error:
        raise NoSuchTicket from error


def _sight(ticket_pk: int, *, by: User) -> Sight:
    # What the conversation shows; a mail with the link alone stands among the events.
    said = Message.objects.without_links()
    latest = said.filter(ticket=OuterRef("ticket")).order_by("-id").values("pk")[:1]
    # Of what was merged into it; the latest by an aggregate, for which nobody reads messages backwards.
    merged = said.filter(ticket__merged_into=OuterRef("ticket")).order_by()
    of_merged = merged.values("ticket__merged_into").annotate(latest=Max("pk")).values("latest")
    last_message = Greatest(Coalesce(Subquery(latest), 0), Coalesce(Subquery(of_merged), 0))
    here = Presence.objects.running().filter(ticket=ticket_pk).annotate(last_message=last_message)
    # The agent's own row is among them, and brings the ticket along.
    rows = here.select_related("user", "ticket__assignee").only(
        "here_until",
        "writing_until",
        *NAMES,
        "ticket__status",
        *(f"ticket__assignee__{name.removeprefix('user__')}" for name in NAMES),
    )
    found = _writers_first(rows)
    own: Any = next((each for each in found if each.user_id == by.pk), None)
    if own is None:
        raise HasLeft
    return Sight(own.ticket, own.last_message, [each for each in found if each is not own])


def _writers_first(rows: Iterable[Presence]) -> list[Presence]:
    return sorted(rows, key=lambda each: (not each.is_writing, each.pk))
