"""Signs of life: what runs beside the web says that it does, in the database, which outlives the broker."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from django.utils import timezone

from tickets.models import Pulse, Round

# After so long without a sign a process counts as gone: three signs, and a busy machine.
LOST_AFTER = timedelta(seconds=45)
# Processes that were killed, or their machines, stay in sight so long.
FORGOTTEN_AFTER = timedelta(hours=1)


def own_name() -> str:
    return f"{socket.gethostname()[:100]}:{os.getpid()}"


def give(role: str, *, started_at: datetime | None = None) -> None:
    """Say that this process lives."""
    now = timezone.now()
    pulse = Pulse(role=role, name=own_name(), started_at=started_at or now, seen_at=now)
    Pulse.objects.bulk_create(
        [pulse],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["role", "started_at", "seen_at"],
    )


def take_leave() -> None:
    """A process that ends in order is not missed."""
    Pulse.objects.filter(name=own_name()).delete()


def discard_old() -> None:
    Pulse.objects.filter(seen_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()


def note_round(name: str, *, seconds: float, trouble: str = "") -> None:
    """Write down how work that comes round again has ended; `trouble` is the kind of error."""
    now = timezone.now()
    if trouble:
        row = Round(name=name, failed_at=now, trouble=trouble[:60])
        changed = ["failed_at", "trouble"]
    else:
        row = Round(name=name, ended_at=now, seconds=seconds)
        changed = ["ended_at", "seconds", "trouble"]
    Round.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=changed)
