"""How long people have lately waited for our staff's first answer, and when somebody is there again.

From what is counted already (counting.py), never from the tickets; kept for a minute in each process,
because every look at a status page asks.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from tickets import figures, service_hours
from tickets.models.figures import Grain
from tickets.periods import latest
from tickets.remembered import Kept
from tickets.sketch import Sketch, merged

logger = logging.getLogger(__name__)

# The days that are looked back, today among them; the first with enough answers is told of.
DAYS = (7, 28)
# Of fewer answers nothing is told: one slow morning would be the figure.
ENOUGH = 20
KEPT = 60.0  # seconds
MOST = 0.9


@dataclass(frozen=True)
class Wait:
    """From the report to the first answer of a human, nights and holidays included: the wait people feel."""

    days: int
    half: timedelta  # half of the people waited no longer
    most: timedelta  # nine of ten waited no longer


def load() -> Wait | None:
    """Read the counted days: one query, of so many rows as there are days."""
    rows = figures.read(Grain.DAY, latest(Grain.DAY, max(DAYS)))
    for days in DAYS:
        sketch = merged(row.first_human for row in rows[-days:])
        if sketch.count >= ENOUGH:
            return Wait(days, half=_duration(sketch, 0.5), most=_duration(sketch, MOST))
    return None


def _load_if_possible() -> Wait | None:
    try:
        return load()
    except (DatabaseError, InterfaceError):
        # It is an ornament: the form must come up without it, and be asked for it seldom.
        logger.warning("the usual wait could not be read")
        return None


# What was usual lately, None of too few answers.
_kept = Kept(_load_if_possible, seconds=KEPT)
usual, keep, forget = _kept.get, _kept.keep, _kept.forget


def back_at(now: datetime | None = None) -> datetime | None:
    """Return when our staff is there again; None while they are, or where no hours are set."""
    now = now or timezone.now()
    promised = service_hours.promised()
    opens_at = promised.calendar.add(now, timedelta()) if promised else now
    return opens_at if opens_at > now else None


def _duration(sketch: Sketch, share: float) -> timedelta:
    return timedelta(seconds=sketch.quantile(share) or 0)
