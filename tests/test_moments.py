"""Moments in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from tests.factories import TicketFactory
from tickets.moments import (
    briefly,
    claim_in_words,
    clock,
    duration_in_words,
    in_words,
    signup_in_words,
    weekday_in_words,
)

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 22, 7, 30, tzinfo=UTC), "today at 14:30 WIB"),
        (datetime(2026, 11, 21, 7, 30, tzinfo=UTC), "yesterday at 14:30 WIB"),
        (datetime(2026, 11, 22, 18, 0, tzinfo=UTC), "tomorrow at 01:00 WIB"),
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), "1 November 2026 at 14:30 WIB"),
    ],
)
def test_moment_is_named_on_the_requesters_clock(moment, words):
    assert in_words(moment, zone="Asia/Jakarta") == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 22, 7, 30, tzinfo=UTC), "today at 14:30 WIB"),
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), "tomorrow at 08:00 WIB"),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "Tuesday at 08:00 WIB"),
        (datetime(2026, 11, 28, 1, 0, tzinfo=UTC), "Saturday at 08:00 WIB"),
        (datetime(2026, 11, 29, 1, 0, tzinfo=UTC), "29 November 2026 at 08:00 WIB"),
    ],
)
def test_day_of_the_week_is_named_while_there_is_one_of_it(moment, words):
    assert weekday_in_words(moment, zone="Asia/Jakarta") == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 21, 18, 5, tzinfo=UTC), "01:05"),
        (datetime(2026, 11, 21, 7, 30, tzinfo=UTC), "21 Nov"),
    ],
)
def test_briefly_is_the_clock_of_today_or_the_day(moment, words):
    assert briefly(moment, zone="Asia/Jakarta") == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.2, "less than 5 minutes"),
        (5, "about 5 minutes"),
        (31, "about 35 minutes"),
        (55, "about 55 minutes"),
        (56, "about 1 hour"),
        (74, "about 1 hour"),
        (80, "about 2 hours"),
        (23 * 60, "about 23 hours"),
        (25 * 60, "about 1 day"),
        (31 * 60, "about 2 days"),
        (8 * 1440, "about 8 days"),
    ],
)
def test_duration_is_rounded_to_what_a_person_would_say(minutes, words):
    assert duration_in_words(timedelta(minutes=minutes)) == words


def test_clock_names_its_zone():
    assert clock(NOW, zone="Asia/Jayapura") == "14:00 WIT"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"signup_precision": "not_yet", "signed_up_at": None}, "not yet"),
        ({"signup_precision": "unknown", "signed_up_at": None}, "not known"),
        (
            {"signup_precision": "day", "signed_up_at": datetime(2026, 11, 20, 17, 0, tzinfo=UTC)},
            "21 November 2026",
        ),
        ({"signup_precision": "minute", "signed_up_at": NOW}, "today at 12:00 WIB"),
    ],
)
def test_signup_is_as_exact_as_it_was_told(columns, words):
    assert signup_in_words(TicketFactory.build(**columns)) == words


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("", ""),
        ("2090-01-01T10:00", "1 January 2090 at 10:00 WIB"),
        ("2026-11-23", "23 November 2026"),
        ("0001-01-01T10:00", "1 January 0001 at 10:00 WIB"),
    ],
)
def test_claim_is_told_as_it_was_written(claim, words):
    ticket = TicketFactory.build(signup_claim=claim, zone="Asia/Jakarta")

    assert claim_in_words(ticket) == words
