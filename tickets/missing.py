"""What a report lacks that came by mail: asked for in the advice, and filled in on a page of its own."""

from __future__ import annotations

from tickets.models import Ticket
from tickets.models.event import EventKind
from tickets.models.ticket import Channel, SignupPrecision

CONTACT, SIGNUP, DEVICE = "contact", "signup", "device"


def missing_from(ticket: Ticket) -> tuple[str, ...]:
    """Return the codes of what is not known; nothing once the requester has filled the page in.

    A form asks for all of it, so only mail lacks any. Its address is the sender's, which need not be
    the one that was to be registered. Asked again would be who has answered "I do not remember".
    """
    if ticket.channel != Channel.EMAIL or ticket.is_finished:
        return ()
    if ticket.events.filter(kind=EventKind.COMPLETED).exists():
        return ()
    lacks = {
        SIGNUP: ticket.signup_precision == SignupPrecision.UNKNOWN,
        DEVICE: not ticket.device,
        CONTACT: True,
    }
    return tuple(code for code, is_missing in lacks.items() if is_missing)
