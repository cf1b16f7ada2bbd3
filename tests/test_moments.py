"""Moments in words."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from tests.factories import TicketFactory
from tickets.moments import clock, in_words, signup_in_words

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
