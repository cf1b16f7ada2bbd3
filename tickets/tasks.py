"""Every Celery task: an id in, one call, the next bell.

A bell may be lost or rung twice; both are harmless, because work is claimed in its row and
the sweep rings again for what nobody has claimed.
"""

from __future__ import annotations

import logging
import time

from celery import Task, shared_task

from tickets import cleaning, clock, outbox, pipeline
from tickets.models import Message, Screenshot, Ticket

logger = logging.getLogger(__name__)

# Rows rung for in one sweep, per kind of work.
SWEEP = 200
# After a bell that the broker did not take, how long we do not try another (seconds): every
# try may cost the requester the broker's timeout.
QUIET = 5.0

_quiet_until = 0.0


def ring(task: Task, *pks: int) -> None:
    """Tell the workers that these rows wait; never raise, never wait long."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        for pk in pks:
            task.apply_async((pk,))
    except Exception as error:  # each broker fails in its own way: a full Redis is no error of Kombu's
        # The sweep will find the rows. Nothing is lost but seconds.
        _quiet_until = time.monotonic() + QUIET
        logger.warning("the broker did not take a bell: %s", type(error).__name__)


@shared_task
def triage_ticket(pk: int) -> None:
    message = pipeline.triage(pk)
    if message and message.is_on_its_way:
        ring(deliver_message, message.pk)
    ring(clean_screenshot, *pipeline.uncleaned(pk))


@shared_task
def deliver_message(pk: int) -> None:
    outbox.deliver(pk)


@shared_task
def clean_screenshot(pk: int) -> None:
    cleaning.clean_screenshot(pk)


@shared_task
def sweep() -> None:
    """Ring again for what waits unclaimed, oldest first; end the holds that have run out."""
    ring(triage_ticket, *_due(Ticket))
    ring(deliver_message, *_due(Message))
    ring(clean_screenshot, *_due(Screenshot))
    # Last: one hold that cannot be ended must not silence the bells.
    clock.end_holds()


@shared_task
def close_silent_tickets() -> None:
    clock.assume_resolved()
    clock.close_resolved()


@shared_task
def discard_orphan_files() -> None:
    cleaning.discard_orphan_files()


def _due(model: type[Ticket] | type[Message] | type[Screenshot]) -> list[int]:
    return list(model.objects.due().order_by("pk").values_list("pk", flat=True)[:SWEEP])
