from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import TicketFactory
from tickets import lifecycle, promises, recount, tasks
from tickets.actors import SYSTEM
from tickets.models import OpeningHours, ServicePolicy, ServiceTarget, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows_count(db):
    """The promises of these tests are those of their rows, and settled."""
    OpeningHours.objects.all().delete()
    ServicePolicy.objects.update(recount_after=None)
    promises.forget()


def queued(**columns):
    ticket = TicketFactory(**columns)
    lifecycle.put_in_queue(ticket, because="triaged", by=SYSTEM)
    return ticket


def change(minutes, *, ago=timedelta(minutes=1)):
    ServiceTarget.objects.filter(priority=3).update(response_minutes=minutes)
    promises.changed()
    ServicePolicy.objects.update(changed_at=timezone.now() - ago)


def answer_within(ticket):
    ticket.refresh_from_db()
    return (ticket.response_due_at - ticket.queued_at, ticket.due_at - ticket.queued_at)


def test_open_tickets_follow_a_changed_target():
    ticket = queued()
    change(60)

    assert recount.count_next(1) is False

    assert answer_within(ticket) == (timedelta(hours=1), timedelta(hours=1))
    assert recount.due() == []


def test_tickets_whose_clock_stands_still_are_left_alone():
    waiting, held = TicketFactory(pending=True), TicketFactory(held=True)
    change(60)

    recount.count_next(1)

    assert (
        list(Ticket.objects.filter(pk__in=[waiting.pk, held.pk]).values_list("due_at", flat=True))
        == [None] * 2
    )


def test_an_answer_is_measured_by_what_was_promised_when_it_was_given():
    ticket = queued()
    lifecycle.note_agent_reply(ticket)
    before = answer_within(ticket)[0]
    change(60)

    recount.count_next(1)

    assert answer_within(ticket) == (before, timedelta(hours=16))


def test_batches_follow_one_another_until_all_are_counted(monkeypatch, rung):
    monkeypatch.setattr(recount, "BATCH", 2)
    tickets = [queued() for _ in range(5)]
    change(60)

    rounds = 0
    while recount.due():
        tasks.recount_promises(1)
        rounds += 1

    assert {answer_within(ticket)[0] for ticket in tickets} == {timedelta(hours=1)}
    assert (rounds, rung.count(("recount_promises", 1))) == (3, 2)


def test_a_change_in_between_starts_anew(monkeypatch):
    monkeypatch.setattr(recount, "BATCH", 1)
    first, second = queued(), queued()
    change(60)
    recount.count_next(1)
    change(30)

    while recount.due():
        recount.count_next(1)

    assert {answer_within(each)[0] for each in (first, second)} == {timedelta(minutes=30)}


def test_nothing_is_counted_while_others_may_still_count_by_the_old(rung):
    ticket = queued()
    change(60, ago=timedelta(seconds=promises.KEPT))

    assert recount.count_next(1) is False

    assert answer_within(ticket)[0] == timedelta(hours=4)
    tasks.sweep()
    assert ("recount_promises", 1) not in rung


def test_the_sweep_rings_for_a_recount_whose_bell_was_lost(rung):
    change(60)

    tasks.sweep()

    assert ("recount_promises", 1) in rung


def test_counting_costs_the_same_for_one_ticket_and_for_many(django_assert_num_queries):
    queued()
    change(60)
    with django_assert_num_queries(10):
        recount.count_next(1)

    queued(), queued(), queued()
    change(30)
    with django_assert_num_queries(10):
        recount.count_next(1)
