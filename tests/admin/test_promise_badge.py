from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from tests.factories import TicketFactory
from tickets import lifecycle
from tickets.actors import SYSTEM
from tickets.admin.promise_badge import badge_of, in_opening_time

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:tickets_ticket_changelist")
# A Monday, on a desk that opens from 8 to 17.
NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture(autouse=True)
def monday_at_ten(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("due_at", "text", "colour"),
    [
        (NOW + timedelta(minutes=18), "sisa 18 mnt", "amber"),
        (NOW + timedelta(minutes=31), "sisa 31 mnt", "grey"),
        (NOW + timedelta(hours=2, minutes=5), "sisa 2 jam 5 mnt", "grey"),
        # Tomorrow at 11: eight hours of opening time, not a day.
        (NOW + timedelta(hours=25), "sisa 10 jam", "grey"),
        (NOW - timedelta(minutes=4), "lewat 4 mnt", "red"),
        (NOW, "lewat 1 mnt", "red"),
        (NOW - timedelta(days=3), "lewat 9 jam", "red"),
    ],
)
def test_badge_says_what_is_left_in_opening_time(due_at, text, colour):
    ticket = TicketFactory(open=True, due_at=due_at)

    with translation.override("id"):
        badge = badge_of(ticket)

    assert (badge.text, badge.colour, badge.promise) == (text, colour, "Jawaban pertama")


@pytest.mark.parametrize("state", ["pending", "held"])
def test_badge_is_paused_while_the_clock_stands_still(state):
    ticket = TicketFactory(**{state: True}, queued_at=NOW, first_agent_reply_at=NOW)

    with translation.override("id"):
        badge = badge_of(ticket)

    assert (badge.text, badge.colour, badge.promise) == ("dijeda", "grey", "Penyelesaian")


@pytest.mark.parametrize("columns", [{}, {"held": True}, {"resolved": True}, {"closed": True}])
def test_no_badge_where_nothing_is_owed(columns):
    assert badge_of(TicketFactory(**columns)) is None


def test_opening_time_is_told_in_english_too():
    with translation.override("en"):
        assert [in_opening_time(timedelta(minutes=m)) for m in (0, 59, 61, 240)] == [
            "1 min",
            "59 min",
            "1 h 1 min",
            "4 h",
        ]


def test_queue_warns_before_the_breach_and_links_to_the_tickets(agent):
    for minutes in (5, 20, -5, 300):
        TicketFactory(open=True, due_at=NOW + timedelta(minutes=minutes))

    page = agent.get(QUEUE)

    text = page.content.decode()
    assert "<strong>2</strong> tiket jatuh tempo dalam 30 mnt" in text
    assert "<strong>1</strong> sudah lewat" in text
    assert len(agent.get(QUEUE + "?tab=open&sla=soon").context["rows"]) == 2
    assert len(agent.get(QUEUE + "?tab=open&sla=late").context["rows"]) == 1


def test_queue_is_quiet_when_nothing_is_due(agent):
    TicketFactory(open=True, due_at=NOW + timedelta(hours=4))

    page = agent.get(QUEUE)

    assert "due-line__" not in page.content.decode()


def test_filter_by_sla_is_offered_where_a_clock_runs(agent):
    offered = {tab: "sla" in menu(agent, tab) for tab in ("open", "mine", "pending", "held", "done", "all")}

    assert offered == {
        "open": True,
        "mine": True,
        "pending": False,
        "held": False,
        "done": False,
        "all": True,
    }


def menu(client, tab):
    return {menu["name"] for menu in client.get(QUEUE, {"tab": tab}).context["menus"]}


def ticket_page(client, ticket):
    return client.get(reverse("admin:tickets_ticket_change", args=[ticket.pk])).content.decode()


def test_ticket_page_says_which_promise_is_due_and_when(agent):
    ticket = TicketFactory()
    lifecycle.put_in_queue(ticket, because="triaged", by=SYSTEM)

    text = ticket_page(agent, ticket)

    assert "Jawaban pertama: sisa 4 jam" in text
    assert "jatuh tempo <time" in text
    assert ">14.00</time>" in text


def test_ticket_page_keeps_the_automatic_and_the_human_answer_apart(agent):
    ticket = TicketFactory(
        pending=True,
        queued_at=NOW,
        pending_since_at=NOW + timedelta(minutes=50),
        first_auto_reply_at=NOW + timedelta(seconds=2),
        first_agent_reply_at=NOW + timedelta(minutes=50),
        response_due_at=NOW + timedelta(minutes=30),
    )

    text = ticket_page(agent, ticket)

    assert "<dt>Balasan otomatis</dt>" in text
    assert "terlambat" in text
    assert "Penyelesaian: dijeda" in text
    assert "Penyelesaian: sisa 16 jam" in text


def test_history_tells_of_a_missed_promise(agent):
    ticket = TicketFactory(open=True)
    lifecycle.note_breach(ticket)

    assert "belum dijawab petugas dalam waktu yang dijanjikan" in ticket_page(agent, ticket)
