"""Claimed readings: what is written on a clean screenshot is read, kept, and told to triage."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tickets import lifecycle, masking, ocr, pipeline, shared_clock
from tickets.models import Reading, Ticket
from tickets.models.reading import ReadingState
from tickets.models.sealed_secret import SecretSource
from tickets.models.ticket import SCREEN_BREAK
from tickets.screenshots import path_of
from tickets.turns import turn

logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(seconds=10)
# All of a ticket's readings together; the search index takes no more of them.
MAX_SCREEN_TEXT = 20_000  # characters


def read_screenshot(pk: int) -> bool:
    """Read one screenshot if it and a turn are there to be had; True when the turn was used.

    One that was interrupted is tried again later, and given up after settings.MAX_ATTEMPTS.
    """
    with turn() as is_ours:
        reading = Reading.objects.claim(pk) if is_ours else None
        if reading is None:
            return False
        if reading.is_worn_out:
            _end(reading, state=ReadingState.UNREADABLE)
        else:
            _read(reading)
    return True


def ready_for_triage(pk: int) -> list[int]:
    """The ticket of this screenshot, if triage has nothing more to wait for."""
    return list(Ticket.objects.due().filter(screenshots=pk).values_list("pk", flat=True))


def next_waiting() -> list[int]:
    """The reading that has waited longest, for the turn that has just become free."""
    return list(Reading.objects.due().order_by("pk").values_list("pk", flat=True)[:1])


def _read(reading: Reading) -> None:
    try:
        lines = ocr.read(path_of(reading.screenshot.clean_path).read_bytes())
    except ocr.Absent:
        _end(reading, state=ReadingState.SKIPPED)
    except (ocr.Unreadable, FileNotFoundError) as error:
        logger.warning("screenshot %s cannot be read: %s", reading.pk, type(error).__name__)
        _end(reading, state=ReadingState.UNREADABLE)
    # OSError: no process, or no memory left for one.
    except (ocr.Interrupted, OSError) as error:
        logger.warning("screenshot %s was not read, attempt %s: %s", reading.pk, reading.attempts, error)
        later = shared_clock.now() + RETRY_AFTER * reading.attempts
        _mine(reading).update(lease_until=later)
    else:
        _keep(reading, lines)


def _keep(reading: Reading, lines: list[ocr.Line]) -> None:
    if not lines:
        _end(reading, state=ReadingState.UNREADABLE)
        return
    _end(
        reading,
        state=ReadingState.READ,
        text="\n".join(line.text for line in lines),
        lines=[{"box": line.box, "confidence": line.confidence} for line in lines],
        confidence=ocr.confidence(lines),
    )


def _end(reading: Reading, *, state: str, text: str = "", **columns: Any) -> None:
    """Store how the reading ended, and what follows from it, in one transaction.

    No crash can come between the words and their effect. Secrets among the words are masked here.
    """
    with transaction.atomic():
        ticket = lifecycle.lock(reading.screenshot.ticket)
        text = masking.mask(ticket, text, source=SecretSource.SCREENSHOT)
        ended = {"state": state, "text": text, "ended_at": timezone.now(), "lease_until": None, **columns}
        if not _mine(reading).update(**ended):
            # The lease ran out, and somebody else has read it: the secrets are sealed already.
            transaction.set_rollback(True)
            return
        if state == ReadingState.READ:
            lifecycle.keep_screen_text(ticket, text=_texts_of(ticket))
        pipeline.hear_screens(ticket)


def _texts_of(ticket: Ticket) -> str:
    """The text of all readings, oldest first, cut off where the search index ends."""
    read = Reading.objects.filter(screenshot__ticket=ticket, state=ReadingState.READ).order_by("pk")
    return SCREEN_BREAK.join(read.values_list("text", flat=True))[:MAX_SCREEN_TEXT]


def _mine(reading: Reading) -> QuerySet[Reading]:
    return Reading.objects.waiting().filter(pk=reading.pk, attempts=reading.attempts)
