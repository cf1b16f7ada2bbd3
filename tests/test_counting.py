"""Hours and days, counted as often as one likes."""

import threading
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import counting, desk, figures, measures
from tickets.measures import MEASURES, Tally
from tickets.models import AgentDay, Figures
from tickets.models.figures import ALL, Grain
from tickets.periods import Window, day_start, days_between, latest, window
from tickets.privacy import deletion

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def today():
    return latest(Grain.DAY, 1)[0]


def row(start=None, *, grain=Grain.DAY, category=ALL):
    return Figures.objects.get(grain=grain, start=start or today(), category=category)


def test_day_begins_at_midnight_of_the_desk(settings):
    assert day_start(date(2026, 11, 28)) == datetime(2026, 11, 27, 17, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_day_on_which_clocks_change_is_shorter_or_longer(day, hours):
    with timezone.override("Europe/Berlin"):
        period = window(Grain.DAY, day_start(day))

    assert period.end - period.start == hours * HOUR


def test_latest_hours_end_with_the_running_one():
    hours = latest(Grain.HOUR, 3)

    assert hours[2] <= timezone.now() < hours[2] + HOUR
    assert [later - earlier for earlier, later in pairwise(hours)] == [HOUR, HOUR]


def test_days_between_are_both_included():
    assert len(days_between(date(2026, 11, 1), date(2026, 11, 3))) == 3


def test_day_is_counted_by_category_and_in_all():
    TicketFactory(open=True)
    TicketFactory(open=True, category="other")

    counting.count(Grain.DAY, today())

    assert dict(Figures.objects.values_list("category", "arrived")) == {
        "otp_not_received": 1,
        "other": 1,
        ALL: 2,
    }


def test_day_without_tickets_is_counted_all_the_same():
    counting.count(Grain.DAY, today())

    assert (row().arrived, Figures.objects.count()) == (0, 1)


def test_counting_twice_changes_nothing():
    rina = AgentFactory(role="agent")
    desk.reply_and_resolve(TicketFactory(open=True), body="Sudah.", by=rina)

    def counted():
        counting.count(Grain.DAY, today())
        columns = [*Figures.COUNTS, *Figures.TIMES]
        agents = list(AgentDay.objects.values("agent", "answered", "first_human"))
        return list(Figures.objects.order_by("category").values("category", *columns)), agents

    assert counted() == counted()


def test_what_was_undone_is_gone_after_the_next_count():
    rina = AgentFactory(role="agent")
    ticket = TicketFactory(open=True)
    counting.count(Grain.DAY, today())
    assert row(category="otp_not_received").arrived == 1

    desk.mark_spam(ticket, by=rina)
    counting.count(Grain.DAY, today())

    assert list(Figures.objects.values_list("category", "arrived")) == [(ALL, 0)]


def test_agent_who_answered_nothing_after_all_has_no_day():
    rina = AgentFactory(role="agent")
    ticket = TicketFactory(open=True)
    desk.reply_and_resolve(ticket, body="Sudah.", by=rina)
    counting.count(Grain.DAY, today())
    assert AgentDay.objects.get().answered == 1

    ticket.events.all().delete()
    counting.count(Grain.DAY, today())

    assert AgentDay.objects.count() == 0


def test_older_count_does_not_replace_a_newer_one(monkeypatch):
    TicketFactory(open=True)
    counting.count(Grain.DAY, today())
    Figures.objects.update(counted_at=timezone.now() + HOUR)
    TicketFactory(open=True)

    counting.count(Grain.DAY, today())

    assert row().arrived == 1


def test_first_run_counts_all_that_is_shown(monkeypatch):
    monkeypatch.setattr(counting, "HOURS", 3)
    monkeypatch.setattr(counting, "DAYS", 4)

    counted = counting.count_due(within=600)

    assert counted == 7
    assert counting.count_due(within=600) == 0


@pytest.mark.usefixtures("noon")  # in the last hour of a day, hour and day end together
def test_run_stops_when_its_time_is_over_and_the_next_goes_on():
    assert counting.count_due(within=0) == 1
    assert row().arrived == 0

    assert counting.count_due(within=0) == 1
    assert Figures.objects.count() == 2


@pytest.mark.parametrize(
    ("ended_ago", "counted_ago", "is_stale"),
    [
        (-HOUR, timedelta(seconds=40), False),
        (-HOUR, timedelta(seconds=60), True),
        (DAY, timedelta(minutes=10), False),
        (DAY, timedelta(minutes=20), True),
        (5 * DAY, 5 * HOUR, False),
        (5 * DAY, 7 * HOUR, True),
        (20 * DAY, 7 * DAY, False),  # counted when it was settled
        (20 * DAY, 9 * DAY, True),  # the workers were away since
    ],
)
def test_younger_periods_are_counted_more_often(ended_ago, counted_ago, is_stale):
    now = timezone.now()

    assert counting._is_stale(now - counted_ago, end=now - ended_ago, now=now) is is_stale


def test_hours_of_days_ago_are_discarded_and_days_kept():
    old = timezone.now() - 5 * DAY
    for grain in Grain:
        Figures.objects.create(grain=grain, start=old, category=ALL, counted_at=old)

    counting.count_due(within=0)

    assert list(Figures.objects.filter(start=old).values_list("grain", flat=True)) == ["day"]


def test_week_is_counted_when_each_day_was_counted_after_its_end():
    days = latest(Grain.DAY, 3)
    for start in days[:2]:
        counting.count(Grain.DAY, start)
    assert counting.is_counted(days[:2]) is True
    assert counting.is_counted(days) is False

    Figures.objects.filter(start=days[0]).update(counted_at=days[0] + HOUR)
    assert counting.is_counted(days[:2]) is False


def test_figures_of_several_days_add_up():
    days = latest(Grain.DAY, 2)
    for start, number, bucket in ((days[0], 3, "10"), (days[1], 4, "12")):
        Figures.objects.create(
            grain=Grain.DAY,
            start=start,
            category=ALL,
            counted_at=start,
            arrived=number,
            first_auto={bucket: 2},
        )

    total = figures.total(figures.read(Grain.DAY, days))

    assert (total.arrived, total.first_auto) == (7, {"10": 2, "12": 2})


def test_uncounted_days_read_as_zero_and_in_order():
    days = latest(Grain.DAY, 3)
    counting.count(Grain.DAY, days[1])

    rows = figures.read(Grain.DAY, days)

    assert [(each.start, each.pk is None) for each in rows] == [
        (days[0], True),
        (days[1], False),
        (days[2], True),
    ]


def test_only_settled_days_can_say_who_came_back():
    rows = figures.read(Grain.DAY, latest(Grain.DAY, 10))

    assert len(figures.settled(rows, grain=Grain.DAY)) in {6, 7}


@pytest.mark.django_db(transaction=True)
def test_two_workers_may_count_the_same_day_at_once():
    TicketFactory(open=True)
    desk.reply_and_resolve(TicketFactory(open=True), body="Sudah.", by=AgentFactory())
    failures = []

    def work():
        try:
            counting.count(Grain.DAY, today())
        except Exception as error:  # pragma: no cover
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert (row().arrived, AgentDay.objects.get().answered) == (2, 1)


def test_counts_of_a_day_that_is_running_do_not_reach_into_the_future():
    tally = Tally()
    TicketFactory(open=True, response_due_at=timezone.now() + timedelta(minutes=1))

    for name in ("response_promise", "resolution_promise"):
        MEASURES[name].count(Window(timezone.now() - DAY, timezone.now() + DAY), tally)

    assert tally.keys == set()


def test_agents_who_left_take_their_days_with_them():
    rina = AgentFactory()
    AgentDay.objects.create(agent=rina, start=today(), counted_at=timezone.now(), answered=1)

    User.objects.get(pk=rina.pk).delete()

    assert AgentDay.objects.count() == 0


def test_ticket_that_is_deleted_while_its_period_is_counted_counts_once(monkeypatch):
    ticket = TicketFactory(open=True)
    counted = []

    def count_window(period):
        tally = measures.count_window(period)
        if not counted:
            deletion.delete([ticket.pk])
        counted.append(period)
        return tally

    monkeypatch.setattr(counting, "count_window", count_window)
    counting.count(Grain.DAY, today())

    assert (row().arrived, len(counted)) == (1, 2)
