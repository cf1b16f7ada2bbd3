from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets.backlog import CLASSES, take_stock
from tickets.models import OpenWork

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("age", "place"),
    [
        (30 * MINUTE, 0),
        (61 * MINUTE, 1),
        (5 * 60 * MINUTE, 2),
        (25 * 60 * MINUTE, 3),
        (timedelta(days=4), 4),
        (timedelta(days=30), 5),
    ],
)
def test_open_tickets_are_put_into_classes_of_age(age, place):
    TicketFactory(open=True, created_at=timezone.now() - age)

    ages = take_stock().by_category["otp_not_received"]["open"]

    assert ages == [1 if number == place else 0 for number in range(CLASSES)]


def test_waiting_and_held_tickets_stand_beside_the_open_ones():
    TicketFactory(pending=True)
    TicketFactory(held=True)
    TicketFactory(held=True)
    TicketFactory(resolved=True)

    assert take_stock().by_category == {
        "otp_not_received": {"open": [0] * CLASSES, "pending": 1, "self_fix": 0},
        "self_otp_waiting": {"open": [0] * CLASSES, "pending": 0, "self_fix": 2},
    }


def test_agents_have_what_is_theirs():
    rina, andi = AgentFactory(), AgentFactory()
    left = AgentFactory(is_active=False)
    for assignee in (rina, rina, left, None):
        TicketFactory(open=True, assignee=assignee)
    TicketFactory(pending=True, assignee=rina)

    assert take_stock().by_agent == {
        str(rina.pk): {"open": 2, "pending": 1},
        str(andi.pk): {"open": 0, "pending": 0},
    }


def test_oldest_and_overdue():
    now = timezone.now()
    TicketFactory(open=True, created_at=now - timedelta(days=2), due_at=now - MINUTE)
    TicketFactory(open=True, due_at=now + MINUTE)
    TicketFactory(resolved=True, created_at=now - timedelta(days=9))

    stock = take_stock()

    assert (stock.oldest_at, stock.overdue) == (now - timedelta(days=2), 1)


def test_next_stock_takes_the_place_of_the_one_before():
    take_stock()
    TicketFactory(open=True)

    take_stock()

    assert OpenWork.objects.get().by_category["otp_not_received"]["open"][0] == 1


def test_stock_takes_the_same_queries_for_any_number_of_tickets(django_assert_num_queries):
    TicketFactory(open=True, assignee=AgentFactory())
    with django_assert_num_queries(8):
        take_stock()

    for _ in range(3):
        TicketFactory(open=True, category="other", assignee=AgentFactory())
    with django_assert_num_queries(8):
        take_stock()
