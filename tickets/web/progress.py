"""The line at the top of the status page: received, advice, staff, done, and where the report stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tickets.models import Ticket
from tickets.models.ticket import Status
from tickets.moments import briefly, in_words

NAMES = ("received", "advice", "staff", "done")
# The place of the step that is under way, by the state that is shown; spam is shown as "received".
PLACES: dict[str, int] = {
    Status.NEW: 1,
    Status.SUSPENDED: 1,
    "received": 1,
    Status.SELF_FIX: 1,
    Status.OPEN: 2,
    Status.PENDING: 2,
}
FINISHED = {Status.RESOLVED, Status.CLOSED}


@dataclass(frozen=True)
class Step:
    """`state` is done, now, ahead, or skipped: it was not needed."""

    name: str
    state: str
    at: datetime | None = None
    brief: str = ""
    when: str = ""


def progress(ticket: Ticket, *, heard: Ticket, state: str) -> list[Step]:
    """Return the four steps; `heard` is the ticket on which it goes on, mostly the same."""
    place = _place(ticket, heard, state)
    return [_step(name, _state_of(number, place, heard), ticket, heard) for number, name in enumerate(NAMES)]


def _place(ticket: Ticket, heard: Ticket, state: str) -> int:
    if heard.status in FINISHED:
        return len(NAMES)
    if heard is not ticket or _was_with_staff(ticket):
        return 2
    return PLACES.get(state, 2)


def _state_of(number: int, place: int, heard: Ticket) -> str:
    if number == place:
        return "now"
    if number > place:
        return "ahead"
    return "skipped" if NAMES[number] == "staff" and not _was_with_staff(heard) else "done"


def _was_with_staff(ticket: Ticket) -> bool:
    return bool(ticket.queued_at or ticket.first_agent_reply_at)


def _step(name: str, state: str, ticket: Ticket, heard: Ticket) -> Step:
    at = _moment(name, ticket, heard)
    if at is None or state in {"ahead", "skipped"}:
        return Step(name, state)
    return Step(name, state, at, briefly(at, zone=ticket.zone), in_words(at, zone=ticket.zone))


def _moment(name: str, ticket: Ticket, heard: Ticket) -> datetime | None:
    moments = {
        "received": ticket.created_at,
        "advice": ticket.first_auto_reply_at,
        "staff": _with_staff_at(ticket, heard),
        "done": heard.resolved_at,
    }
    return moments[name]


def _with_staff_at(ticket: Ticket, heard: Ticket) -> datetime | None:
    at = heard.first_agent_reply_at or heard.queued_at
    # What happened to the other report before this one was there is not its story.
    return ticket.queued_at if at and at < ticket.created_at else at
