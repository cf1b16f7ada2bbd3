"""What there is about one person: tickets, mail that is on none, and where else their address stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import Q, QuerySet

from tickets import search, suppression
from tickets.digests import digests_of
from tickets.mail.answering import SENDER_DIGITS, SENDER_PURPOSE
from tickets.models import IncomingMail, Message, SavedView, SuppressedAddress, Ticket, Trace
from tickets.models.incoming_mail import MailState
from tickets.models.privacy import IdentifierKind
from tickets.models.trace import TraceKind
from tickets.privacy.identifiers import Identifier

MENTIONS = 20  # tickets of others that are named
TRACE_OF = {IdentifierKind.EMAIL: TraceKind.MAILBOX, IdentifierKind.PHONE: TraceKind.PHONE}


@dataclass(frozen=True)
class Theirs:
    """A ticket of the person, by its contacts; no texts are loaded."""

    ticket: Ticket
    is_for_other: bool  # they are answered there, but another mailbox or number was registered


def tickets_of(person: Identifier) -> list[Theirs]:
    """Return the tickets on which the person is registered, is answered, or was answered before.

    Who reports for another account is there too: whoever is answered is who wrote.
    """
    found = Ticket.objects.filter(pk__in=_candidates(person)).order_by("pk")
    tickets = found.defer("description", "screen_text")
    return [
        Theirs(ticket, is_for_other=not _is_registered(person, ticket))
        for ticket in tickets
        if person.is_in(ticket.registered_email, ticket.registered_phone, ticket.reply_email)
        or _was_answered(person, ticket)
    ]


def mails_of(person: Identifier) -> QuerySet[IncomingMail]:
    """Mail that came from their mailbox, on a ticket or not; what is not filed yet is none of it."""
    if person.kind != IdentifierKind.EMAIL:
        return IncomingMail.objects.none()
    senders = [digest[:SENDER_DIGITS] for digest in digests_of(person.key, purpose=SENDER_PURPOSE)]
    return IncomingMail.objects.filter(sender_digest__in=senders).exclude(state=MailState.NEW)


def suppressed_of(person: Identifier) -> QuerySet[SuppressedAddress]:
    if person.kind != IdentifierKind.EMAIL:
        return SuppressedAddress.objects.none()
    return SuppressedAddress.objects.filter(key__in=suppression.spellings_of(person.value))


def views_of(person: Identifier) -> QuerySet[SavedView]:
    """Views of the queue that agents kept and that search for the person."""
    says = Q(query__icontains=person.value) | Q(query__icontains=quote(person.value))
    return SavedView.objects.filter(says)


def mentions_of(person: Identifier, *, besides: list[int]) -> list[Ticket]:
    """Return others' tickets whose words name the person: for somebody to read, MENTIONS at most."""
    found = search.matching(Ticket.objects.exclude(pk__in=besides), person.value)
    return list(found.defer("description", "screen_text")[:MENTIONS])


def _candidates(person: Identifier) -> set[int]:
    traced = Trace.objects.filter(kind=TRACE_OF[person.kind], key=person.key)
    pks = set(traced.values_list("ticket", flat=True))
    # What is not triaged, or was taken for spam at once, has left no trace.
    for rows in _untraced(person):
        pks |= set(rows.values_list("pk", flat=True))
    return pks


def _untraced(person: Identifier) -> Iterator[QuerySet[Ticket]]:
    yield Ticket.objects.filter(requester_key=person.key)
    if person.kind == IdentifierKind.PHONE:
        yield Ticket.objects.filter(registered_phone=person.value).exclude(registered_phone="")
    else:
        yield Ticket.objects.filter(reply_email__iexact=person.value).exclude(reply_email="")


def _is_registered(person: Identifier, ticket: Ticket) -> bool:
    registered = [each for each in (ticket.registered_email, ticket.registered_phone) if each]
    return not registered or person.is_in(*registered)


def _was_answered(person: Identifier, ticket: Ticket) -> bool:
    recipients = Message.objects.filter(ticket=ticket).exclude(recipient="")
    return person.is_in(*recipients.values_list("recipient", flat=True))
