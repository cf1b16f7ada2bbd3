"""The outbox: queue a message on a ticket, and write what became of it; delivery.py sends it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tickets import after_merge, lifecycle, mail_caps, meters, shared_clock, suppression
from tickets.actors import SYSTEM
from tickets.mail.answering import unanswered_because
from tickets.mail.outgoing import new_message_id
from tickets.models import Message, Ticket
from tickets.models.event import EventKind
from tickets.models.message import ADVICE, ADVICE_ELSEWHERE, MERGED_NOTICE, Delivery, MessageKind
from tickets.models.ticket import Status
from tickets.people import is_same_mailbox, mailbox_key
from triage.advice import Advice

logger = logging.getLogger(__name__)


def queue_auto_reply(ticket: Ticket, *, advice: Advice) -> Message:
    """Put the advice on the ticket, and on its way by mail unless that would be abuse.

    Suppressed means: no address to write to, or a cap is reached. The advice stands on the
    status page all the same.
    """
    because = unanswered_because(ticket)
    if not because:
        to = ticket.mail_address
        because = mail_caps.withheld_because(to, caps=mail_caps.caps_of_form(ticket, to=to))
    return create(
        ticket,
        kind=MessageKind.AUTO_REPLY,
        purpose=ADVICE,
        subject=advice.subject,
        body=advice.as_text(),
        advice=advice.as_json(),
        suppressed_because=because,
    )


def queue_reply(ticket: Ticket, *, body: str, author: User) -> Message:
    """Put an agent's answer on the ticket and on its way, where there is an address."""
    return create(
        ticket,
        kind=MessageKind.REPLY,
        author=author,
        subject=reply_subject(ticket),
        body=body,
        suppressed_because=mail_caps.unreachable_because(ticket.mail_address),
    )


def reply_subject(ticket: Ticket) -> str:
    with translation.override(ticket.language):
        return _("Answer to your report")


def queue_merge_notice(ticket: Ticket) -> Message | None:
    """Tell the requester of a ticket that was just merged where it goes on: once, however often it is merged.

    Not by mail when the same mailbox was told so of another ticket just now.
    """
    if ticket.messages.filter(purpose=MERGED_NOTICE).exists():
        return None
    because = mail_caps.withheld_because(ticket.mail_address, caps=mail_caps.caps_of_merge(ticket))
    with translation.override(ticket.language):
        subject = _("Your report was put together with another one")
        names = {"ticket": ticket, "into": ticket.merged_into}
        shares = {
            "mailbox": after_merge.shares_mailbox(ticket),
            "account": after_merge.shares_account(ticket),
        }
        body = render_to_string("tickets/mail/merged.txt", {**names, "shares": shares}).strip()
    return create(
        ticket,
        kind=MessageKind.AUTO_REPLY,
        purpose=MERGED_NOTICE,
        subject=subject,
        body=body,
        suppressed_because=because,
    )


def take_back_merge_notice(ticket: Ticket) -> None:
    """Say nothing of a merge that is undone before its notice went out."""
    ticket.messages.filter(purpose=MERGED_NOTICE, delivery=Delivery.QUEUED).delete()


def queue_advice_elsewhere(bounced: Message) -> Message | None:
    """Send the advice that came back to the ticket's other address, if it has one: once, and within the caps.

    Nothing but advice: what an agent wrote goes where the agent sends it. It names no address either,
    for the other mailbox may be somebody else's.
    """
    ticket = bounced.ticket
    to = _other_address(ticket, than=bounced.recipient)
    if not to or not bounced.advice or ticket.messages.filter(purpose=ADVICE_ELSEWHERE).exists():
        return None
    if mail_caps.withheld_because(to, caps=mail_caps.caps_of_form(ticket, to=to)):
        return None
    return create(
        ticket,
        to=to,
        kind=MessageKind.AUTO_REPLY,
        purpose=ADVICE_ELSEWHERE,
        subject=bounced.subject,
        body=bounced.body,
        advice=bounced.advice,
        suppressed_because="",
    )


