from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import queue
from tickets.filters import DOUBTFUL, HUMAN, ME, NO_INCIDENT, NOBODY, UNCATEGORISED, UNSURE, Filters
from tickets.models import Incident, Ticket
from tickets.queue import TABS, read_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory()


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 3)


def all_pages(tab, user):
    """Walk to the end and back; return both walks as lists of primary keys."""
    page = read_page(TABS[tab], Filters(), user=user)
    forth = [ticket.pk for ticket in page.tickets]
    while page.following:
        page = read_page(TABS[tab], Filters(), user=user, after=page.following)
        forth += [ticket.pk for ticket in page.tickets]
    back = [ticket.pk for ticket in page.tickets]
    while page.previous:
        page = read_page(TABS[tab], Filters(), user=user, before=page.previous)
        back = [ticket.pk for ticket in page.tickets] + back
    return forth, back


def test_open_tab_puts_the_urgent_before_those_due_first(rina):
    now = timezone.now()
    late = TicketFactory(open=True, priority=3, due_at=now + timedelta(hours=2))
    soon = TicketFactory(open=True, priority=3, due_at=now, queued_at=now)
    urgent = TicketFactory(open=True, priority=1, due_at=now + timedelta(hours=3))
    TicketFactory(pending=True)

    page = read_page(TABS["open"], Filters(), user=rina)

    assert page.tickets == [urgent, soon, late]


def test_pages_of_equal_keys_neither_repeat_nor_skip(rina, small_pages):
    now = timezone.now()
    TicketFactory.create_batch(8, open=True, queued_at=now)

    forth, back = all_pages("open", rina)

    in_order = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    assert (forth, back) == (in_order, in_order)


def test_pages_over_several_states_are_one_order(rina, small_pages):
    now = timezone.now()
    for minutes, trait in enumerate(
        ["resolved", "closed", "resolved", "closed", "closed", "resolved", "closed"]
    ):
        TicketFactory(**{trait: True}, created_at=now - timedelta(minutes=minutes % 3))

    forth, back = all_pages("done", rina)

    newest_first = list(Ticket.objects.order_by("-created_at", "-pk").values_list("pk", flat=True))
    assert (forth, back) == (newest_first, newest_first)


def test_a_row_that_leaves_does_not_hide_the_next(rina, small_pages):
    first, *rest = TicketFactory.create_batch(5, open=True, queued_at=timezone.now())
    page = read_page(TABS["open"], Filters(), user=rina)
    Ticket.objects.filter(pk=first.pk).update(status="spam", due_at=None)

    following = read_page(TABS["open"], Filters(), user=rina, after=page.following)

    assert following.tickets == rest[2:]


@pytest.mark.parametrize("place", ["x", "1_2", "-1_2_3", "_", "²_1_1", f"1_{'9' * 40}_1", "1_1_" + "9" * 60])
def test_an_unreadable_place_gives_a_page_without_error(rina, place):
    ticket = TicketFactory(open=True)

    pages = [read_page(TABS["open"], Filters(), user=rina, **{side: place}) for side in ("after", "before")]

    assert [page.tickets for page in pages if page.tickets] in ([[ticket], [ticket]], [[ticket]])


def test_mine_holds_open_and_waiting_tickets_of_the_user_only(rina):
    mine = [TicketFactory(open=True, assignee=rina), TicketFactory(pending=True, assignee=rina)]
    TicketFactory(open=True, assignee=AgentFactory())
    TicketFactory(resolved=True, assignee=rina)

    page = read_page(TABS["mine"], Filters(), user=rina)

    assert page.tickets == mine[::-1]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(category="form_rejected"), {"rejected"}),
        (Filters(category=UNCATEGORISED), {"uncategorised"}),
        (Filters(channel="api"), {"api"}),
        (Filters(assignee=ME), {"rejected"}),
        (Filters(assignee=NOBODY), {"uncategorised", "api"}),
        (Filters(age="1d"), {"api"}),
        (Filters(category="form_rejected", channel="api"), set()),
    ],
)
def test_filters_narrow(rina, filters, found):
    TicketFactory(open=True, category="form_rejected", assignee=rina, device="rejected")
    TicketFactory(open=True, category="", confidence=None, device="uncategorised")
    TicketFactory(
        open=True,
        channel="api",
        device="api",
        created_at=timezone.now() - timedelta(days=2),
        category="other",
    )

    page = read_page(TABS["open"], filters, user=rina)

    assert {ticket.device for ticket in page.tickets} == found


def test_filters_by_how_sure_the_category_is(rina):
    unsure = TicketFactory(open=True, category="other", confidence=0.4, is_unsure=True)
    TicketFactory(open=True, category="other", confidence=0.9)
    human = TicketFactory(open=True, category="form_rejected", confidence=None)
    TicketFactory(open=True, category="", confidence=None)
    limit = TicketFactory(open=True, confidence=0.75)

    found = {
        name: set(read_page(TABS["open"], Filters(confidence=name), user=rina).tickets)
        for name in (UNSURE, DOUBTFUL, HUMAN)
    }

    assert found == {UNSURE: {unsure}, DOUBTFUL: {unsure}, HUMAN: {human}}
    assert limit not in found[DOUBTFUL]


def test_filters_by_incident_and_by_a_colleague(rina):
    incident = Incident.objects.create(title="SMS terlambat")
    linked = TicketFactory(open=True, incident=incident)
    theirs = TicketFactory(open=True, assignee=AgentFactory())

    def found(**filters):
        return read_page(TABS["open"], Filters(**filters), user=rina).tickets

    assert found(incident=str(incident.pk)) == [linked]
    assert found(incident=NO_INCIDENT) == [theirs]
    assert found(assignee=str(theirs.assignee_id)) == [theirs]


@pytest.mark.parametrize("tab", ["open", "done"])
def test_oldest_first_pages_without_repeating(rina, small_pages, tab):
    now = timezone.now()
    for minutes in (3, 1, 2, 2, 5):
        traits = {"open": {"open": True, "priority": minutes % 3 + 1}, "done": {"resolved": True}}[tab]
        TicketFactory(created_at=now - timedelta(minutes=minutes), **traits)

    page = read_page(TABS[tab], Filters(), user=rina, sort="oldest")
    following = read_page(TABS[tab], Filters(), user=rina, sort="oldest", after=page.following)
    back = read_page(TABS[tab], Filters(), user=rina, sort="oldest", before=following.previous)

    oldest_first = list(Ticket.objects.order_by("created_at", "pk"))
    assert page.tickets + following.tickets == oldest_first
    assert back.tickets == page.tickets


def test_an_order_the_tab_does_not_have_is_its_own(rina):
    assert TABS["done"].sorted_by("newest") == TABS["done"].order
    assert TABS["open"].sorted_by("; drop") == queue.QUEUE_ORDER
