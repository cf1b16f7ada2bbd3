"""Deliver one claimed message: over the kept line to the mail server, with a back-off when that fails."""

from __future__ import annotations

import logging
import smtplib
import time
from datetime import timedelta

from django.conf import settings

from tickets import after_merge, bounces, identity_links, log_context, outbox, shared_clock
from tickets.links import status_url
from tickets.mail import line
from tickets.mail.outgoing import compose_mail, threads_of
from tickets.mail.status_codes import status_in, status_of_refusal
from tickets.models import Message
from tickets.models.message import Delivery, MessageQuerySet

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=48)
FIRST_BACK_OFF = timedelta(seconds=30)
LONGEST_BACK_OFF = timedelta(hours=6)
# A message that keeps killing its worker never reaches the back-off; this ends it.
MOST_ATTEMPTS = 25
# After a try that the mail server kept waiting for about EMAIL_TIMEOUT, how many times as long this
# process leaves it alone: triage shares the workers, and must not stand behind a line of such tries.
REST = 3
# The same when no line came about, at least: hundreds of messages may wait to try (seconds).
KNOCK_AGAIN = 10.0

_resting_until = 0.0


def deliver(pk: int) -> None:
    """Send one message if it is there to be claimed, and its address may be mailed.

    Between the server's 250 and our commit lies the one window in which a message can go
    out twice; it then carries the same Message-ID.
    """
    if time.monotonic() < _resting_until:
        return  # the sweep rings again
    message = claim(Message.objects.left_to_us(), pk)
    if message is None:
        return
    log_context.turn_to_ticket(message.ticket.reference)
    began = time.monotonic()
    try:
        link = status_url(after_merge.page_in_mail(message))
        mail = compose_mail(
            message,
            link=link,
            identity_link=identity_links.url_in(message),
            thread=threads_of([message])[message.pk],
        )
        line.send(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        said = _text(text)
        _refused(message, code=code, said=said, status=status_of_refusal(code, said))
    except smtplib.SMTPDataError as error:
        said = _text(error.smtp_error)
        _refused(message, code=error.smtp_code, said=said, status=status_in(said))
    except ValueError as error:  # an address that no mail library can spell
        outbox.fail(message, error=f"{type(error).__name__}: {error}")
    except line.Unreachable as error:
        _rest(max(KNOCK_AGAIN, REST * (time.monotonic() - began)))
        retry_when_reachable(message, error=str(error))
    except OSError as error:  # every other SMTPException too
        seconds = time.monotonic() - began
        if seconds >= settings.EMAIL_TIMEOUT / 2:
            _rest(REST * seconds)
        retry_later(message, error=f"{type(error).__name__}: {error}")
    else:
        outbox.mark_sent(message, provider_id=line.provider_id_of(mail))
        # Not before it is marked: between the 250 and that, nothing may go wrong.
        _hang_up_when_done()


def claim(messages: MessageQuerySet, pk: int) -> Message | None:
    """Take one of these messages to send it.

    None when it is not there to be taken, or may not go out after all: it was tried too often, or
    its address has been suppressed since.
    """
    message = messages.claim(pk, delivery=Delivery.SENDING)
    if message is None:
        return None
    if message.attempts > MOST_ATTEMPTS:
        outbox.fail(message, error="gave up: too many attempts")
        return None
    return None if outbox.withhold(message) else message


def _hang_up_when_done() -> None:
    """Keep the line for what is due now, by this worker or another, and not for what may come."""
    if not Message.objects.left_to_us().due().exists():
        line.hang_up()


def _refused(message: Message, *, code: int, said: str, status: str) -> None:
    # RFC 5321 4.2.1: 5yz is for ever, 4yz may pass.
    if code < 500:
        retry_later(message, error=f"{code} {said}")
    elif status:
        bounces.note_bounce(message, status=status, said=f"{code} {said}")
    else:
        # Without a code, and not about a mailbox by RFC 5321: as likely our text or our name.
        outbox.fail(message, error=f"{code} {said}")


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def retry_later(message: Message, *, error: str) -> None:
    """Back into line, with a longer wait each time; after GIVE_UP_AFTER it fails."""
    now = shared_clock.now()
    if now - message.created_at > GIVE_UP_AFTER:
        outbox.fail(message, error=error)
        return
    wait = min(FIRST_BACK_OFF * 2 ** (message.attempts - 1), LONGEST_BACK_OFF)
    logger.warning("message %s of %s: next try in %s", message.pk, message.ticket.reference, wait)
    outbox.finish(message, delivery=Delivery.QUEUED, deliver_after_at=now + wait, last_error=error[:300])


def retry_when_reachable(message: Message, *, error: str) -> None:
    """Back into line as it was, so that no message waits longer than the server was away."""
    if shared_clock.now() - message.created_at > GIVE_UP_AFTER:
        outbox.fail(message, error=error)
        return
    outbox.finish(message, delivery=Delivery.QUEUED, attempts=message.attempts - 1, last_error=error[:300])


def _rest(seconds: float) -> None:
    global _resting_until
    _resting_until = time.monotonic() + seconds
    logger.warning("no mail from this process for %.0f s: the mail server is away or slow", seconds)
