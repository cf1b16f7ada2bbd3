"""Answers that are worked out at most every so often, in each process for itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Busy(Exception):
    """Somebody else is still working it out, and takes unusually long."""


class Kept(Generic[Answer]):
    """A cheap answer, asked for at every turn: whoever finds it too old works it out."""

    def __init__(self, work_out: Callable[[], Answer], *, seconds: float):
        self.work_out = work_out
        self.seconds = seconds
        self.forget()

    def forget(self) -> None:
        """Have the next question answered anew."""
        self._known: tuple[float, Answer] | None = None

    def keep(self, answer: Answer, *, seconds: float | None = None) -> Answer:
        """Take this for the answer, as long as any other or for so many seconds."""
        self._known = (time.monotonic() + (self.seconds if seconds is None else seconds), answer)
        return answer

    def get(self) -> Answer:
        known = self._known
        if known is None or time.monotonic() >= known[0]:
            return self.keep(self.work_out())
        return known[1]


class Remembered(Generic[Answer]):
    """A dear one: however many ask at once, one works it out."""

    def __init__(self, work_out: Callable[[], Answer], *, seconds: float, patience: float):
        self.work_out = work_out
        self.seconds = seconds
        self.patience = patience
        self.forget()

    def forget(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[float, Answer] | None = None

    def get(self) -> Answer:
        """Return the answer, `seconds` old at most; raises Busy after `patience` seconds.

        One thread works it out and the others wait for it: a storm of probes costs one look. When the
        look hangs, it keeps one thread, and not as many as there are probes.
        """
        if not self._lock.acquire(timeout=self.patience):
            raise Busy
        try:
            if self._known is None or time.monotonic() - self._known[0] > self.seconds:
                self._known = (time.monotonic(), self.work_out())
            return self._known[1]
        finally:
            self._lock.release()
