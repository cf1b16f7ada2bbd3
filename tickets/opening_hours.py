"""Opening hours as arithmetic: what time counts, and when so much of it will have passed. No database."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# A TimeField knows no 24:00.
END_OF_DAY = time(23, 59)
# Outside the days a calendar was made for, all time counts: nothing here can search for ever.
DAWN, DUSK = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


class Span(NamedTuple):
    """Open from one time of the day to another."""

    opens: time
    closes: time


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True)
class Hours:
    """The rule: the spans of each weekday, Monday first, and the dates that differ (no span: closed)."""

    zone: str
    week: tuple[Spans, ...]
    exceptions: tuple[tuple[date, Spans], ...] = ()


class Calendar:
    """The open intervals of the days from `first` to `last`; before and after them all time counts.

    In opening time, `between` measures and `add` is its inverse: between(m, add(m, t)) == t for
    every t, forwards and backwards. Both take aware moments and cost a binary search.
    """

    def __init__(self, hours: Hours, *, first: date, last: date):
        zone = ZoneInfo(hours.zone)
        days = dict(hours.exceptions)
        start, end = _moment(first, time(), zone), _moment(last + DAY, time(), zone)
        self._opens: list[datetime] = []
        self._ends: list[datetime] = []
        self._until: list[timedelta] = []  # opening time that has passed when each interval ends
        self._append(DAWN, start)
        for day in _days(first, last):
            for opens, closes in _intervals(day, days.get(day, hours.week[day.weekday()]), zone):
                self._append(max(opens, self._ends[-1]), min(closes, end))
        self._append(end, DUSK)

    @classmethod
    def round_the_clock(cls) -> Calendar:
        """One on which all time counts."""
        whole = (Span(time(), END_OF_DAY),)
        return cls(Hours("UTC", (whole,) * 7), first=date(2000, 1, 1), last=date(2000, 1, 1))

    def add(self, moment: datetime, worktime: timedelta) -> datetime:
        """Return when so much opening time has passed since the moment, or (negative) is still to pass.

        Never in closed time: what ends with a day is due at its close, and no time at all, asked
        for while closed, leads to the next opening.
        """
        if not worktime and self._is_open(moment):
            return moment
        total = min(max(self._passed(moment) + worktime, timedelta()), self._until[-1])
        find = bisect_left if worktime > timedelta() else bisect_right
        place = min(find(self._until, total), len(self._until) - 1)
        return self._ends[place] - (self._until[place] - total)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much opening time lies between two moments; negative when the end is the earlier."""
        return self._passed(end) - self._passed(start)

    def _append(self, opens: datetime, closes: datetime) -> None:
        if opens < closes:
            passed = self._until[-1] if self._until else timedelta()
            self._opens.append(opens)
            self._ends.append(closes)
            self._until.append(passed + (closes - opens))

    def _passed(self, moment: datetime) -> timedelta:
        place = max(bisect_right(self._opens, moment) - 1, 0)
        return self._until[place] - max(self._ends[place] - moment, timedelta())

    def _is_open(self, moment: datetime) -> bool:
        place = bisect_right(self._opens, moment) - 1
        return place >= 0 and moment <= self._ends[place]


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


def _intervals(day: date, spans: Iterable[Span], zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for opens, closes in sorted(spans):
        closing = _moment(day + DAY, time(), zone) if closes == END_OF_DAY else _moment(day, closes, zone)
        yield _moment(day, opens, zone), closing


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    # In UTC: within one zone Python compares the clocks on the wall, which a change to summer time fools.
    return datetime.combine(day, clock, zone).astimezone(UTC)
