"""How long people have waited lately: from what is counted, honest, and cheap."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from tickets import figures, promises, waits
from tickets.models import Figures
from tickets.opening_hours import Calendar
from tickets.periods import latest
from tickets.promises import Promises
from tickets.sketch import Sketch

pytestmark = pytest.mark.django_db

MONDAY_MORNING = datetime(2026, 11, 23, 3, tzinfo=UTC)  # 10.00 WIB
SATURDAY = datetime(2026, 11, 28, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def not_asked_yet():
    waits.forget()


def count(days_ago, *minutes, category="*"):
    sketch = Sketch()
    for each in minutes:
        sketch.add(60 * each)
    start = latest("day", days_ago + 1)[0]
    Figures.objects.create(
        grain="day",
        category=category,
        start=start,
        counted_at=timezone.now(),
        first_human=sketch.as_json(),
    )


def test_usual_wait_is_the_half_and_nine_of_ten_of_all_days_together():
    count(0, *[10] * 10)
    count(3, *[30] * 7, *[120] * 4)

    usual = waits.usual()

    assert usual.days == 7
    assert usual.half / timedelta(minutes=30) == pytest.approx(1, abs=0.03)
    assert usual.most / timedelta(minutes=120) == pytest.approx(1, abs=0.03)


def test_nothing_is_told_of_a_few_answers():
    count(0, *[10] * 19)

    assert waits.usual() is None


def test_few_answers_of_a_week_are_looked_for_in_four():
    count(1, *[10] * 12)
    count(20, *[10] * 12)

    assert waits.usual().days == 28


def test_answers_of_long_ago_do_not_count():
    count(28, *[10] * 50)

    assert waits.usual() is None


def test_categories_are_not_counted_twice():
    count(0, *[10] * 15)
    count(0, *[10] * 15, category="otp_not_received")

    assert waits.usual() is None


def test_usual_wait_costs_one_query_and_then_none(django_assert_num_queries):
    for day in range(5):
        count(day, *[10] * 10)

    with django_assert_num_queries(1):
        waits.usual()
        waits.usual()


def test_database_away_leaves_the_wait_out(monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(figures, "read", fail)

    assert waits.usual() is None


@pytest.mark.parametrize(
    ("now", "back"),
    [(MONDAY_MORNING, None), (SATURDAY, datetime(2026, 11, 30, 1, tzinfo=UTC))],
)
def test_staff_is_back_when_the_desk_opens(now, back):
    assert waits.back_at(now) == back


def test_staff_is_never_away_where_all_time_counts():
    promises.keep(Promises(Calendar.round_the_clock()), seconds=3600)

    assert waits.back_at(SATURDAY) is None
