"""Where an answer to our mail goes: an address of the ticket's own, signed."""

from __future__ import annotations

from django.conf import settings

from tickets.mail.signed_address import signed_address, word_in
from tickets.models import Ticket

SALT = "tickets.reply_to"


def reply_address(ticket: Ticket) -> str | None:
    """Return the address for Reply-To, or None while no mailbox is named that somebody reads."""
    if not settings.SUPPORT_MAILBOX:
        return None
    return signed_address(settings.SUPPORT_MAILBOX, ticket.reference, salt=SALT)


def ticket_of(address: str) -> Ticket | None:
    """Return the ticket that an address was made for, or None; it proves nothing about who writes."""
    word = word_in(address, mailbox=settings.SUPPORT_MAILBOX, salt=SALT)
    return Ticket.objects.filter(reference=word.upper()).first() if word else None