def _other_address(ticket: Ticket, *, than: str) -> str:
    given = (ticket.reply_email, ticket.registered_email)
    return next((each for each in given if each and not is_same_mailbox(each, than) and each != than), "")


def create(ticket: Ticket, *, suppressed_because: str, to: str = "", **fields) -> Message:
    """Write the row; the ticket's own address needs no telling."""
    outgoing: dict[str, Any]
    if suppressed_because:
        outgoing = {
            "delivery": Delivery.SUPPRESSED,
            "suppressed_because": suppressed_because,
            "recipient": to,
        }
        _count(fields["kind"], result=Delivery.SUPPRESSED, because=suppressed_because)
    else:
        to = to or ticket.mail_address
        outgoing = {
            "delivery": Delivery.QUEUED,
            "recipient": to,
            "recipient_key": mailbox_key(to),
            "message_id": new_message_id(),
            "deliver_after_at": shared_clock.now(),
        }
    return Message.objects.create(ticket=ticket, language=ticket.language, **fields, **outgoing)


def fail(message: Message, *, error: str) -> None:
    """Give up for good, and bring the ticket before an agent: the requester got no mail."""
    with transaction.atomic():
        ticket = lifecycle.lock(message.ticket)
        if not finish(message, delivery=Delivery.FAILED, failed_at=timezone.now(), last_error=error[:300]):
            return
        lifecycle.record(ticket, EventKind.MAIL_FAILED, by=SYSTEM, message=message.pk)
        if not message.is_to_somebody_else:
            bring_to_agents(ticket)


def bring_to_agents(ticket: Ticket) -> None:
    """Bring a locked ticket before the agents, because mail to its requester failed."""
    if ticket.is_finished:
        return
    lifecycle.flag(ticket, attention="mail_failed")
    if ticket.status in {Status.SELF_FIX, Status.PENDING}:
        lifecycle.put_in_queue(ticket, because="mail_failed", by=SYSTEM)


def withhold(message: Message) -> bool:
    """Keep a claimed message off the wire when its address has been suppressed since; say whether it was."""
    because = suppression.because_of(message.recipient)
    if because:
        finish(message, delivery=Delivery.SUPPRESSED, suppressed_because=because, last_error="")
    return bool(because)


def mark_sent(message: Message, *, provider_id: str = "") -> None:
    after_the_250(
        lambda: finish(
            message,
            delivery=Delivery.SENT,
            sent_at=timezone.now(),
            provider_id=provider_id[:200],
            last_error="",
        ),
        what=f"message {message.pk}",
    )


def mark_delivered(message: Message) -> None:
    """The requester's mail system has taken it, says who delivers for us; what bounced since stays so."""
    Message.objects.filter(pk=message.pk, delivery=Delivery.SENT, delivered_at=None).update(
        delivered_at=timezone.now()
    )


def after_the_250(commit: Callable[[], Any], *, what: str) -> None:
    """Commit that the server took it; only this is tried again, never the sending."""
    for pause in (0.1, 0.5, 2, 5):  # seconds
        try:
            commit()
            return
        except OperationalError:
            logger.exception("%s is sent but not marked so", what)
            connection.close()
            time.sleep(pause)
    commit()


def finish(message: Message, **columns) -> bool:
    """Write the outcome if the lease is still ours."""
    mine = Message.objects.filter(pk=message.pk, attempts=message.attempts, delivery=Delivery.SENDING)
    won = bool(mine.update(lease_until=None, **columns))
    if won:
        _count(message.kind, result=columns["delivery"], because=columns.get("suppressed_because", ""))
    return won


def _count(kind: str, *, result: str, because: str) -> None:
    meters.count("kayasupport_messages_total", kind=str(kind), result=str(result))
    if because:
        meters.count("kayasupport_messages_suppressed_total", because=because)
