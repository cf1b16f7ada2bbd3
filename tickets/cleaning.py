"""Claimed screenshots become clean ones; files that no row knows are removed."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from tickets import disk, lifecycle, ocr, pipeline, sandbox, screenshots, shared_clock
from tickets.models import IdentityFile, Reading, Screenshot
from tickets.models.reading import ReadingState
from tickets.models.screenshot import ScreenshotState

logger = logging.getLogger(__name__)

# A file is written before its row is committed: leave the young ones alone.
ORPHAN_AFTER = 24 * 3600  # seconds
RETRY_AFTER = timedelta(seconds=10)
ASKED_AT_ONCE = 500  # files


def clean_screenshot(pk: int) -> bool:
    """Re-encode one screenshot if it is there to be claimed, and drop the original.

    True when it can be read now.
    """
    screenshot = Screenshot.objects.claim(pk)
    if screenshot is None:
        return False
    if screenshot.is_worn_out:
        _give_up(screenshot)
        return False
    path = screenshots.new_path("clean")
    try:
        cleaned = screenshots.clean(screenshots.path_of(screenshot.original_path), screenshots.path_of(path))
    except screenshots.Uncleanable:
        logger.warning("screenshot %s of %s cannot be cleaned", pk, screenshot.ticket.reference)
        _mark_unreadable(screenshot)
        return False
    except (sandbox.Stopped, OSError) as error:
        logger.warning("screenshot %s of %s was not cleaned: %s", pk, screenshot.ticket.reference, error)
        _try_later(screenshot, error)
        return False
    return _mark_clean(screenshot, path=path, cleaned=cleaned)


def discard_orphan_files() -> int:
    """Remove files whose row was never committed; return how many.

    They come from a web process that died between writing the file and the commit, and
    may show an identity card.
    """
    return _discard_orphans(
        Path(settings.IDENTITY_DIR), model=IdentityFile, columns=["path"]
    ) + _discard_orphans(settings.SCREENSHOT_DIR, model=Screenshot, columns=["original_path", "clean_path"])


def _discard_orphans(root: Path, *, model: type[Model], columns: Sequence[str]) -> int:
    before = time.time() - ORPHAN_AFTER
    removed = 0
    # Newest day first: what the task's time limit cuts off has been looked at on other nights.
    for folder in sorted(root.glob("*/*/*"), reverse=True):
        files = [path for path in folder.iterdir() if _is_older(path, than=before)]
        for start in range(0, len(files), ASKED_AT_ONCE):
            names = {str(path.relative_to(root)) for path in files[start : start + ASKED_AT_ONCE]}
            for name in names - _known(names, model=model, columns=columns):
                (root / name).unlink(missing_ok=True)
                removed += 1
    return removed


def _is_older(path: Path, *, than: float) -> bool:
    try:
        return path.stat().st_mtime < than
    except FileNotFoundError:  # an original that has just been cleaned
        return False


def _known(names: set[str], *, model: type[Model], columns: Sequence[str]) -> set[str]:
    """Return those of the files that a row knows; by the names in full, which an index has."""
    found: set[str] = set()
    for column in columns:
        rows = model._default_manager.filter(**{f"{column}__in": names})
        found.update(rows.values_list(column, flat=True))
    return found


def _mark_clean(screenshot: Screenshot, *, path: str, cleaned: screenshots.Cleaned) -> bool:
    is_read_here = ocr.is_available()
    with transaction.atomic():
        ticket = lifecycle.lock(screenshot.ticket)
        won = _mine(screenshot).update(
            state=ScreenshotState.CLEAN,
            clean_path=path,
            original_path="",
            format=cleaned.format,
            width=cleaned.width,
            height=cleaned.height,
            size=cleaned.size,
            cleaned_at=timezone.now(),
            lease_until=None,
        )
        if won:
            _make_reading(screenshot, is_read_here=is_read_here)
            pipeline.hear_screens(ticket)
    screenshots.discard(screenshot.original_path if won else path)
    return bool(won) and is_read_here


def _mine(screenshot: Screenshot) -> QuerySet[Screenshot]:
    return Screenshot.objects.waiting().filter(pk=screenshot.pk, attempts=screenshot.attempts)


def _make_reading(screenshot: Screenshot, *, is_read_here: bool) -> None:
    # Where nothing is read nothing waits: years of screenshots must not fall due on the day that
    # tesseract is installed.
    if is_read_here:
        Reading.objects.create(screenshot=screenshot)
    else:
        Reading.objects.create(screenshot=screenshot, state=ReadingState.SKIPPED, ended_at=timezone.now())


def _try_later(screenshot: Screenshot, error: Exception) -> None:
    """Wait longer each time; for room on the disk as long as it takes, which no attempt is counted for."""
    later = {"lease_until": shared_clock.now() + RETRY_AFTER * screenshot.attempts}
    is_full = isinstance(error, OSError) and error.errno in disk.FULL
    _mine(screenshot).update(**later, attempts=screenshot.attempts - is_full)


def _give_up(screenshot: Screenshot) -> None:
    """Stop trying, and keep the original: what ended the attempts may have been anything."""
    _end(screenshot)


def _mark_unreadable(screenshot: Screenshot) -> None:
    _end(screenshot, original_path="")
    screenshots.discard(screenshot.original_path)


def _end(screenshot: Screenshot, **columns: str) -> None:
    """Mark it unreadable; what was read off the ticket's others must not wait for it any longer."""
    unreadable = {"state": ScreenshotState.UNREADABLE, "lease_until": None, **columns}
    with transaction.atomic():
        ticket = lifecycle.lock(screenshot.ticket)
        if Screenshot.objects.waiting().filter(pk=screenshot.pk).update(**unreadable):
            pipeline.hear_screens(ticket)
