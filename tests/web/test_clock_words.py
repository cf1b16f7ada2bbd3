"""Hours and days as people write them."""

from datetime import date, time

import pytest

from tickets.forms.clock_words import parse_day, parse_hour

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "hour", "zone"),
    [
        ("14.30", time(14, 30), ""),
        ("14:30", time(14, 30), ""),
        ("14,30", time(14, 30), ""),
        ("1430", time(14, 30), ""),
        ("930", time(9, 30), ""),
        ("jam 14.30", time(14, 30), ""),
        ("Pukul 7 malam", time(19, 0), ""),
        ("2.30 siang", time(14, 30), ""),
        ("11 siang", time(11, 0), ""),
        ("4 sore", time(16, 0), ""),
        ("12 malam", time(0, 0), ""),
        ("1.15 malam", time(1, 15), ""),
        ("9 pagi", time(9, 0), ""),
        ("2:30 PM", time(14, 30), ""),
        ("12.05 am", time(0, 5), ""),
        ("14.30 WITA", time(14, 30), "WITA"),
        (" １４．３０ ", time(14, 30), ""),
        ("00.00", time(0, 0), ""),
    ],
)
def test_parse_hour_reads_everyday_spellings(text, hour, zone):
    assert parse_hour(text) == (hour, zone)


@pytest.mark.parametrize("text", ["", "tadi", "25.00", "14.75", "14.3", "1-2-3", "99999", "-1", "14.30 CET"])
def test_parse_hour_refuses_what_is_no_hour(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_hour(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("22-11-2026", date(2026, 11, 22)),
        ("22/11/2026", date(2026, 11, 22)),
        ("22.11.26", date(2026, 11, 22)),
        ("1 Agustus 2026", date(2026, 8, 1)),
        ("1 august 2026", date(2026, 8, 1)),
        ("3 Mei 2026", date(2026, 5, 3)),
        ("5 Des", date(2025, 12, 5)),
        ("20 Agt 2026", date(2026, 8, 20)),
        ("22-11", date(2026, 11, 22)),
        ("23-11", date(2025, 11, 23)),
        ("22112026", date(2026, 11, 22)),
        ("2026-11-22", date(2026, 11, 22)),
    ],
)
def test_parse_day_reads_day_before_month(text, day):
    assert parse_day(text, today=TODAY) == day


@pytest.mark.parametrize(
    "text", ["", "kemarin", "31-02-2026", "0-1-2026", "1-13-2026", "22 foo 2026", "1-1-0000"]
)
def test_parse_day_refuses_what_is_no_day(text):
    with pytest.raises(ValueError):  # noqa: PT011
        parse_day(text, today=TODAY)
