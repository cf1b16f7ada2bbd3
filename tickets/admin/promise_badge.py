"""What is promised on a ticket, in words: how much opening time is left, or since when it is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.utils import timezone
from django.utils.translation import gettext as _

from tickets import promises, sla
from tickets.admin.wording import moment
from tickets.models import Ticket
from tickets.models.service import Owed
from tickets.models.ticket import Status

# From here on opening time is told in hours: its days are shorter than the sun's.
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Badge:
    """Its word, the colour that repeats it, which of the two promises it is about, and when that is due."""

    text: str
    colour: str
    promise: str
    due: str = ""


def badge_of(ticket: Ticket) -> Badge | None:
    """Return what the queue shows of the clock; None for a ticket that has none, or is finished."""
    if ticket.status == Status.OPEN and ticket.due_at:
        return _running(ticket, ticket.due_at, now=timezone.now())
    if ticket.status in {Status.PENDING, Status.SELF_FIX} and ticket.queued_at:
        return Badge(_("paused"), "grey", _label(ticket))
    return None


def in_opening_time(passed: timedelta) -> str:
    """Spell so much opening time, rounded up: 18 min, 3 h."""
    minutes = max(1, ceil(passed / timedelta(minutes=1)))
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 3 and rest:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    return _("%(count)s h") % {"count": hours}


def _running(ticket: Ticket, due_at: datetime, *, now: datetime) -> Badge:
    promised = promises.current()
    left = promised.calendar.between(now, due_at)
    colour = "red" if due_at <= now else "amber" if left <= promised.due_soon else "grey"
    text = _("%(time)s late") if due_at <= now else _("%(time)s left")
    return Badge(text % {"time": in_opening_time(abs(left))}, colour, _label(ticket), moment(due_at))


def _label(ticket: Ticket) -> str:
    return str(Owed(sla.owed(ticket)).label)


@dataclass(frozen=True)
class Promised:
    """The clock of one ticket among its facts."""

    badge: Badge | None
    answered_in_time: bool | None  # None: not answered yet, or nothing was promised
    resolved_in_time: bool | None
    paused_since: datetime | None
    left: str  # while it is paused


def promised_on(ticket: Ticket, *, last_move_at: datetime | None) -> Promised:
    badge = badge_of(ticket)
    is_paused = badge is not None and ticket.due_at is None
    left = sla.left(ticket, at=timezone.now()) if is_paused else timedelta()
    return Promised(
        badge=badge,
        answered_in_time=_in_time(ticket.first_agent_reply_at, ticket.response_due_at),
        resolved_in_time=_in_time(ticket.resolved_at, ticket.resolution_due_at),
        paused_since=(ticket.pending_since_at or last_move_at) if is_paused else None,
        left=in_opening_time(left) if left > timedelta() else "",
    )


def _in_time(done_at: datetime | None, due_at: datetime | None) -> bool | None:
    return done_at <= due_at if done_at and due_at else None
