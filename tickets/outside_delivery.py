"""Automatic replies that a program outside delivers: claimed and reported on the rows that we deliver from.

Only where settings.AUTO_REPLIES_SENT_BY says so; see docs/adr/0021.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tickets import bounces, delivery, lifecycle, outbox, shared_clock
from tickets.models import Message
from tickets.models.message import Delivery

# A reply that nobody has fetched for so long is a reason to look whether the program runs.
LONG_UNCLAIMED = timedelta(minutes=15)


class NotHeld(Exception):
    """Somebody else has claimed it since, or it has ended in another way."""

    def __init__(self, message: Message):
        super().__init__(f"{message.pk}: {message.delivery}, attempt {message.attempts}")
        self.message = message


def claim_for(pk: int) -> Message | None:
    """Let the program deliver one automatic reply: it has the row to itself for settings.LEASE.

    None when the row is not there to be claimed, or is left to us. Message.attempts is then the
    number of the claim, by which its end is reported.
    """
    return delivery.claim(Message.objects.left_to_api(), pk)


def report_sent(pk: int, *, attempt: int) -> Message:
    """It is sent. May be said twice; raises NotHeld."""
    with _reported(pk, attempt=attempt) as message:
        if message.delivery == Delivery.SENDING:
            outbox.finish(message, delivery=Delivery.SENT, sent_at=timezone.now(), last_error="")
        elif message.delivery != Delivery.SENT:
            raise NotHeld(message)
    return _as_it_is(pk)


def report_try_failed(pk: int, *, attempt: int, error: str) -> Message:
    """It could not be sent now, and goes back into line. May be said twice; raises NotHeld."""
    with _reported(pk, attempt=attempt) as message:
        if message.delivery == Delivery.SENDING:
            delivery.retry_later(message, error=error)
        elif message.delivery == Delivery.SENT:
            raise NotHeld(message)
    return _as_it_is(pk)


def report_failed(pk: int, *, attempt: int, error: str) -> Message:
    """It cannot be sent at all. May be said twice; raises NotHeld."""
    with _reported(pk, attempt=attempt) as message:
        if message.delivery == Delivery.SENDING:
            outbox.fail(message, error=error)
        elif message.delivery != Delivery.FAILED:
            raise NotHeld(message)
    return _as_it_is(pk)


def report_bounced(pk: int, *, attempt: int, status: str, said: str) -> Message:
    """It came back, perhaps long after it was sent. May be said twice; raises NotHeld.

    `status` is a code of RFC 3463 such as "5.1.1", or "" when it is not known.
    """
    with _reported(pk, attempt=attempt) as message:
        if message.delivery in {Delivery.SENDING, Delivery.SENT}:
            bounces.note_bounce(message, status=status, said=said)
        elif message.delivery != Delivery.FAILED:
            raise NotHeld(message)
    return _as_it_is(pk)


def is_neglected() -> bool:
    """Whether replies that are left to the program wait, and have waited for long."""
    long_due = shared_clock.now() - LONG_UNCLAIMED
    return Message.objects.left_to_api().due().filter(deliver_after_at__lt=long_due).exists()


@contextmanager
def _reported(pk: int, *, attempt: int) -> Iterator[Message]:
    """The row as that attempt has left it, its ticket locked: of two reports at once one is the first."""
    with transaction.atomic():
        message = Message.objects.select_related("ticket").get(pk=pk)
        message.ticket = lifecycle.lock(message.ticket)
        message.refresh_from_db(fields=["delivery", "attempts", "lease_until", "sent_at", "last_error"])
        if message.attempts != attempt:
            raise NotHeld(message)
        yield message


def _as_it_is(pk: int) -> Message:
    return Message.objects.select_related("ticket").get(pk=pk)
