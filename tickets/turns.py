"""Turns: how many pictures may be read on this machine at once, over all worker processes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


@contextmanager
def turn() -> Iterator[bool]:
    """Hold one of settings.OCR_AT_ONCE turns; False at once when all are taken.

    Nobody waits for one: a worker that waits cannot triage, and the row keeps the work. The locks
    are the kernel's, on files, so they end with their holder however it ends, and hold between
    containers that share the data volume.
    """
    folder = settings.DATA_DIR / "turns"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(settings.OCR_AT_ONCE):
        descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield True
        finally:
            os.close(descriptor)
        return
    yield False
