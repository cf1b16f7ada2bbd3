"""Hours and days as people in Indonesia write them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time

HOUR = re.compile(
    r"(?:(?:jam|pukul|pkl|at)\s*)?"
    r"(?P<hour>\d{1,2})(?:\s*[.:,;\- ]?\s*(?P<minute>\d{2}))?"
    r"(?:\s*(?P<part>pagi|siang|sore|petang|malam|am|pm))?"
    r"(?:\s*(?P<zone>wib|wita|wit))?"
)
DAY = re.compile(r"(\d{1,2})[\s./\-]*(\d{1,2}|[a-z]+)[\s./\-]*(\d{4}|\d{2})?")
COMPACT_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})")
ISO_DAY = re.compile(r"(\d{4})[./\-](\d{1,2})[./\-](\d{1,2})")

# First letters tell the months apart in Indonesian and in English: Mei and May, Agustus and August.
MONTH_NAMES = "jan feb/peb mar apr mei/may jun jul agu/agt/ags/aug sep okt/oct nov/nop des/dec"
MONTHS = {
    name: number for number, names in enumerate(MONTH_NAMES.split(), start=1) for name in names.split("/")
}


def parse_hour(text: str) -> tuple[time, str]:
    """Read "14.30", "14:30", "1430", "jam 2.30 siang" or "14.30 WITA".

    Returns the time on the clock and the zone that was written with it ("" for none).
    Raises ValueError for anything else.
    """
    match = HOUR.fullmatch(_plain(text))
    if match is None:
        raise ValueError(text)
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    return time(_hour_of_day(hour, match["part"] or ""), minute), (match["zone"] or "").upper()


def parse_day(text: str, *, today: date) -> date:
    """Read "22-11-2026", "22/11/26", "22 November 2026" or "22-11" (the last one there was).

    Day before month, as everybody in Indonesia writes it. Raises ValueError.
    """
    plain = _plain(text)
    if iso := ISO_DAY.fullmatch(plain):
        year, month, day = (int(part) for part in iso.groups())
        return date(year, month, day)
    match = COMPACT_DAY.fullmatch(plain) or DAY.fullmatch(plain)
    if match is None:
        raise ValueError(text)
    day, month = int(match[1]), _month(match[2])
    if not match[3]:
        return _latest(day, month, today=today)
    return date(_year(match[3]), month, day)


def _plain(text: str) -> str:
    # NFKC: some keyboards write full-width digits.
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(" .,")


def _hour_of_day(hour: int, part: str) -> int:
    if hour > 12 or not part:
        return hour
    if part in {"am", "pagi"}:
        return hour % 12
    if part == "pm":
        return hour % 12 + 12
    # 10 and 11 are "siang" before noon; midnight and the hours after it are "malam".
    if part == "siang" and hour >= 10:
        return hour
    if part == "malam" and (hour == 12 or hour <= 4):
        return hour % 12
    return hour % 12 + 12


def _month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.get(text[:3], 0)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _latest(day: int, month: int, *, today: date) -> date:
    this_year = date(today.year, month, day)
    return this_year if this_year <= today else date(today.year - 1, month, day)
