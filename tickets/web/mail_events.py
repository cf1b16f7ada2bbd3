"""What a mail provider tells by webhook, of mail of ours and of mail to us; anymail checks who tells it."""

from __future__ import annotations

import logging
import re

from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, EventType, RejectReason
from django.db.models import Q

from tickets import bounces, outbox
from tickets.mail.incoming import receive
from tickets.mail.status_codes import status_in
from tickets.models import Message
from tickets.models.incoming_mail import MailSource

logger = logging.getLogger(__name__)

NOT_IN_A_HEADER = re.compile(r"[\x00-\x20\x7f]")
# Why a provider did not even try, where it says so in a word of its own.
REJECTED = {
    RejectReason.INVALID: "5.1.3",
    RejectReason.BOUNCED: "5.1.1",
    RejectReason.BLOCKED: "5.7.1",
}


def heed(*, event: AnymailTrackingEvent, **kwargs: object) -> None:
    """Take one event; what is about no message of ours, or tells nothing new, is left alone."""
    message = _message_of(event.message_id)
    if message is None:
        logger.info("the mail provider tells of a message that is not ours: %s", event.event_type)
        return
    if event.event_type == EventType.COMPLAINED or event.reject_reason == RejectReason.SPAM:
        bounces.note_complaint(message)
    elif event.event_type in {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}:
        _note_failure(message, event)
    elif event.event_type == EventType.DELIVERED:
        outbox.mark_delivered(message)


def take_in(*, event: AnymailInboundEvent, **kwargs: object) -> None:
    """Keep a mail that the provider has received for us; the provider tells again until we have."""
    receive(_raw(event.message), source=MailSource.WEBHOOK)


def _raw(mail: AnymailInboundMessage) -> bytes:
    """The mail as a server of ours would have kept it: with its envelope on top."""
    envelope = {"Return-Path": mail.envelope_sender, "Delivered-To": mail.envelope_recipient}
    lines = [
        f"{name}: <{NOT_IN_A_HEADER.sub('', address).strip('<>')}>\r\n"
        for name, address in envelope.items()
        if address is not None and name not in mail
    ]
    return "".join(lines).encode("ascii", "replace") + mail.as_bytes()


def _message_of(message_id: object) -> Message | None:
    """By the provider's own id, or by our Message-ID, which some give back without its brackets."""
    given = str(message_id or "").strip()
    if not given or "\0" in given:
        return None
    bare = given.strip("<>")
    is_it = Q(provider_id__in=[given, bare, f"<{bare}>"]) | Q(message_id=f"<{bare}>")
    return Message.objects.outgoing().select_related("ticket").filter(is_it).first()


def _note_failure(message: Message, event: AnymailTrackingEvent) -> None:
    said = " ".join(str(each) for each in (event.mta_response, event.description) if each)
    status = status_in(said) or REJECTED.get(event.reject_reason, "")
    if event.event_type == EventType.FAILED and not status:
        status = "5.6.0"  # the provider could not make a mail of it: nothing the address can help
    bounces.note_bounce(message, status=status, said=said or str(event.event_type))
