"""Durations, clock times and lists of what was tried, in the words of wording.toml."""

import tomllib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from triage.report import LANGUAGES

DEFAULT_ZONE = "Asia/Jakarta"


@cache
def words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("wording.toml").read_text(encoding="utf-8"))


def known_language(language: str) -> str:
    """Indonesian for everything we have no texts in."""
    return language if language in LANGUAGES else LANGUAGES[0]


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def duration(minutes: int, *, at_least: bool, language: str) -> str:
    """`4 menit`, `3 jam`, `lebih dari 2 hari`: the largest unit that does not hide what matters."""
    if minutes < 1:
        return str(words()["moment"][language])
    unit, count = _unit(minutes)
    forms = words()[unit][language]
    text = forms[0 if count == 1 else 1].format(count=count)
    return words()["at_least"][language].format(duration=text) if at_least else text


def _unit(minutes: int) -> tuple[str, int]:
    if minutes < 60:
        return "minutes", minutes
    if minutes < 48 * 60:
        return "hours", minutes // 60
    return "days", minutes // (24 * 60)


def span(length: timedelta, *, language: str) -> str:
    """`90 menit`, `24 jam`, `3 hari`: a length of time to the minute, for what is promised by it."""
    minutes = int(length.total_seconds() // 60)
    unit, count = next(
        (unit, minutes // size)
        for unit, size in (("days", 1440), ("hours", 60), ("minutes", 1))
        if minutes % size == 0 and (unit != "days" or minutes > size)
    )
    return str(words()[unit][language][0 if count == 1 else 1].format(count=count))


def tried_words(tried: Iterable[str], *, language: str) -> str:
    texts = words()["tried"]
    return str(words()["and"][language].join(texts[key][language] for key in sorted(tried)))


def clock(moment: datetime, *, now: datetime, zone: str, language: str) -> str:
    """The named time on the requester's own clock; says so when it falls on the next day."""
    text = clock_face(moment, zone=zone, language=language)
    zone_info = zone_of(zone)
    same_day = moment.astimezone(zone_info).date() == now.astimezone(zone_info).date()
    return str(words()["clock_today" if same_day else "clock_tomorrow"][language].format(clock=text))


def clock_face(moment: datetime, *, zone: str, language: str) -> str:
    """The hour and its zone: "14.32 WIB", in English "14:32 WIB"."""
    local = moment.astimezone(zone_of(zone))
    name = words()["zones"].get(zone) or local.tzname() or ""
    return str(words()["clock"][language].format(hour=f"{local:%H}", minute=f"{local:%M}", zone=name))


def rounded_up(moment: datetime) -> datetime:
    """The next full minute, so that a named clock time is never a few seconds early."""
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + timedelta(minutes=1)
