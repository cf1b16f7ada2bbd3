"""Other tickets of the same person, as the ticket page shows them: why it is thought so, what can be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from tickets import desk, merging
from tickets.admin.event_sentences import TRACES
from tickets.admin.queue_rows import label_of
from tickets.linking import Kin, second_account_among
from tickets.models import Ticket
from tickets.people import registration_of
from triage.advice import account_advice

SHOWN = 10


@dataclass(frozen=True)
class Other:
    kin: Kin
    can_come_here: bool  # be merged into the ticket of the page
    can_take_this: bool  # have the ticket of the page merged into it

    @property
    def ticket(self) -> Ticket:
        return self.kin.ticket

    @property
    def label(self) -> str:
        return label_of(self.ticket.category) if self.ticket.category else ""

    @property
    def because(self) -> str:
        return " · ".join(str(words) for kind, words in TRACES.items() if kind in self.kin.because)


@dataclass(frozen=True)
class Merged:
    """A ticket that went into the one of the page; `reads_answers`: its requester sees new ones there too."""

    ticket: Ticket
    may_undo: bool
    reads_answers: bool


@dataclass(frozen=True)
class SecondAccount:
    """An earlier ticket named another account; the advice about it, in the requester's language."""

    kin: Kin
    advice: str


def others_of(ticket: Ticket, kin: Iterable[Kin], *, by: User) -> list[Other]:
    """Return the kin that is not merged into the ticket anyway: the sure ones first, each latest first."""
    apart = [each for each in kin if each.ticket.merged_into_id != ticket.pk]
    shown = sorted(apart, key=lambda each: not each.is_sure)[:SHOWN]
    return [_other(ticket, each, by=by) for each in shown]


def living_among(others: Sequence[Other], ticket: Ticket) -> Other | None:
    """Return the one that an agent must know of before answering: surely of this person, and unfinished."""
    if ticket.is_finished:
        return None
    return next((each for each in others if each.kin.is_sure and not each.ticket.is_finished), None)


def second_account_of(ticket: Ticket, kin: Iterable[Kin]) -> SecondAccount | None:
    found = second_account_among(kin, ticket)
    if found is None or ticket.is_finished:
        return None
    return SecondAccount(found, account_advice(ticket.language, has_two=found.is_sure))


def merged_here(ticket: Ticket, merged: Iterable[Ticket], *, by: User) -> list[Merged]:
    """Return what went into the ticket of the page."""
    return [
        Merged(
            each, _may_work_both(each, ticket, by=by), bool(registration_of(each) & registration_of(ticket))
        )
        for each in merged
    ]


def may_undo(ticket: Ticket, *, by: User) -> bool:
    """Whether to offer, on its own page, that a merged ticket is taken out again."""
    return ticket.merged_into is not None and _may_work_both(ticket, ticket.merged_into, by=by)


def _may_work_both(one: Ticket, other: Ticket, *, by: User) -> bool:
    return by.has_perm("tickets.change_ticket") and all(desk.may_work(t, by=by) for t in (one, other))


def _other(ticket: Ticket, kin: Kin, *, by: User) -> Other:
    other = kin.ticket
    may = _may_work_both(ticket, other, by=by)
    return Other(
        kin,
        can_come_here=may and merging.can_go_in(other) and merging.can_take_in(ticket),
        can_take_this=may and merging.can_go_in(ticket) and merging.can_take_in(other),
    )
