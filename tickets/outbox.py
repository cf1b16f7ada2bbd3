"""The outbox: queue a message on a ticket, deliver one claimed message."""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tickets import after_merge, lifecycle
from tickets.actors import SYSTEM
from tickets.links import status_url
from tickets.mail.answering import unanswered_because
from tickets.mail.outgoing import compose_mail, new_message_id
from tickets.models import Message, Ticket
from tickets.models.event import EventKind
from tickets.models.message import ADVICE, MERGED_NOTICE, Delivery, MessageKind
from tickets.models.ticket import Status
from tickets.people import mailbox_key
from triage.advice import Advice

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=48)
FIRST_BACK_OFF = timedelta(seconds=30)
LONGEST_BACK_OFF = timedelta(hours=6)
# A message that keeps killing its worker never reaches the back-off; this ends it.
MOST_ATTEMPTS = 25
# After a try that the mail server kept waiting, how many times as long this process leaves it
# alone: triage shares the workers, and must not stand behind a line of such tries.
REST = 3

# A cap on automatic messages: its code, those that count towards it, and how many are allowed.
Cap = tuple[str, QuerySet[Message], int]

_resting_until = 0.0


def queue_auto_reply(ticket: Ticket, *, advice: Advice) -> Message:
    """Put the advice on the ticket, and on its way by mail unless that would be abuse.

    Suppressed means: no address to write to, or a cap is reached. The advice stands on the
    status page all the same.
    """
    because = unanswered_because(ticket)
    if not because:
        because = _suppression(ticket, caps=_caps(ticket)) if ticket.mail_address else "no_address"
    return _create(
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
    return _create(
        ticket,
        kind=MessageKind.REPLY,
        author=author,
        subject=reply_subject(ticket),
        body=body,
        suppressed_because="" if ticket.mail_address else "no_address",
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
    because = _suppression(ticket, caps=_notice_caps(ticket)) if ticket.mail_address else "no_address"
    with translation.override(ticket.language):
        subject = _("Your report was put together with another one")
        names = {"ticket": ticket, "into": ticket.merged_into}
        shares = {
            "mailbox": after_merge.shares_mailbox(ticket),
            "account": after_merge.shares_account(ticket),
        }
        body = render_to_string("tickets/mail/merged.txt", {**names, "shares": shares}).strip()
    return _create(
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


def deliver(pk: int) -> None:
    """Send one message if it is there to be claimed.

    Between the server's 250 and our commit lies the one window in which a message can go
    out twice; it then carries the same Message-ID.
    """
    if time.monotonic() < _resting_until:
        return  # the sweep rings again
    message = Message.objects.claim(pk, delivery=Delivery.SENDING)
    if message is None:
        return
    if message.attempts > MOST_ATTEMPTS:
        _fail(message, error="gave up: too many attempts")
        return
    began = time.monotonic()
    try:
        compose_mail(message, link=status_url(after_merge.page_in_mail(message))).send()
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _refused(message, code=code, text=text)
    except smtplib.SMTPDataError as error:
        _refused(message, code=error.smtp_code, text=error.smtp_error)
    except ValueError as error:  # an address that no mail library can spell
        _fail(message, error=f"{type(error).__name__}: {error}")
    except OSError as error:  # every other SMTPException too
        _rest_if_slow(time.monotonic() - began)
        _retry_later(message, error=f"{type(error).__name__}: {error}")
    else:
        _mark_sent(message)


def _create(ticket: Ticket, *, suppressed_because: str, **fields) -> Message:
    outgoing: dict[str, Any]
    if suppressed_because:
        outgoing = {"delivery": Delivery.SUPPRESSED, "suppressed_because": suppressed_because}
    else:
        outgoing = {
            "delivery": Delivery.QUEUED,
            "recipient": ticket.mail_address,
            "recipient_key": mailbox_key(ticket.mail_address),
            "message_id": new_message_id(),
            "deliver_after_at": timezone.now(),
        }
    return Message.objects.create(ticket=ticket, language=ticket.language, **fields, **outgoing)


def _suppression(ticket: Ticket, *, caps: Sequence[Cap]) -> str:
    """Say which cap an automatic message to its requester would break, or "".

    OWASP calls it e-mail bombing: the form mails whatever address was typed into it.
    """
    _take_turns(mailbox_key(ticket.mail_address))
    for code, counted, limit in caps:
        if counted[:limit].count() >= limit:
            logger.warning("automatic message of %s suppressed: %s", ticket.reference, code)
            return code
    return ""


def _caps(ticket: Ticket) -> Sequence[Cap]:
    hour = timezone.now() - timedelta(hours=1)
    caps: list[Cap] = [
        (
            "address_hour",
            _mailed(ticket).filter(created_at__gt=hour),
            settings.AUTO_REPLIES_PER_ADDRESS_HOUR,
        ),
        *_caps_of_all(ticket),
    ]
    if ticket.ip_address:
        of_network = _automatic().filter(ticket__ip_address=ticket.ip_address, created_at__gt=hour)
        caps.append(("ip_hour", of_network, settings.AUTO_REPLIES_PER_IP_HOUR))
    return caps


def _notice_caps(ticket: Ticket) -> Sequence[Cap]:
    """An agent causes a notice of a merge, not a form: the hour counts such notices only."""
    hour = timezone.now() - timedelta(hours=1)
    told = _mailed(ticket).filter(
        purpose=MERGED_NOTICE, ticket__merged_into=ticket.merged_into, created_at__gt=hour
    )
    return [("just_told", told, 1), *_caps_of_all(ticket)]


def _caps_of_all(ticket: Ticket) -> Sequence[Cap]:
    now = timezone.now()
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    return [
        ("address_day", _mailed(ticket).filter(created_at__gt=day), settings.AUTO_REPLIES_PER_ADDRESS_DAY),
        ("everyone_hour", _automatic().filter(created_at__gt=hour), settings.AUTO_REPLIES_PER_HOUR),
    ]


def _mailed(ticket: Ticket) -> QuerySet[Message]:
    return _automatic().filter(recipient_key=mailbox_key(ticket.mail_address))


def _automatic() -> QuerySet[Message]:
    outgoing = Message.objects.outgoing().filter(kind=MessageKind.AUTO_REPLY)
    return outgoing.exclude(delivery=Delivery.SUPPRESSED)


def _take_turns(key: str) -> None:
    """Let replies to one mailbox be counted one after the other.

    SQLite's IMMEDIATE transactions take turns as they are.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _refused(message: Message, *, code: int, text: bytes | str) -> None:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    # RFC 5321 4.2.1: 5yz is for ever, 4yz may pass.
    if code >= 500:
        _fail(message, error=f"{code} {said}")
    else:
        _retry_later(message, error=f"{code} {said}")


def _retry_later(message: Message, *, error: str) -> None:
    now = timezone.now()
    if now - message.created_at > GIVE_UP_AFTER:
        _fail(message, error=error)
        return
    wait = min(FIRST_BACK_OFF * 2 ** (message.attempts - 1), LONGEST_BACK_OFF)
    logger.warning("message %s of %s: next try in %s", message.pk, message.ticket.reference, wait)
    _finish(message, delivery=Delivery.QUEUED, deliver_after_at=now + wait, last_error=error[:300])


def _rest_if_slow(seconds: float) -> None:
    """Leave the mail server alone for a while when a failed try has cost about EMAIL_TIMEOUT."""
    global _resting_until
    if seconds >= settings.EMAIL_TIMEOUT / 2:
        rest = REST * seconds
        _resting_until = time.monotonic() + rest
        logger.warning("the mail server does not answer: no mail from this process for %.0f s", rest)


def _fail(message: Message, *, error: str) -> None:
    """Give up for good, and bring the ticket before an agent: the requester got no mail."""
    with transaction.atomic():
        ticket = lifecycle.lock(message.ticket)
        if not _finish(message, delivery=Delivery.FAILED, last_error=error[:300]):
            return
        lifecycle.record(ticket, EventKind.MAIL_FAILED, by=SYSTEM, message=message.pk)
        if ticket.is_finished:
            return
        lifecycle.flag(ticket, attention="mail_failed")
        if ticket.status in {Status.SELF_FIX, Status.PENDING}:
            lifecycle.put_in_queue(ticket, because="mail_failed", by=SYSTEM)


def _mark_sent(message: Message) -> None:
    after_the_250(
        lambda: _finish(message, delivery=Delivery.SENT, sent_at=timezone.now(), last_error=""),
        what=f"message {message.pk}",
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


def _finish(message: Message, **columns) -> bool:
    """Write the outcome if the lease is still ours."""
    mine = Message.objects.filter(pk=message.pk, attempts=message.attempts)
    return bool(mine.update(lease_until=None, **columns))
