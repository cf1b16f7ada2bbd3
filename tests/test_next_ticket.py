import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import capacity, desk, lifecycle
from tickets.filters import Filters
from tickets.models import Event, Ticket
from tickets.next_ticket import NobodyWaits, take_next
from tickets.queue import QUEUE_ORDER

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory()


def at_once(*works: Callable[[], None]) -> None:
    """Do each in a thread with a connection of its own; they begin together."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_take_next_gives_the_most_urgent_with_its_event(rina):
    TicketFactory(open=True, priority=3)
    urgent = TicketFactory(open=True, priority=1)

    taken = take_next(by=rina)

    urgent.refresh_from_db()
    assert (taken, urgent.assignee) == (urgent, rina)
    assert [(e.kind, e.actor, e.data) for e in urgent.events.all()] == [("assigned", rina, {"user": rina.pk})]


def test_take_next_goes_through_the_queue_in_its_order(rina):
    long_ago = timezone.now() - timedelta(hours=5)
    for priority, age in ((3, 1), (2, 1), (3, 4), (1, 0), (2, 3), (4, 5)):
        TicketFactory(open=True, priority=priority, queued_at=long_ago - timedelta(minutes=age))
    in_order = list(Ticket.objects.order_by(*QUEUE_ORDER).values_list("pk", flat=True))

    taken = [take_next(by=rina).pk for _ in range(6)]

    assert taken == in_order


def test_take_next_leaves_what_is_not_waiting_for_an_agent(rina):
    TicketFactory(open=True, assignee=AgentFactory())
    for state in ("held", "pending", "resolved", "closed"):
        TicketFactory(**{state: True})
    TicketFactory(status="spam")
    TicketFactory()

    with pytest.raises(NobodyWaits):
        take_next(by=rina)

    assert Event.objects.count() == 0


def test_take_next_keeps_to_the_filters(rina):
    TicketFactory(open=True, priority=1, category="form_rejected")
    asked = TicketFactory(open=True, priority=3, category="otp_not_received")

    taken = take_next(by=rina, filters=Filters(category="otp_not_received"))

    assert taken == asked


@pytest.mark.parametrize("filters", [Filters(assignee="me"), Filters(status="pending")])
def test_take_next_is_always_nobodys_open_ticket(rina, filters):
    TicketFactory(open=True, assignee=rina)
    TicketFactory(pending=True)
    ticket = TicketFactory(open=True)

    assert take_next(by=rina, filters=filters) == ticket


def test_take_next_refuses_beyond_the_capacity(settings, rina):
    settings.AGENT_CAPACITY = 2
    TicketFactory.create_batch(3, open=True)
    take_next(by=rina)
    take_next(by=rina)

    with pytest.raises(capacity.AtCapacity):
        take_next(by=rina)

    assert Ticket.objects.filter(assignee=rina).count() == 2


def test_what_was_answered_makes_room(settings, rina):
    settings.AGENT_CAPACITY = 1
    TicketFactory.create_batch(2, open=True)
    desk.reply_and_resolve(take_next(by=rina), body="Sudah aktif.", by=rina)

    second = take_next(by=rina)

    assert second.assignee == rina


@pytest.mark.parametrize(
    ("agents", "tickets"), [(5, 40), pytest.param(20, 1000, marks=pytest.mark.slow, id="20-1000")]
)
@pytest.mark.django_db(transaction=True)
def test_agents_who_press_at_once_get_different_tickets(settings, agents, tickets):
    settings.AGENT_CAPACITY = 0
    make_tickets(tickets)
    in_order = list(Ticket.objects.order_by(*QUEUE_ORDER).values_list("pk", flat=True))
    got: dict[int, list[int]] = {}

    def press_until_nothing_is_left(agent):
        mine = got.setdefault(agent.pk, [])
        while True:
            try:
                mine.append(take_next(by=agent).pk)
            except NobodyWaits:
                return

    at_once(
        *(
            lambda agent=agent: press_until_nothing_is_left(agent)
            for agent in AgentFactory.create_batch(agents)
        )
    )

    place = {pk: number for number, pk in enumerate(in_order)}
    # None twice, none passed over, and each agent from the more urgent to the less.
    assert Counter(pk for mine in got.values() for pk in mine) == Counter(in_order)
    assert all(mine == sorted(mine, key=place.__getitem__) for mine in got.values())
    assert {(t.pk, t.assignee_id) for t in Ticket.objects.all()} == {
        (pk, agent) for agent, mine in got.items() for pk in mine
    }


@pytest.mark.django_db(transaction=True)
def test_presses_of_one_agent_never_pass_the_capacity(settings, rina):
    settings.AGENT_CAPACITY = 3
    make_tickets(12)
    refused = []

    def press():
        try:
            take_next(by=rina)
        except capacity.AtCapacity:
            refused.append(1)

    at_once(*[press] * 8)

    assert (capacity.open_count(rina), len(refused)) == (3, 5)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer, and locks no rows")
@pytest.mark.django_db(transaction=True)
def test_take_next_waits_for_no_ticket_that_another_holds(rina):
    first, second = TicketFactory.create_batch(2, open=True)
    got = []

    with transaction.atomic():
        lifecycle.lock(first)
        at_once(lambda: got.append(take_next(by=rina)))

    assert got == [second]


def make_tickets(number: int) -> None:
    built = TicketFactory.build_batch(number, open=True)
    for index, ticket in enumerate(built):
        ticket.priority = 1 + index % 4
        ticket.queued_at = timezone.now() - timedelta(seconds=index * 37 % 1009)
    Ticket.objects.bulk_create(built)
