"""The next two weeks as the clock of what is promised will count them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tickets import promises
from tickets.models import ServicePolicy, SpecialDay
from tickets.opening_hours import END_OF_DAY, Span

DAYS = 14


@dataclass(frozen=True)
class Day:
    date: date
    label: str
    hours: str  # "" when closed
    because: str  # the holiday or special day, where there is one


def fortnight(policy: ServicePolicy) -> list[Day]:
    """Return today and the days after it, with what is open and why it is not."""
    days = [timezone.localdate() + timedelta(days=number) for number in range(DAYS)]
    hours, names = promises.hours_set(policy), _names(policy, days)
    exceptions = dict(hours.exceptions)
    return [
        Day(
            date=day,
            label=date_format(day, "l, j M", use_l10n=False),
            hours=" · ".join(spelt(span) for span in exceptions.get(day, hours.week[day.weekday()])),
            because=names.get(day, ""),
        )
        for day in days
    ]


def spelt(span: Span) -> str:
    """Spell a span on the clock of the page's language; the end of the day is 24:00."""
    opens, closes = (time_format(clock, _("H:i"), use_l10n=False) for clock in span)
    if span.closes == END_OF_DAY:
        closes = _("24:00")
    return f"{opens}–{closes}"


def _names(policy: ServicePolicy, days: list[date]) -> dict[date, str]:
    special = SpecialDay.objects.filter(date__range=(days[0], days[-1])).values_list("date", "name")
    return {**promises.days_off(policy, language=get_language() or "id"), **dict(special)}
