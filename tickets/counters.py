"""Counters in the cache, shared by all web processes where the cache is; without it every limit is open."""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.cache import cache
from rest_framework.settings import api_settings

from tickets import meters

logger = logging.getLogger(__name__)

# After a failure of the cache, how long we do without it (seconds): every try may cost the
# requester its timeout.
CACHE_REST = 10.0
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}  # seconds, by the first letter as DRF reads it

_resting_until = 0.0

T = TypeVar("T")


class TooMany(Exception):
    """The limit is reached; `wait` are the whole seconds until there is room again."""

    def __init__(self, wait: int):
        super().__init__(f"{wait} s")
        self.wait = wait


@dataclass(frozen=True)
class Counter:
    """What is counted of one kind within a window of time that begins at a full multiple of its length."""

    scope: str
    who: str

    @property
    def rate(self) -> tuple[int, int]:
        """The limit, and the length of the window in seconds; read anew, as the settings may change."""
        amount, _, period = str(api_settings.DEFAULT_THROTTLE_RATES[self.scope]).partition("/")
        return int(amount), UNITS[period[0]]

    def key(self, window: int) -> str:
        return f"attempts:{self.scope}:{self.who}:{window}"

    @property
    def used(self) -> int:
        """How many of this window are counted, for people: of this process where the cache is its own."""
        _limit, seconds = self.rate
        return int(cache.get(self.key(int(time.time() // seconds)), 0))

    def count(self) -> str:
        """Count one more and return where; raises TooMany."""
        limit, seconds = self.rate
        now = time.time()
        key = self.key(int(now // seconds))
        cache.add(key, 0, timeout=seconds)
        if cache.incr(key) > limit:
            meters.count("kayasupport_throttled_total", scope=self.scope)
            raise TooMany(math.ceil(seconds - now % seconds))
        return key


def count_all(*counters: Counter) -> list[str]:
    """Count one more with each, the narrow ones first; return where.

    What one stops is not counted by those behind it: a stranger who is stopped at their own limit does not
    use up everybody's. Raises TooMany; counts nothing while the cache is down.
    """
    refusals: list[TooMany] = []

    def count() -> list[str]:
        try:
            return [counter.count() for counter in counters]
        except TooMany as refusal:  # an answer, not a failure of the cache
            refusals.append(refusal)
            return []

    nothing: list[str] = []
    keys = ask_cache(count, otherwise=nothing)
    if refusals:
        raise refusals[0]
    return keys


def give_back(keys: Sequence[str]) -> None:
    """Take back what was counted there."""
    for key in keys:
        with contextlib.suppress(ValueError):  # the window is over
            cache.decr(key)


def ask_cache(question: Callable[[], T], *, otherwise: T) -> T:
    """Return the cache's answer, or `otherwise` while it is down: limits stay open then."""
    if time.monotonic() < _resting_until:
        return otherwise
    try:
        return question()
    except Exception as error:  # each backend of Django's cache fails in its own way
        _rest_cache(error)
        return otherwise


def _rest_cache(error: Exception) -> None:
    global _resting_until
    _resting_until = time.monotonic() + CACHE_REST
    logger.warning("the throttle cache failed, no throttling for %s s: %s", CACHE_REST, type(error).__name__)
