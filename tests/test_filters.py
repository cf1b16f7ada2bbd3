from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import promises, queue
from tickets.filters import Filters
from tickets.models import Ticket
from tickets.promises import Promises
from tickets.queue import TABS, read_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory()


@pytest.fixture
def around_the_clock():
    """All time counts, and what is due within 30 minutes is due soon."""
    promises.keep(Promises(), seconds=3600)


def due_in(minutes, **columns):
    return TicketFactory(open=True, due_at=timezone.now() + timedelta(minutes=minutes), **columns)


@pytest.mark.parametrize("sort", ["", "newest", "oldest"])
@pytest.mark.parametrize("tab", ["open", "mine", "all"])
@pytest.mark.parametrize(("sla", "found"), [("late", {-5, -500}), ("soon", {10}), ("on_time", {31, 600})])
def test_sla_parts_late_soon_and_on_time(rina, around_the_clock, tab, sla, found, sort):
    tickets = {due_in(minutes, assignee=rina).pk: minutes for minutes in (-500, -5, 10, 31, 600)}
    TicketFactory(pending=True, assignee=rina, response_due_at=timezone.now())

    page = read_page(TABS[tab], Filters(sla=sla), user=rina, sort=sort)

    assert {tickets[ticket.pk] for ticket in page.tickets} == found


def test_sla_keeps_the_queues_order_over_pages(rina, around_the_clock, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 3)
    for number in range(10):
        due_in(-1 - number % 4, priority=1 + number % 3)

    page = read_page(TABS["open"], Filters(sla="late"), user=rina)
    forth = list(page.tickets)
    while page.following:
        page = read_page(TABS["open"], Filters(sla="late"), user=rina, after=page.following)
        forth += page.tickets
    back = list(page.tickets)
    while page.previous:
        page = read_page(TABS["open"], Filters(sla="late"), user=rina, before=page.previous)
        back = [*page.tickets, *back]

    in_order = list(Ticket.objects.order_by("priority", "due_at", "id"))
    assert (forth, back) == (in_order, in_order)


def test_sla_goes_together_with_other_filters(rina, around_the_clock):
    wanted = due_in(-1, category="form_rejected")
    due_in(-1, category="other")
    due_in(60, category="form_rejected")

    page = read_page(TABS["open"], Filters(sla="late", category="form_rejected"), user=rina)

    assert page.tickets == [wanted]


def test_due_soon_is_a_matter_of_opening_time(rina, monkeypatch):
    friday = datetime(2026, 11, 27, 16, 50, tzinfo=ZoneInfo("Asia/Jakarta"))
    monkeypatch.setattr(timezone, "now", lambda: friday)
    monday = TicketFactory(open=True, due_at=friday + timedelta(days=2, hours=15, minutes=20))  # 8:10
    TicketFactory(open=True, due_at=friday + timedelta(days=2, hours=16))

    assert read_page(TABS["open"], Filters(sla="soon"), user=rina).tickets == [monday]
