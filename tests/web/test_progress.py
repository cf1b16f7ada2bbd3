"""The line of steps on the status page, and what is said of when somebody answers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.factories import TicketFactory
from tickets import links, waits
from tickets.waits import Wait
from tickets.web import shown as shown_module
from tickets.web.shown import ShownTicket

pytestmark = pytest.mark.django_db

MONDAY_MORNING = datetime(2026, 11, 23, 3, tzinfo=UTC)  # 10.00 WIB
SATURDAY = datetime(2026, 11, 28, 3, tzinfo=UTC)
USUAL = Wait(7, half=timedelta(minutes=33), most=timedelta(hours=5))


def states(ticket):
    return " ".join(step.state for step in ShownTicket(ticket).steps)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, "done now ahead ahead"),
        ({"status": "spam"}, "done now ahead ahead"),
        ({"held": True}, "done now ahead ahead"),
        ({"held": True, "queued_at": timezone.now()}, "done done now ahead"),
        ({"open": True}, "done done now ahead"),
        ({"pending": True}, "done done now ahead"),
        ({"resolved": True, "queued_at": timezone.now()}, "done done done done"),
        ({"resolved": True, "first_agent_reply_at": timezone.now()}, "done done done done"),
        ({"resolved": True, "resolution": "requester"}, "done done skipped done"),
        ({"closed": True}, "done done skipped done"),
    ],
)
def test_steps_show_where_the_report_stands(columns, expected):
    assert states(TicketFactory(**columns)) == expected


@pytest.mark.parametrize(
    ("into", "expected"), [("open", "done done now ahead"), ("closed", "done done skipped done")]
)
def test_steps_of_a_merged_report_are_those_of_the_other(into, expected):
    ticket = TicketFactory(status="merged", merged_into=TicketFactory(**{into: True}))

    assert states(ticket) == expected


def test_step_of_a_merged_report_is_never_before_it_came():
    into = TicketFactory(open=True, queued_at=timezone.now() - timedelta(days=9))
    ticket = TicketFactory(status="merged", merged_into=into)

    assert [step.at for step in ShownTicket(ticket).steps] == [ticket.created_at, None, None, None]


def test_times_stand_under_the_steps_that_have_been(client):
    now = timezone.now()
    ticket = TicketFactory(
        open=True, created_at=now - timedelta(days=40), first_auto_reply_at=now, zone="Asia/Jakarta"
    )

    steps = ShownTicket(ticket).steps

    assert [bool(step.brief) for step in steps] == [True, True, True, False]
    assert steps[0].brief[-3:].isalpha()
    assert steps[1].brief == f"{now.astimezone(timezone.get_default_timezone()):%H.%M}"


def test_step_under_way_is_marked_for_who_cannot_see_it(client):
    page = client.get(links.status_path(TicketFactory(open=True))).content.decode()

    assert page.count('aria-current="step"') == 1
    assert '<li class="progress__step progress__step--now" aria-current="step">' in page


@pytest.mark.parametrize(
    ("now", "said", "unsaid"),
    [
        (
            MONDAY_MORNING,
            "sekitar 35 menit, dan sembilan dari sepuluh dalam waktu sekitar 5 jam",
            "di luar jam",
        ),
        (SATURDAY, "Sekarang di luar jam layanan; petugas kembali Senin pukul 08.00 WIB.", "janji"),
    ],
)
def test_page_says_when_an_answer_may_come(client, monkeypatch, now, said, unsaid):
    waits.keep(USUAL, seconds=3600)
    monkeypatch.setattr(timezone, "now", lambda: now)

    page = client.get(links.status_path(TicketFactory(open=True))).content.decode()

    assert said in page
    assert unsaid not in page


def test_page_says_nothing_of_waits_that_are_not_known(client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: MONDAY_MORNING)

    page = client.get(links.status_path(TicketFactory(open=True))).content.decode()

    assert "hari terakhir" not in page
    assert 'class="small muted next"' not in page


@pytest.mark.parametrize(
    ("waited", "answered", "now", "is_told"),
    [
        (timedelta(hours=4), None, MONDAY_MORNING, False),
        (timedelta(hours=6), None, MONDAY_MORNING, True),
        (timedelta(hours=6), MONDAY_MORNING, MONDAY_MORNING, False),
        (timedelta(hours=6), None, SATURDAY, False),
    ],
)
def test_who_waits_longer_than_most_is_told(monkeypatch, waited, answered, now, is_told):
    waits.keep(USUAL, seconds=3600)
    monkeypatch.setattr(shown_module.timezone, "now", lambda: now)
    ticket = TicketFactory(open=True, created_at=now - waited, first_agent_reply_at=answered)

    assert ShownTicket(ticket).waits_long is is_told


def test_form_says_how_long_our_staff_takes(client, monkeypatch):
    waits.keep(USUAL, seconds=3600)
    monkeypatch.setattr(timezone, "now", lambda: SATURDAY)

    page = client.get("/").content.decode()

    assert "Petugas biasanya menjawab dalam waktu sekitar 35 menit." in page
    assert "petugas kembali Senin pukul 08.00 WIB." in page
