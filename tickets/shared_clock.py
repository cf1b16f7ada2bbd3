"""The time that all machines share: the database's, for leases and back-offs.

One machine writes until when a row is its own, another reads it. With a clock that is an hour fast
it would take every running lease for over, and do again what another is doing; with its back-offs
the others would wait for an hour. On SQLite all processes have the clock of one machine.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from tickets.remembered import Kept

KEPT = 30.0  # seconds that a difference is taken for unchanged
# Less is what the way to the database takes, and no lease minds.
SEEN = timedelta(seconds=1)


def now() -> datetime:
    """The database's time; asks it once in KEPT seconds for each process. Raises DatabaseError."""
    return timezone.now() + _ahead.get()


def _measure() -> timedelta:
    if connection.vendor != "postgresql":
        return timedelta()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        ahead = cursor.fetchone()[0] - timezone.now()
    return ahead if abs(ahead) > SEEN else timedelta()


# How much the database's clock is ahead of ours.
_ahead = Kept(_measure, seconds=KEPT)
keep, forget = _ahead.keep, _ahead.forget
