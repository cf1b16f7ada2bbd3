"""A thread that does the same small things every few seconds, for as long as its process lives."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from django.db import Error, connection

logger = logging.getLogger(__name__)

EVERY = 10.0  # seconds


def begin(*deeds: Callable[[], None]) -> None:
    """From now on, do these every EVERY seconds. Not before a fork: threads do not outlive it."""
    threading.Thread(target=_repeat, args=(deeds,), name="rhythm", daemon=True).start()


def do_all(deeds: Iterable[Callable[[], None]]) -> None:
    """Do each of them once; one that fails, mostly for the database, is left for the next time."""
    for deed in deeds:
        try:
            deed()
        except Exception as error:  # whatever it was, the next ones must come
            logger.warning("%s has to wait: %s", deed.__name__, type(error).__name__)
    # Held only while it is used: a process that forks meanwhile must not share it.
    with suppress(Error):
        connection.close()


def _repeat(deeds: Iterable[Callable[[], None]]) -> None:
    while True:
        do_all(deeds)
        time.sleep(EVERY)
