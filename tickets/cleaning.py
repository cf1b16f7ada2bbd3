"""Claimed screenshots become clean ones; files that no row knows are removed."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tickets import lifecycle, ocr, pipeline, screenshots
from tickets.models import Reading, Screenshot
from tickets.models.reading import ReadingState
from tickets.models.screenshot import ScreenshotState

logger = logging.getLogger(__name__)

# A file is written before its row is committed: leave the young ones alone.
ORPHAN_AFTER = 24 * 3600  # seconds


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
        cleaned = screenshots.clean(
            settings.SCREENSHOT_DIR / screenshot.original_path, settings.SCREENSHOT_DIR / path
        )
    except screenshots.Uncleanable:
        logger.warning("screenshot %s of %s cannot be cleaned", pk, screenshot.ticket.reference)
        _mark_unreadable(screenshot)
        return False
    return _mark_clean(screenshot, path=path, cleaned=cleaned)


def discard_orphan_files() -> int:
    """Remove files whose row was never committed; return how many.

    They come from a web process that died between writing the file and the commit, and
    may show an identity card.
    """
    before = time.time() - ORPHAN_AFTER
    removed = 0
    # Newest day first: what the task's time limit cuts off has been looked at on other nights.
    for folder in sorted(settings.SCREENSHOT_DIR.glob("*/*/*"), reverse=True):
        files = [path for path in folder.iterdir() if _is_older(path, than=before)]
        known = _known_paths(folder)
        for path in files:
            if path not in known:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _is_older(path: Path, *, than: float) -> bool:
    try:
        return path.stat().st_mtime < than
    except FileNotFoundError:  # an original that has just been cleaned
        return False


def _known_paths(folder: Path) -> set[Path]:
    prefix = f"{folder.relative_to(settings.SCREENSHOT_DIR)}/"
    rows = Screenshot.objects
    names = set(rows.filter(original_path__startswith=prefix).values_list("original_path", flat=True))
    names |= set(rows.filter(clean_path__startswith=prefix).values_list("clean_path", flat=True))
    return {settings.SCREENSHOT_DIR / name for name in names}


def _mark_clean(screenshot: Screenshot, *, path: str, cleaned: screenshots.Cleaned) -> bool:
    mine = Screenshot.objects.waiting().filter(pk=screenshot.pk, attempts=screenshot.attempts)
    is_read_here = ocr.is_available()
    with transaction.atomic():
        ticket = lifecycle.lock(screenshot.ticket)
        won = mine.update(
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


def _make_reading(screenshot: Screenshot, *, is_read_here: bool) -> None:
    # Where nothing is read nothing waits: years of screenshots must not fall due on the day that
    # tesseract is installed.
    if is_read_here:
        Reading.objects.create(screenshot=screenshot)
    else:
        Reading.objects.create(screenshot=screenshot, state=ReadingState.SKIPPED, ended_at=timezone.now())


def _give_up(screenshot: Screenshot) -> None:
    """Stop trying, and keep the original: a full disk says nothing about the picture."""
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
