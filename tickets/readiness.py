"""Whether this process can take reports, and what keeps the rest from working: the checks of /readyz.

What is needed to store a report decides about ready or not. Everything else is a warning: with the broker or
the workers gone a report is taken all the same and answered later, so no load balancer may turn people away.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from tickets import signs, vitals
from tickets.models.watch import Role
from tickets.remembered import Busy, Remembered

logger = logging.getLogger(__name__)

OK, WARNING, FAILED = "ok", "warning", "failed"
READY, DEGRADED, NOT_READY = "ready", "degraded", "not_ready"
# The sweep comes round every SWEEP_SECONDS; after so many that did not, work is not being done.
MISSED_SWEEPS = 6


@dataclass(frozen=True)
class Check:
    name: str
    state: str
    figures: dict[str, Any] = field(default_factory=dict)  # numbers and codes; ages in seconds


@dataclass(frozen=True)
class Readiness:
    checks: list[Check]
    checked_at: datetime

    @property
    def status(self) -> str:
        states = {check.state for check in self.checks}
        return NOT_READY if FAILED in states else DEGRADED if WARNING in states else READY

    @property
    def is_ready(self) -> bool:
        return self.status != NOT_READY

    def as_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "checked_at": self.checked_at.isoformat(timespec="milliseconds"),
            "checks": {check.name: {"state": check.state, **check.figures} for check in self.checks},
        }


def look() -> Readiness:
    """The checks, at most a second old; raises nothing."""
    try:
        return _looked.get()
    except Busy:
        # Whoever looks waits for the database.
        return Readiness([Check("database", FAILED, {"error": "no answer"})], timezone.now())


def forget() -> None:
    _looked.forget()


def _look() -> Readiness:
    checks: list[Check] = []
    for name, look in CHECKS.items():
        try:
            checks.append(look())
        except Error as error:
            logger.warning("readiness: %s failed: %s", name, type(error).__name__)
            checks.append(Check(name, FAILED, {"error": type(error).__name__}))
            break  # the others ask the database too, and each would wait for it
    return Readiness(checks, timezone.now())


def _database() -> Check:
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Check("database", OK, {"seconds": round(time.monotonic() - began, 4)})


def _migrations() -> Check:
    missing = missing_migrations()
    return Check("migrations", FAILED if missing else OK, {"missing": missing})


def missing_migrations() -> int:
    """How many of ours are not applied. Others may be: in a rolling upgrade the tables are ahead."""
    return len(_shipped_migrations() - set(MigrationRecorder(connection).applied_migrations()))


@cache
def _shipped_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _broker() -> Check:
    kind = "redis" if settings.REDIS_URL else "files"
    try:
        return Check("broker", OK, {"kind": kind, "bells": vitals.bells_in_broker()})
    except (redis.RedisError, OSError) as error:
        return Check("broker", WARNING, {"kind": kind, "error": type(error).__name__})


def _worker() -> Check:
    return _seen("worker", vitals.last_seen(Role.WORKER), lost_after=signs.LOST_AFTER)


def _beat() -> Check:
    return _seen("beat", vitals.last_seen(Role.BEAT), lost_after=signs.LOST_AFTER)


def _sweep() -> Check:
    """The last round of the sweep: beat rang, the broker carried it, a worker did it and wrote it down."""
    lost_after = timedelta(seconds=MISSED_SWEEPS * settings.SWEEP_SECONDS)
    return _seen("sweep", vitals.last_round("sweep"), lost_after=max(lost_after, signs.LOST_AFTER))


def _untriaged() -> Check:
    queue = vitals.untriaged()
    age = _age(queue.oldest_at)
    state = WARNING if age and age > settings.UNTRIAGED_LATE.total_seconds() else OK
    return Check("untriaged", state, {"waiting": queue.waiting, "oldest_seconds": age})


def _unsent() -> Check:
    """Late: a message that no worker takes, or none that went out since the oldest one waits."""
    post = vitals.post()
    late = settings.UNSENT_LATE.total_seconds()
    age, due = _age(post.oldest_at), _age(post.due_since_at)
    is_late = (due or 0) > late or ((age or 0) > late and not post.goes)
    return Check("unsent", WARNING if is_late else OK, {"oldest_seconds": age, "due_seconds": due})


def _disk() -> Check:
    try:
        room = vitals.room()
    except OSError as error:
        return Check("disk", WARNING, {"error": type(error).__name__})
    return Check("disk", WARNING if room.free < settings.DISK_LOW else OK, {"free_bytes": room.free})


# In the order in which a person would look.
CHECKS: dict[str, Callable[[], Check]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _worker,
    "beat": _beat,
    "sweep": _sweep,
    "untriaged": _untriaged,
    "unsent": _unsent,
    "disk": _disk,
}


def _seen(name: str, at: datetime | None, *, lost_after: timedelta) -> Check:
    age = _age(at)
    is_lost = age is None or age > lost_after.total_seconds()
    return Check(name, WARNING if is_lost else OK, {"last_seen_seconds": age})


def _age(at: datetime | None) -> float | None:
    """Seconds since then; the clocks of two machines may differ a little."""
    return None if at is None else round(max((timezone.now() - at).total_seconds(), 0.0), 1)


_looked = Remembered(_look, seconds=1.0, patience=2.0)
