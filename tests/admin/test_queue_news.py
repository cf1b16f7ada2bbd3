from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db

NEWS = reverse("admin:tickets_queue_news")
QUEUE = reverse("admin:tickets_ticket_changelist")


def micro(moment):
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_news_are_what_came_since_the_page_was_read(agent):
    TicketFactory(open=True)
    page = agent.get(QUEUE)
    since = page.context["news_since"]
    before = agent.get(NEWS, {"tab": "open", "since": since}).json()
    TicketFactory.create_batch(4, open=True)

    answer = agent.get(NEWS, {"tab": "open", "since": since})

    assert before == {"count": 0, "text": "0 tiket baru, muat"}
    assert answer.json() == {"count": 4, "text": "4 tiket baru, muat"}
    assert "no-store" in answer["Cache-Control"]


def test_news_keep_to_the_filters_of_the_page(agent):
    TicketFactory.create_batch(2, open=True)
    TicketFactory(open=True, channel="api")
    since = micro(timezone.now() - timedelta(minutes=1))

    answer = agent.get(NEWS, {"tab": "open", "channel": "api", "since": since})

    assert answer.json()["count"] == 1


def test_news_cost_one_count_beside_who_asks(agent, django_assert_num_queries):
    TicketFactory.create_batch(3, open=True)

    # Session, user, two for permissions, incidents, the count.
    with django_assert_num_queries(6):
        agent.get(NEWS, {"tab": "open", "since": "0"})


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 18, "9" * 400, "²"])
def test_odd_moments_give_an_answer(agent, since):
    TicketFactory(open=True)

    assert agent.get(NEWS, {"since": since}).status_code == 200


def test_a_page_left_open_for_long_is_told_of_a_day(agent):
    TicketFactory(open=True, queued_at=timezone.now() - timedelta(days=2))
    TicketFactory(open=True)

    assert agent.get(NEWS, {"since": "1"}).json()["count"] == 1


@pytest.mark.parametrize(
    ("query", "has_news"),
    [
        ({"tab": "open"}, True),
        ({"tab": "mine"}, True),
        ({"tab": "all"}, True),
        ({"tab": "held"}, False),
        ({"tab": "open", "after": "3_1_1"}, False),
        ({"q": "otp"}, False),
    ],
)
def test_news_are_asked_for_where_somebody_waits_for_them(agent, query, has_news):
    TicketFactory(open=True)

    page = agent.get(QUEUE, query)

    assert (NEWS in page.content.decode()) == has_news


def test_news_are_for_who_may_see_tickets(nobody):
    assert nobody.get(NEWS).status_code == 403
