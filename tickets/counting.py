"""Counts hours and days into Figures, so that no page has to count tickets.

Every period is counted as a whole and as often as one likes, with the same result: what comes late (a
ticket marked as spam, a requester who comes back, an undone mistake) is in the next count. The younger a
period, the more often; after SETTLED it is left alone.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tickets import departed
from tickets.measures import Tally, answers_by_agent, count_window
from tickets.models import AgentDay, Figures
from tickets.models.figures import ALL, Grain
from tickets.models.privacy import DepartedKind
from tickets.periods import DAY, HOUR, latest, window
from tickets.sketch import Sketch

# How far back the page and the weekly mail look.
HOURS, DAYS = 48, 98
# Hours are only for the latest days; a day is one row for each category, and is kept.
HOURS_KEPT = 3 * DAY
# After the grace in which a ticket is reopened, and the 72 hours in which somebody comes back.
SETTLED = 12 * DAY
# How old a count may be, by how long ago its period ended.
RHYTHM = (
    (2 * HOUR, timedelta(seconds=50)),
    (2 * DAY, timedelta(minutes=15)),
    (SETTLED, timedelta(hours=6)),
)
# Seconds of a run: triage shares the workers. What is left over is counted a minute later.
BUDGET = 5


def count_due(*, within: float = BUDGET) -> int:
    """Count what has never been counted or not for long, the latest first; return how many periods."""
    until = time.monotonic() + within
    counted = 0
    for grain, start in _due():
        if counted and time.monotonic() > until:
            break
        count(grain, start)
        counted += 1
    _discard_old_hours()
    return counted


def count_shown() -> None:
    """Count every hour and day that is shown, as if none had been counted."""
    for grain, start in _shown():
        count(grain, start)


def count(grain: str, start: datetime) -> None:
    """Write the figures of one hour or day anew; a day has those of each agent too."""
    began_at = timezone.now()
    tally, agents = _counted(grain, start)
    with transaction.atomic():
        if _is_older(grain, start, than=began_at):
            _store(grain, start, tally, at=began_at)
            if agents:
                _store_agents(start, agents, at=began_at)


def _counted(grain: str, start: datetime) -> tuple[Tally[str], Tally[int] | None]:
    """Count the tickets there are and add those that were there; anew when some go meanwhile."""
    period = window(grain, start)
    while True:
        gone, gone_agents = departed.of(grain, start), departed.of(DepartedKind.AGENT, start)
        tally = count_window(period)
        agents = answers_by_agent(period) if grain == Grain.DAY else None
        if (gone, gone_agents) == (departed.of(grain, start), departed.of(DepartedKind.AGENT, start)):
            break
    departed.add(tally, gone)
    if agents is not None:
        departed.add_agents(agents, gone_agents)
    return tally, agents


def is_counted(starts: Iterable[datetime]) -> bool:
    """Whether each of these days has been counted after it was over."""
    wanted = {start: window(Grain.DAY, start).end for start in starts}
    counted = Figures.objects.filter(grain=Grain.DAY, category=ALL, start__in=wanted)
    done = {start for start, at in counted.values_list("start", "counted_at") if at >= wanted[start]}
    return done == set(wanted)


def _due() -> Iterator[tuple[str, datetime]]:
    now = timezone.now()
    wanted = _shown()
    oldest = min(start for _, start in wanted)
    rows = Figures.objects.filter(category=ALL, start__gte=oldest, grain__in=Grain.values)
    counted = {(row.grain, row.start): row.counted_at for row in rows.only("grain", "start", "counted_at")}
    ends = {(grain, start): window(grain, start).end for grain, start in wanted}
    # Those that are running first, then backwards.
    for grain, start in sorted(wanted, key=lambda period: ends[period], reverse=True):
        last = counted.get((grain, start))
        if last is None or _is_stale(last, end=ends[grain, start], now=now):
            yield grain, start


def _shown() -> list[tuple[str, datetime]]:
    hours = [(Grain.HOUR, start) for start in latest(Grain.HOUR, HOURS)]
    return [*hours, *((Grain.DAY, start) for start in latest(Grain.DAY, DAYS))]


def _is_stale(counted_at: datetime, *, end: datetime, now: datetime) -> bool:
    if counted_at >= end + SETTLED:
        return False
    # After a long stop the period may be older than SETTLED, and is owed its last count.
    rest = next((rest for age, rest in RHYTHM if now - end <= age), timedelta())
    return now - counted_at >= rest


def _is_older(grain: str, start: datetime, *, than: datetime) -> bool:
    """Lock the period, and say whether its figures began to be counted earlier than ours."""
    held = Figures.objects.select_for_update().filter(grain=grain, start=start, category=ALL)
    at = held.values_list("counted_at", flat=True).first()
    return at is None or at < than


def _store(grain: str, start: datetime, tally: Tally[str], *, at: datetime) -> None:
    rows = [
        Figures(
            grain=grain,
            start=start,
            category=category,
            counted_at=at,
            **{column: counts[column] for column in Figures.COUNTS},
            **{column: times[column].as_json() if column in times else {} for column in Figures.TIMES},
        )
        for category, counts, times in _by_category(tally)
    ]
    # Two workers may count the same period at once: so nothing is deleted and made again, and the row
    # of ALL, which _is_older locks, comes first here too.
    rows.sort(key=lambda row: row.category != ALL)
    Figures.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["grain", "category", "start"],
        update_fields=["counted_at", *Figures.COUNTS, *Figures.TIMES],
    )
    period = Figures.objects.filter(grain=grain, start=start)
    period.exclude(category__in=[row.category for row in rows]).delete()


def _by_category(tally: Tally[str]) -> Iterator[tuple[str, Counter[str], dict[str, Sketch]]]:
    """Each category in turn, and last ALL of them: its row is there even when nothing happened."""
    total: Counter[str] = Counter()
    times: dict[str, Sketch] = {column: Sketch() for column in Figures.TIMES}
    for key in sorted(tally.keys):
        counts, own = tally.counts[key], tally.times[key]
        total.update(counts)
        for column, sketch in own.items():
            times[column].buckets.update(sketch.buckets)
        yield key, counts, own
    yield ALL, total, times


def _store_agents(start: datetime, tally: Tally[int], *, at: datetime) -> None:
    rows = [
        AgentDay(
            start=start,
            agent_id=key,
            counted_at=at,
            answered=tally.counts[key]["answered"],
            first_human=tally.times[key]["first_human"].as_json(),
        )
        for key in sorted(tally.keys)
    ]
    AgentDay.objects.filter(start=start).exclude(agent__in=[row.agent_id for row in rows]).delete()
    AgentDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["start", "agent"],
        update_fields=["counted_at", "answered", "first_human"],
    )


def _discard_old_hours() -> None:
    Figures.objects.filter(grain=Grain.HOUR, start__lt=timezone.now() - HOURS_KEPT).delete()
