from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import queue_counts
from tickets.filters import Filters
from tickets.queue import TABS, View
from tickets.queue_counts import count_all, count_arrivals

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory()


def test_counts_of_tabs_and_views_come_in_one_query_and_stop_at_the_cap(
    rina, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(queue_counts, "COUNT_CAP", 3)
    monkeypatch.setattr(queue_counts, "SMALL_CAP", 2)
    TicketFactory.create_batch(5, open=True, due_at=timezone.now() - timedelta(hours=1))
    TicketFactory(open=True, due_at=timezone.now() + timedelta(minutes=10))
    TicketFactory.create_batch(2, pending=True, assignee=rina, channel="api")
    TicketFactory(held=True)
    TicketFactory(created_at=timezone.now() - timedelta(minutes=5))
    TicketFactory()
    views = {
        "all_open": View(tab=TABS["open"], filters=Filters()),
        "my_api": View(tab=TABS["mine"], filters=Filters(channel="api")),
        "my_form": View(tab=TABS["mine"], filters=Filters(channel="form")),
    }

    with django_assert_num_queries(1):
        counts = count_all(rina, views=views)

    tabs = {
        "open": 3,
        "mine": 2,
        "suspended": 0,
        "pending": 2,
        "held": 1,
        "untriaged": 1,
        "late": 3,
        "soon": 1,
    }
    assert counts == {**tabs, "all_open": 2, "my_api": 2, "my_form": 0}


@pytest.mark.parametrize(
    ("filters", "is_cheap"),
    [
        (Filters(), True),
        (Filters(category="other"), True),
        (Filters(category="other", age="1d"), True),
        (Filters(category="other", channel="api"), False),
        (Filters(confidence="unsure"), True),
        (Filters(confidence="human"), True),
        (Filters(incident="none"), False),
        (Filters(incident="7"), True),
        (Filters(sla="late"), True),
    ],
)
def test_what_one_index_range_answers_is_cheap_to_count(filters, is_cheap):
    assert filters.are_cheap_to_count == is_cheap


def arrivals(user, tab, since, **filters):
    return count_arrivals(View(tab=TABS[tab], filters=Filters(**filters)), user=user, since=since)


def test_arrivals_are_what_came_into_the_queue_since(rina, django_assert_num_queries):
    now = timezone.now()
    TicketFactory(open=True, queued_at=now - timedelta(minutes=1))
    # Reported long ago, in the queue only now: it is news all the same.
    TicketFactory(open=True, created_at=now - timedelta(days=3), queued_at=now + timedelta(seconds=1))
    TicketFactory(open=True, channel="api", queued_at=now + timedelta(seconds=1))
    TicketFactory(pending=True, queued_at=now + timedelta(seconds=1))

    with django_assert_num_queries(1):
        count = arrivals(rina, "open", now)

    assert (count, arrivals(rina, "open", now, channel="api")) == (2, 1)


def test_arrivals_among_ones_own_are_those_that_came_back(rina):
    now = timezone.now()
    TicketFactory(open=True, assignee=rina, queued_at=now + timedelta(seconds=1))
    TicketFactory(pending=True, assignee=rina, queued_at=now + timedelta(seconds=1))
    TicketFactory(open=True, queued_at=now + timedelta(seconds=1))

    assert arrivals(rina, "mine", now) == 1


def test_arrivals_are_capped_and_unknown_to_tabs_where_nobody_waits(rina, monkeypatch):
    monkeypatch.setattr(queue_counts, "SMALL_CAP", 2)
    TicketFactory.create_batch(3, open=True)
    TicketFactory.create_batch(3, resolved=True)
    past = timezone.now() - timedelta(hours=1)

    assert (arrivals(rina, "open", past), arrivals(rina, "all", past), arrivals(rina, "done", past)) == (
        2,
        2,
        0,
    )
