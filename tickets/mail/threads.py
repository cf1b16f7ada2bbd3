"""Which ticket a mail answers: by the address it was sent to, by what it refers to, by its subject."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tickets.mail.parsing import Parsed
from tickets.mail.reply_token import ticket_of
from tickets.models import Message, Ticket
from tickets.models.ticket import REFERENCE_ALPHABET
from tickets.people import mailbox_key

MAX_ADDRESSES = 20
LETTERS = f"[{REFERENCE_ALPHABET}]{{4}}"
REFERENCE = re.compile(rf"\[(KS-{LETTERS}-{LETTERS})\]", re.IGNORECASE)


@dataclass(frozen=True)
class Thread:
    """The ticket that a mail answers. `how` is "token", "answers" or "subject".

    A token and a Message-ID of ours were seen by somebody who had our mail; the number in a subject
    proves nothing.
    """

    ticket: Ticket
    how: str
    message: Message | None = None  # of ours, which was answered

    @property
    def is_proved(self) -> bool:
        return self.how != "subject"

    def is_from(self, address: str) -> bool:
        """Whether the address is one of those that the ticket was reported with."""
        known = {mailbox_key(self.ticket.registered_email), mailbox_key(self.ticket.reply_email)} - {""}
        return mailbox_key(address) in known


def thread_of(mail: Parsed) -> Thread | None:
    return _by_token(mail) or by_answers(mail) or _by_subject(mail)


def by_answers(mail: Parsed) -> Thread | None:
    """The nearest mail of ours that this one refers to, or that came back in it."""
    ids = [*mail.answers, mail.returned_id] if mail.returned_id else list(mail.answers)
    if not ids:
        return None
    ours = Message.objects.filter(message_id__in=ids).select_related("ticket")
    found = {message.message_id: message for message in ours}
    nearest = next((found[each] for each in ids if each in found), None)
    return Thread(nearest.ticket, "answers", nearest) if nearest else None


def _by_token(mail: Parsed) -> Thread | None:
    for address in mail.recipients[:MAX_ADDRESSES]:
        ticket = ticket_of(address)
        if ticket:
            return Thread(ticket, "token")
    return None


def _by_subject(mail: Parsed) -> Thread | None:
    named = REFERENCE.search(mail.subject)
    ticket = Ticket.objects.filter(reference=named[1].upper()).first() if named else None
    return Thread(ticket, "subject") if ticket else None
