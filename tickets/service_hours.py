"""The hours in which staff answers, as requesters are told: runs of weekdays that are alike."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time as clock_time

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from tickets import promises
from tickets.models.service import Weekday
from tickets.opening_hours import END_OF_DAY, Spans
from tickets.promises import Promises
from triage.wording import words

logger = logging.getLogger(__name__)

# While the database is away, a page must not wait for it only to say when we are open (seconds).
REST = 30.0
MIDNIGHT = clock_time()

_resting_until = 0.0


@dataclass(frozen=True)
class Run:
    """Weekdays in a row with the same hours."""

    first: Weekday
    last: Weekday
    spans: Spans

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last

    @property
    def is_whole_day(self) -> bool:
        return any(span.opens == MIDNIGHT and span.closes == END_OF_DAY for span in self.spans)


def known() -> list[Run]:
    """Return the hours that are set, Monday first; none where none are, or where nobody can tell now."""
    current = promised()
    return runs(current.hours.week) if current and current.hours else []


def promised() -> Promises | None:
    """Return what is promised, None while the database is away: it is an ornament of a page."""
    global _resting_until
    if time.monotonic() < _resting_until:
        return None
    try:
        return promises.current()
    except (DatabaseError, InterfaceError) as error:
        _resting_until = time.monotonic() + REST
        logger.warning("the opening hours could not be read: %s", type(error).__name__)
        return None


def zone_name() -> str:
    """Return for example "WIB"; the name of the zone where it has no short one."""
    return words()["zones"].get(settings.TIME_ZONE, settings.TIME_ZONE)


def runs(week: Sequence[Spans]) -> list[Run]:
    """Put days together that follow each other and have the same hours; closed days are left out."""
    found: list[Run] = []
    for day, spans in enumerate(week):
        spans = tuple(sorted(spans))
        if found and found[-1].last == day - 1 and found[-1].spans == spans:
            found[-1] = Run(found[-1].first, Weekday(day), spans)
        elif spans:
            found.append(Run(Weekday(day), Weekday(day), spans))
    return found
