"""Where a mail of ours comes back to: an address of its own, so that nobody's text has to be believed."""

from __future__ import annotations

from django.conf import settings

from tickets.mail.signed_address import signed_address, word_in
from tickets.models import Message

SALT = "tickets.return_path"


def return_path(message: Message) -> str:
    """Return the envelope sender of one message, or "" for the null return path; see docs/adr/0020."""
    if not settings.BOUNCE_ADDRESS:
        return ""
    return signed_address(settings.BOUNCE_ADDRESS, str(message.pk), salt=SALT)


def message_of(address: str) -> Message | None:
    """Return the message that went out with this return path, or None for one that we have not made."""
    word = word_in(address, mailbox=settings.BOUNCE_ADDRESS, salt=SALT) or ""
    if not (word.isascii() and word.isdigit() and len(word) < 19):
        return None
    return Message.objects.outgoing().select_related("ticket").filter(pk=int(word)).first()
