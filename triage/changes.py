"""Changes to the shipped texts and settings: where they come from, and which are in force."""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any, Protocol

logger = logging.getLogger(__name__)

# By category, GENERAL for the texts of none; then by what is changed: "subject.id", "steps.NAME.en",
# "hold_minutes". See places.py and thresholds.py.
Changes = Mapping[str, Mapping[str, Any]]
GENERAL = "general"


class SourceSilent(Exception):
    """The source does not answer; what is in force stays in force."""


class Source(Protocol):
    """Whoever remembers the changes; both methods may raise SourceSilent."""

    def version(self) -> Hashable:
        """Something small that is another one after every change."""

    def changes(self) -> Changes: ...


@dataclass(frozen=True, eq=False)
class Edition:
    """All changes at one moment. Compared by identity, so that what is made of one can be kept beside it."""

    changes: Changes

    def of(self, slug: str) -> Mapping[str, Any]:
        return self.changes.get(slug, {})


SHIPPED = Edition({})


@dataclass
class _Process:
    """What this process knows of its source."""

    source: Source | None = None
    edition: Edition = SHIPPED
    version: Hashable = None
    asked_at: float | None = None  # time.monotonic()
    is_silent: bool = False


_process = _Process()
_asking = Lock()
_tried: ContextVar[Edition | None] = ContextVar("tried", default=None)


def override_with(source: Source | None) -> None:
    """Take changes from this source from now on; None is for the shipped texts alone.

    Nothing is asked yet: that is for refresh, at a moment when a question harms nobody.
    """
    global _process
    _process = _Process(source=source)


def refresh(*, max_age: timedelta = timedelta()) -> None:
    """Put in force what the source holds now, unless it was asked less than `max_age` ago.

    While it is silent, what was in force stays. Cheap to call often; of several threads one asks.
    """
    process = _process
    if process.source is None or _is_younger(process, max_age) or not _asking.acquire(blocking=False):
        return
    try:
        process.asked_at = time.monotonic()
        version = process.source.version()
        if version != process.version:
            process.edition = Edition(process.source.changes())
            process.version = version
        process.is_silent = False
    except SourceSilent:
        if not process.is_silent:
            logger.warning("changed texts cannot be read; those in force stay")
        process.is_silent = True
    finally:
        _asking.release()


def _is_younger(process: _Process, max_age: timedelta) -> bool:
    return process.asked_at is not None and time.monotonic() - process.asked_at < max_age.total_seconds()


def edition() -> Edition:
    """The changes in force here; never asks the source."""
    return _tried.get() or _process.edition


@contextmanager
def trying(changes: Changes) -> Iterator[None]:
    """Let these changes, and no others, be in force for what this thread does inside."""
    token = _tried.set(Edition(changes) if changes else SHIPPED)
    try:
        yield
    finally:
        _tried.reset(token)


def as_shipped():
    """Let the shipped texts and settings be in force inside."""
    return trying({})
