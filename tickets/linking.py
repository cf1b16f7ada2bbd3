"""Other tickets of the same person: found by the traces they leave, and linked before an agent sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction

from tickets import joining, lifecycle
from tickets.models import Ticket, Trace
from tickets.models.ticket_choices import NO_REPORT
from tickets.models.trace import TraceKind
from tickets.people import registration_of, traces_of
from triage.misspelling import edits, is_near_miss

# The latest tickets with the same trace that are looked at. A mailbox of a whole office has many more.
LATEST = 20
# So many wrong digits make another number, not a slip.
DIGIT_SLIPS = 2


@dataclass(frozen=True)
class Kin:
    """Another ticket that the same person seems to have written, and which traces say so."""

    ticket: Ticket
    because: frozenset[str]

    @property
    def is_sure(self) -> bool:
        """Not by the device alone: on a campus many share a network and a model of phone."""
        return bool(self.because - {TraceKind.DEVICE})


def link(ticket: Ticket) -> list[Kin]:
    """Leave the ticket's traces, find its kin and link it to the earlier one; return the kin.

    The traces are committed before the look at others: of two tickets that come at the same
    moment at least one finds the other, and links the later one.
    """
    leave_traces(ticket)
    kin = kin_of(ticket)
    _link(ticket, earlier_among(kin, ticket))
    for later in kin:
        if is_second_contact(later.ticket, after=ticket) and later.is_sure:
            _link(later.ticket, [Kin(ticket, later.because)])
    return kin


def leave_traces(ticket: Ticket) -> None:
    """Let later tickets of the same person find this one; those left before stay."""
    Trace.objects.bulk_create(
        (Trace(ticket=ticket, kind=kind, key=key) for kind, key in traces_of(ticket)), ignore_conflicts=True
    )


def kin_of(ticket: Ticket) -> list[Kin]:
    """Return the other tickets of the same person, latest first; spam is nobody's.

    A device counts for settings.SAME_PERSON_WINDOW only. One query, of index probes with a
    limit, however many tickets there are.
    """
    mine = traces_of(ticket)
    others = _candidates(ticket).order_by("-pk")
    kin = [Kin(other, frozenset(kind for kind, _key in mine & traces_of(other))) for other in others]
    return [each for each in kin if each.is_sure or (each.because and _is_near(ticket, each.ticket))]


def earlier_among(kin: Iterable[Kin], ticket: Ticket) -> list[Kin]:
    """Return what the person has surely reported before, within the window."""
    return [each for each in kin if each.is_sure and is_second_contact(ticket, after=each.ticket)]


def is_second_contact(ticket: Ticket, *, after: Ticket) -> bool:
    return ticket.pk > after.pk and _is_near(ticket, after)


def second_account_among(kin: Iterable[Kin], ticket: Ticket) -> Kin | None:
    """Return an earlier ticket that named another account: the latest, a sure one before a guess."""
    others = [
        each
        for each in kin
        if is_second_contact(ticket, after=each.ticket) and is_other_account(each.ticket, ticket)
    ]
    return next(iter(sorted(others, key=lambda each: not each.is_sure)), None)


def is_other_account(one: Ticket, other: Ticket) -> bool:
    """Whether two reports of one person name two accounts: two mailboxes, or two numbers.

    A mailbox here and a number there may be one account; an address that was corrected is one.
    """
    if registration_of(one) & registration_of(other):
        return False
    return _are_two_mailboxes(one, other) or _are_two_numbers(one, other)


def _are_two_mailboxes(one: Ticket, other: Ticket) -> bool:
    addresses = one.registered_email, other.registered_email
    return all(addresses) and not is_near_miss(*addresses)


def _are_two_numbers(one: Ticket, other: Ticket) -> bool:
    numbers = one.registered_phone, other.registered_phone
    return all(numbers) and edits(*numbers, limit=DIGIT_SLIPS) >= DIGIT_SLIPS


def _candidates(ticket: Ticket) -> models.QuerySet[Ticket]:
    found: list[models.QuerySet] = [
        # The slice stands inside: SQLite has none in the parts of a union.
        Trace.objects.filter(
            pk__in=Trace.objects.filter(kind=kind, key=key).order_by("-ticket").values("pk")[: LATEST + 1]
        ).values("ticket")
        for kind, key in traces_of(ticket)
    ]
    # One that waits for triage has left no trace yet.
    untraced = Ticket.objects.of_person(ticket.requester_key).order_by("-pk").values("pk")[: LATEST + 1]
    found.append(Ticket.objects.filter(pk__in=untraced).values("pk"))
    tickets = Ticket.objects.filter(pk__in=found[0].union(*found[1:], all=True))
    return tickets.exclude(pk=ticket.pk).exclude(status__in=NO_REPORT).defer("description", "screen_text")


def _is_near(one: Ticket, other: Ticket) -> bool:
    return abs(one.created_at - other.created_at) < settings.SAME_PERSON_WINDOW


def _link(ticket: Ticket, earlier: list[Kin]) -> None:
    """Link the ticket to the one that matters most to an agent: a living one, else the latest."""
    if not earlier or ticket.earlier_id:
        return
    nearest = min(earlier, key=lambda each: (each.ticket.is_finished, -each.ticket.pk))
    with transaction.atomic():
        ticket = lifecycle.lock(ticket)
        if ticket.earlier_id is None:
            joining.link(ticket, to=nearest.ticket, because=nearest.because)
