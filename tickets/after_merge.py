"""What the requester of a merged ticket gets to see of the one that it went into.

Whoever typed an address into the form holds the page of that report, and has proved nothing.
An agent's merge must not become their key to what somebody else has written; see docs/adr/0015.
"""

from __future__ import annotations

from django.db.models import QuerySet

from tickets.models import Merge, Message, Ticket
from tickets.models.message import MERGED_NOTICE, MessageKind
from tickets.people import is_same_mailbox, registration_of


def page_in_mail(message: Message) -> Ticket:
    """Return the ticket whose page a mail opens.

    The notice of a merge opens the page of the other ticket when it goes to the mailbox that
    gets all mail of that one anyway. Every other mail opens its own.
    """
    ticket = message.ticket
    into = ticket.merged_into if message.purpose == MERGED_NOTICE else None
    return into if into and is_same_mailbox(message.recipient, into.mail_address) else ticket


def shares_mailbox(ticket: Ticket) -> bool:
    into = ticket.merged_into
    return into is not None and is_same_mailbox(ticket.mail_address, into.mail_address)


def shares_account(ticket: Ticket) -> bool:
    """Whether both reports name the same account; a device or a reply address says nothing of it."""
    into = ticket.merged_into
    return into is not None and bool(registration_of(ticket) & registration_of(into))


def answers_since(ticket: Ticket) -> QuerySet[Message]:
    """Return what our staff has answered on the other ticket since the merge; nothing for another account.

    It is what they would have answered here. What was written before stays on its own page.
    """
    if not shares_account(ticket):
        return Message.objects.none()
    began = _merged_at(ticket)
    if began is None:
        return Message.objects.none()
    return Message.objects.filter(
        ticket=ticket.merged_into, kind=MessageKind.REPLY, created_at__gt=began
    ).order_by("id")


def _merged_at(ticket: Ticket):
    """Return since when the ticket goes on where it does: the last of the merges that led there."""
    merges = Merge.objects.filter(ticket__merged_into=ticket.merged_into, undone_at=None)
    steps = {merge.ticket_id: merge for merge in merges}
    moments, step = [], steps.get(ticket.pk)
    while step:
        moments.append(step.created_at)
        step = steps.get(step.into_id)
    return max(moments, default=None)
