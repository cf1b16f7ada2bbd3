"""The hours in which staff answers, as requesters are told."""

from datetime import date, time

import pytest
from django.db import OperationalError

from tickets import promises, service_hours
from tickets.opening_hours import Calendar, Hours, Span
from tickets.promises import Promises

OFFICE = (Span(time(8), time(17)),)
SHORT = (Span(time(9), time(12)),)


@pytest.fixture(autouse=True)
def rested(monkeypatch):
    monkeypatch.setattr(service_hours, "_resting_until", 0.0)


def keep(*week):
    hours = Hours("Asia/Jakarta", week)
    calendar = Calendar(hours, first=date(2026, 1, 1), last=date(2026, 12, 31))
    promises.keep(Promises(calendar, hours=hours), seconds=3600)


def footer(client):
    page = client.get("/").content.decode()
    return " ".join(page.partition('class="hours"')[2].partition("</div>")[0].split())


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        ([OFFICE] * 5 + [(), ()], [(0, 4)]),
        ([OFFICE] * 5 + [SHORT, ()], [(0, 4), (5, 5)]),
        ([OFFICE, (), OFFICE, OFFICE, (), (), OFFICE], [(0, 0), (2, 3), (6, 6)]),
        ([()] * 7, []),
        ([OFFICE] * 7, [(0, 6)]),
    ],
)
def test_days_that_are_alike_are_told_together(week, expected):
    assert [(run.first, run.last) for run in service_hours.runs(week)] == expected


def test_footer_tells_the_hours_in_both_languages(client):
    keep(*[OFFICE] * 5, SHORT, ())

    indonesian = footer(client)
    client.cookies["django_language"] = "en"

    assert "<span>Senin–Jumat</span> <span>08.00–17.00 WIB</span>" in indonesian
    assert "<span>Sabtu</span> <span>09.00–12.00 WIB</span>" in indonesian
    assert "<span>Monday–Friday</span> <span>08:00–17:00 WIB</span>" in footer(client)


def test_whole_day_is_told_as_one(client):
    keep(*[(Span(time(0), time(23, 59)),)] * 7)

    assert "<span>Senin–Minggu</span> <span>24 jam</span>" in footer(client)


def test_page_without_hours_says_nothing_of_them(client):
    promises.keep(Promises(), seconds=3600)

    assert footer(client) == ""


def test_database_that_is_away_is_asked_once_and_costs_no_page(client, monkeypatch):
    asked = []

    def away():
        asked.append(1)
        raise OperationalError

    monkeypatch.setattr(promises, "current", away)

    statuses = [client.get("/").status_code for _ in range(3)]

    assert (statuses, len(asked)) == ([200] * 3, 1)


@pytest.mark.django_db
def test_hours_are_those_that_the_leads_have_set():
    promises.forget()

    assert [(run.first, run.last, run.spans) for run in service_hours.known()] == [(0, 4, OFFICE)]
