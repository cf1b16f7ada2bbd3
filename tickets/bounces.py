"""Mail of ours that came back: the message has failed, its address rests, and the ticket knows why."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message as Mail

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import lifecycle, meters, outbox, pipeline, suppression
from tickets.actors import SYSTEM, Actor, agent
from tickets.mail import dsn
from tickets.mail.return_path import message_of
from tickets.mail.status_codes import blames_address, reading_of
from tickets.models import Message, SuppressedAddress
from tickets.models.event import EventKind
from tickets.models.message import Delivery
from tickets.models.suppressed_address import SuppressionReason

logger = logging.getLogger(__name__)

# RFC 3463: "other undefined status", for who only says that it failed.
UNKNOWN = "5.0.0"
# What can still come back; what has failed or was never mailed cannot.
UNDER_WAY = (Delivery.QUEUED, Delivery.SENDING, Delivery.SENT)


@dataclass(frozen=True)
class Undelivered:
    """An address that our last mail did not reach; `reading` is one of triage.report.BOUNCES, or ""."""

    address: str
    status: str
    reading: str


def undelivered_of(messages: Iterable[Message]) -> list[Undelivered]:
    """Return which addresses gave back the last mail they were sent; messages of one ticket, oldest first."""
    last: dict[str, Message] = {}
    for message in messages:
        if message.recipient and (message.has_bounced or message.delivery == Delivery.SENT):
            last[message.recipient.lower()] = message
    return [
        Undelivered(message.recipient, message.bounce_status, reading_of(message.bounce_status))
        for message in last.values()
        if message.has_bounced
    ]


def note_bounce(message: Message, *, status: str, said: str, by: Actor = SYSTEM) -> None:
    """A mail of ours did not arrive for good: keep why, mail the address no more, look at the ticket again.

    `status` is an RFC 3463 code such as "5.1.1", or "" when unknown; `said` are the other system's words.
    A second bounce of the same message changes nothing. The address is suppressed when it is to blame,
    and advice goes to the ticket's other address then.
    """
    status = status[:12] or UNKNOWN
    with transaction.atomic():
        ticket = lifecycle.lock(message.ticket)
        if not _mark_bounced(message, status=status, said=said):
            return
        lifecycle.record(ticket, EventKind.MAIL_FAILED, by=by, message=message.pk, status=status)
        if blames_address(status):
            suppression.suppress(
                message.recipient, reason=SuppressionReason.BOUNCE, status=status, ticket=ticket
            )
            outbox.queue_advice_elsewhere(message)  # the sweep finds it
        if not message.is_to_somebody_else:
            outbox.bring_to_agents(ticket)
            _look_again(message, status=status)
    meters.count("kayasupport_messages_total", kind=str(message.kind), result="bounced")
    logger.warning("message %s of %s came back: %s", message.pk, ticket.reference, status)


def take_report(mail: bytes | Mail, *, to: Iterable[str]) -> Message | None:
    """Take a mail that came back; return the message of ours that it is about, None when it is about none.

    `to` are the addresses it was sent to, from its envelope or head: the signed return path says which
    message it is about, and whatever comes there is never answered, a report or not. One that came elsewhere
    is believed when it returns our Message-ID, which only who had the mail can know, and names its recipient.
    """
    report = dsn.parse(mail)
    message = next((found for address in to if (found := message_of(address))), None)
    if message is None and report:
        message = _returned(report)
    if message and report and report.is_failure:
        note_bounce(message, status=report.status, said=report.said)
    return message


def _returned(report: dsn.DeliveryReport) -> Message | None:
    if not report.message_id or not report.recipient:
        return None
    outgoing = Message.objects.outgoing().select_related("ticket")
    return outgoing.filter(message_id=report.message_id, recipient__iexact=report.recipient).first()


def note_complaint(message: Message, *, by: Actor = SYSTEM) -> None:
    """Whoever got our mail has called it spam: their address is mailed no more, and the ticket says so."""
    with transaction.atomic():
        ticket = lifecycle.lock(message.ticket)
        if (
            not message.recipient
            or ticket.events.filter(kind=EventKind.COMPLAINED, data__message=message.pk).exists()
        ):
            return
        suppression.suppress(message.recipient, reason=SuppressionReason.COMPLAINT, ticket=ticket)
        if not message.is_to_somebody_else:
            lifecycle.record(ticket, EventKind.COMPLAINED, by=by, message=message.pk)


def allow_again(pk: int, *, by: User) -> SuppressedAddress | None:
    """Let a suppressed address be mailed again, and tell its ticket who did; None when it may be already."""
    with transaction.atomic():
        lifted = suppression.lift(pk, by=by)
        if lifted and lifted.ticket:
            lifecycle.record(lifted.ticket, EventKind.MAIL_ALLOWED, by=agent(by), suppressed=pk)
    return lifted


def _mark_bounced(message: Message, *, status: str, said: str) -> bool:
    """Whatever attempt it is by now: a mail that came back is no worker's to send once more."""
    under_way = Message.objects.filter(pk=message.pk, delivery__in=UNDER_WAY)
    return bool(
        under_way.update(
            delivery=Delivery.FAILED,
            lease_until=None,
            failed_at=timezone.now(),
            sent_at=None,
            bounce_status=status,
            last_error=" ".join(said.replace("\0", " ").split())[:300],
        )
    )


def _look_again(message: Message, *, status: str) -> None:
    """Let triage know, where no human has spoken: what it makes of an address in doubt is its business."""
    if not reading_of(status):
        return
    try:
        pipeline.reconsider(message.ticket_id, because="mail_failed")
    except Exception:
        # The bounce must be kept; a better guess is not worth losing it.
        logger.exception("%s could not be reconsidered", message.ticket.reference)
