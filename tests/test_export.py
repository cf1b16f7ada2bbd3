"""Exports: what is in them, and that neither memory nor queries grow with them."""

import csv
import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from tests.factories import AgentFactory, TicketFactory
from tickets import counting, export, intake
from tickets.export import Selection, export_figures, export_tickets
from tickets.models.figures import Grain
from tickets.models.ticket import Status
from tickets.periods import day_start
from tickets.spreadsheet import BYTE_ORDER_MARK
from tickets.submission import Submission

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def today(**columns):
    day = timezone.localdate()
    return Selection(first=day, last=day, **columns)


def read(made):
    text = "".join(made)
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""), delimiter=";"))


def exported(selection=None):
    with translation.override("en"):
        made = export_tickets(selection or today())
    return read(made)


def test_ticket_is_exported_in_words_and_on_the_desks_clock():
    at = timezone.now().replace(microsecond=0)
    TicketFactory(
        resolved=True,
        created_at=at,
        registered_email="budi@contoh.id",
        assignee=AgentFactory(username="rina"),
    )

    row = exported()[0]

    assert row["Received (WIB)"] == f"{at.astimezone(ZoneInfo('Asia/Jakarta')):%Y-%m-%d %H:%M:%S}"
    assert [row[name] for name in ("Status", "Agent", "Registered e-mail", "Resolved by")] == [
        "Resolved",
        "rina",
        "budi@contoh.id",
        "Resolved by an agent",
    ]


def test_formulas_in_a_report_are_text():
    TicketFactory(open=True, description='=HYPERLINK("http://jahat.example","klik")', device="@SUM(A1)")
    TicketFactory(open=True, registered_email="", registered_phone="+6281234567890")

    first, second = exported()

    assert first["Description"] == '\'=HYPERLINK("http://jahat.example","klik")'
    assert first["Device"] == "'@SUM(A1)"
    assert second["Registered phone"] == "'+6281234567890"


def test_secrets_stay_masked():
    ticket = intake.submit_ticket(
        Submission(
            key="0c2f6a4e-6f4a-4b7e-9a57-0f3d5f4a7b11",
            description="kode OTP saya 482913 ditolak",
            registered_email="budi@contoh.id",
        )
    )
    assert ticket.secrets.count() == 1

    assert "482913" not in "".join(export_tickets(today()))
    assert "OTP •••" in exported()[0]["Description"]


def test_days_are_those_of_the_desk_and_both_included():
    first, last = date(2026, 11, 10), date(2026, 11, 11)
    times = {
        "before": day_start(first) - timedelta(seconds=1),
        "first": day_start(first),
        "last": day_start(last) + DAY - timedelta(seconds=1),
        "after": day_start(last) + DAY,
    }
    for name, at in times.items():
        TicketFactory(open=True, created_at=at, description=name)

    assert [row["Description"] for row in exported(Selection(first=first, last=last))] == ["first", "last"]


def test_every_state_is_exported_the_oldest_first_and_none_twice(monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 2)
    at = timezone.now().replace(microsecond=0)
    states = ({"open": True}, {"status": "spam"}, {"closed": True}, {"pending": True}, {"held": True})
    for number, state in enumerate(states):
        # Two at the same moment, on both sides of the end of a chunk.
        TicketFactory(description=str(number), created_at=at, **state)

    assert [row["Description"] for row in exported()] == ["0", "1", "2", "3", "4"]


def test_category_narrows_the_export():
    TicketFactory(open=True)
    TicketFactory(open=True, category="other", description="lain")

    assert [row["Description"] for row in exported(today(category="other"))] == ["lain"]


def test_export_of_nothing_has_its_headings():
    made = "".join(export_tickets(Selection(first=date(1, 1, 1), last=timezone.localdate())))

    assert made.count("\r\n") == 1


def test_rows_are_counted_as_they_go_out(monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 2)
    TicketFactory.create_batch(3, open=True)
    made = export_tickets(today())

    seen = [made.rows for _ in made]

    assert seen == [0, 2, 3]


def test_export_holds_one_chunk_and_asks_once_for_each(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(export, "CHUNK", 2)
    TicketFactory.create_batch(4, open=True, assignee=AgentFactory())
    statuses = len(Status)

    with django_assert_num_queries(statuses + 3):
        pieces = list(export_tickets(today()))

    assert [piece.count("\r\n") for piece in pieces] == [1, 2, 2]


def test_words_are_those_of_whoever_asked_though_they_are_gone():
    TicketFactory(open=True)
    with translation.override("en"):
        made = export_tickets(today())

    with translation.override("id"):
        rows = read(made)

    assert rows[0]["Status"] == "Needs an agent"


def test_figures_have_a_row_for_each_day_and_category():
    now = timezone.now()
    TicketFactory(open=True, created_at=now, first_auto_reply_at=now + timedelta(seconds=90))
    counting.count(Grain.DAY, day_start(timezone.localdate()))

    with translation.override("en"):
        rows = read(export_figures(today()))

    assert [(row["Day"], row["Came in"]) for row in rows] == [(timezone.localdate().isoformat(), "1")] * 2
    assert rows[0]["Category"] == "all"
    assert rows[0]["Automatic reply, median in minutes"] == "1,5"
    assert rows[0]["First answer by an agent, median in minutes"] == ""


def test_figures_of_one_category():
    TicketFactory(open=True)
    counting.count(Grain.DAY, day_start(timezone.localdate()))

    assert len(read(export_figures(today(category="otp_not_received")))) == 1
    assert read(export_figures(today(category="other"))) == []


def test_moment_of_a_ticket_is_the_desks_also_after_midnight():
    at = datetime(2026, 11, 10, 18, 30, tzinfo=ZoneInfo("UTC"))
    TicketFactory(open=True, created_at=at)

    rows = exported(Selection(first=date(2026, 11, 11), last=date(2026, 11, 11)))

    assert [row["Received (WIB)"] for row in rows] == ["2026-11-11 01:30:00"]
