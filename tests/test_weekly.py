"""The weekly summary: when, to whom, what is in it, and that it comes once."""

import smtplib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone, translation

from tests.factories import AgentFactory
from tickets import counting, outbox, tasks, weekly
from tickets.mail.outgoing import new_message_id
from tickets.models import Figures, WeeklySummary
from tickets.models.figures import ALL, Grain
from tickets.sketch import Sketch

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
WEEK = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def lead():
    return AgentFactory(role="lead", first_name="Sari", email="sari@kantor.test")


@pytest.fixture
def monday(monkeypatch):
    """It is time for the summary of WEEK, and its days are counted."""
    monkeypatch.setattr(weekly, "week_to_send", lambda now: WEEK)
    for start in weekly.days_of(WEEK):
        counting.count(Grain.DAY, start)
    Figures.objects.filter(start=weekly.days_of(WEEK)[0], category=ALL).update(arrived=12)


def figures(week, **columns):
    return Figures.objects.create(
        grain=Grain.DAY,
        category=ALL,
        start=weekly.days_of(week)[0],
        counted_at=timezone.now(),
        **columns,
    )


def queued(user, **columns):
    values = {"week": WEEK, "message_id": new_message_id(), "deliver_after_at": timezone.now(), **columns}
    return WeeklySummary.objects.create(user=user, **values)


def seconds(*durations):
    sketch = Sketch()
    for each in durations:
        sketch.add(each)
    return sketch.as_json()


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (datetime(2026, 11, 23, 6, 59), None),
        (datetime(2026, 11, 23, 7, 0), WEEK),
        (datetime(2026, 11, 25, 6, 59), WEEK),
        (datetime(2026, 11, 25, 7, 0), None),
        (datetime(2026, 11, 22, 12, 0), None),
    ],
)
def test_summary_is_due_on_monday_at_seven_and_for_two_days(now, week):
    assert weekly.week_to_send(now.replace(tzinfo=JAKARTA)) == week


def test_every_lead_gets_one_row_and_nobody_else(monday, lead):
    AgentFactory(role="agent")
    AgentFactory(role="lead", email="")
    AgentFactory(role="lead", is_active=False)
    weekly.choose(AgentFactory(role="lead"), "none")

    pks = weekly.queue_summaries()

    assert list(WeeklySummary.objects.values_list("pk", "user", "week")) == [(pks[0], lead.pk, WEEK)]


def test_beat_that_fires_twice_mails_once(monday, lead):
    for _ in range(2):
        for pk in weekly.queue_summaries():
            weekly.deliver(pk)

    assert [message.to for message in mail.outbox] == [["sari@kantor.test"]]
    assert WeeklySummary.objects.get().state == "sent"


def test_nothing_is_queued_before_the_week_is_counted(monkeypatch, lead):
    monkeypatch.setattr(weekly, "week_to_send", lambda now: WEEK)
    assert weekly.queue_summaries() == []

    for start in weekly.days_of(WEEK):
        counting.count(Grain.DAY, start)
    Figures.objects.update(arrived=1, counted_at=weekly.days_of(WEEK)[0])
    assert weekly.queue_summaries() == []


def test_week_without_anything_is_no_mail(monday, lead):
    Figures.objects.update(arrived=0)

    assert weekly.queue_summaries() == []


def test_nothing_is_queued_on_other_days(monkeypatch, monday, lead):
    monkeypatch.setattr(weekly, "week_to_send", lambda now: None)

    assert weekly.queue_summaries() == []


def test_tasks_ring_for_what_is_queued_and_for_what_a_worker_left(monday, lead, rung):
    tasks.queue_weekly_summaries()
    tasks.sweep()

    pk = WeeklySummary.objects.get().pk
    assert rung == [("deliver_weekly_summary", pk)] * 2


def test_summary_that_another_worker_holds_is_left_alone(lead):
    summary = queued(lead, lease_until=timezone.now() + timedelta(seconds=60))

    weekly.deliver(summary.pk)

    assert mail.outbox == []


def test_worker_that_died_is_followed_by_the_same_message(lead):
    figures(WEEK, arrived=1)
    summary = queued(lead, lease_until=timezone.now() - timedelta(seconds=1), attempts=1)

    weekly.deliver(summary.pk)

    assert mail.outbox[0].extra_headers["Message-ID"] == summary.message_id


def test_lead_who_said_no_meanwhile_gets_none(lead):
    summary = queued(lead)
    weekly.choose(lead, "none")

    weekly.deliver(summary.pk)

    summary.refresh_from_db()
    assert (mail.outbox, summary.state) == ([], "failed")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"sari@kantor.test": (550, b"unknown")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"sari@kantor.test": (450, b"greylisted")}), "queued"),
        (smtplib.SMTPDataError(554, b"spam"), "failed"),
        (ConnectionRefusedError(), "queued"),
        (smtplib.SMTPServerDisconnected(), "queued"),
        (ValueError("address"), "failed"),
    ],
)
def test_refusal_for_ever_is_told_from_one_for_now(lead, monkeypatch, error, state):
    def fail(self, *args, **kwargs):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", fail)
    summary = queued(lead)

    weekly.deliver(summary.pk)

    summary.refresh_from_db()
    assert (summary.state, summary.lease_until) == (state, None)
    assert (summary.deliver_after_at > timezone.now()) is (state == "queued")
    assert summary.last_error.startswith(type(error).__name__)


def test_sent_mail_is_marked_so_though_the_database_was_away(lead, monkeypatch):
    summary = queued(lead)
    monkeypatch.setattr(outbox.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(outbox.connection, "close", lambda: None)
    finish, calls = weekly._finish, []

    def away_once(*args, **columns):
        calls.append(columns)
        if len(calls) == 1:
            raise OperationalError
        finish(*args, **columns)

    monkeypatch.setattr(weekly, "_finish", away_once)

    weekly.deliver(summary.pk)

    summary.refresh_from_db()
    assert (summary.state, len(mail.outbox), len(calls)) == ("sent", 1, 2)


def test_summary_gives_up_after_its_attempts(lead):
    summary = queued(lead, attempts=weekly.MOST_ATTEMPTS)

    weekly.deliver(summary.pk)

    summary.refresh_from_db()
    assert (summary.state, mail.outbox) == ("failed", [])


def test_lines_compare_the_week_with_the_one_before():
    figures(
        WEEK, arrived=120, resolved_agent=80, response_met=9, response_breached=1, first_human=seconds(1800)
    )
    figures(WEEK - weekly.WEEK, arrived=100, response_met=8, response_breached=2, first_human=seconds(3600))

    with translation.override("en"):
        lines = {line.label: (line.figure, line.before, line.change) for line in weekly.lines_of(WEEK)}

    assert lines["Came in"] == ("120", "100", "up by 20 %")
    assert lines["Resolved"] == ("80", "0", "")
    assert lines["First answers as promised"] == ("90 %", "80 %", "up by 10 points")
    assert lines["First answer by an agent, median"][2] in {"down by 49 %", "down by 50 %"}
    assert lines["Self-help confirmed"] == ("–", "–", "")


def test_mail_speaks_the_language_a_lead_has_chosen(lead):
    figures(WEEK, arrived=1)
    andi = AgentFactory(role="lead", first_name="Andi")
    weekly.choose(andi, "en")
    for user in (lead, andi):
        weekly.deliver(queued(user).pk)

    ours, theirs = mail.outbox
    assert ours.body.startswith("Halo Sari,")
    assert theirs.body.startswith("Hello Andi,")
    assert "16 Nov 2026" in ours.subject
    assert '<html lang="id">' in ours.alternatives[0][0]


def test_mail_is_automatic_and_links_to_the_page(lead, settings):
    figures(WEEK, arrived=7)
    weekly.deliver(queued(lead).pk)

    message = mail.outbox[0]
    page = f"{settings.SITE_URL}/desk/tickets/figures/"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert f"{page}?period=7d" in message.body
    assert f'href="{page}#weekly"' in message.alternatives[0][0]


def test_name_of_a_lead_is_text_in_the_html(lead):
    lead.first_name = "<b>Sari</b>"
    lead.save()
    weekly.deliver(queued(lead).pk)

    assert "<b>Sari</b>" not in mail.outbox[0].alternatives[0][0]
    assert "<b>Sari</b>" in mail.outbox[0].body


def test_command_shows_a_week_and_mails_nobody(capsys, lead):
    call_command("weekly_summary", "--week", "2026-11-18")

    assert "16 Nov 2026 – 22 Nov 2026" in capsys.readouterr().out
    assert (mail.outbox, WeeklySummary.objects.count()) == ([], 0)


def test_command_mails_to_the_address_asked_for(lead):
    call_command("weekly_summary", "--to", "dewi@kantor.test", "--language", "en")

    assert [message.to for message in mail.outbox] == [["dewi@kantor.test"]]
    assert "beside the week before" in mail.outbox[0].body


def test_command_refuses_a_week_to_come():
    with pytest.raises(CommandError):
        call_command("weekly_summary", "--week", "2999-01-01")

    assert mail.outbox == []


def test_waits_that_read_the_same_have_not_changed():
    figures(WEEK, first_human=seconds(1810))
    figures(WEEK - weekly.WEEK, first_human=seconds(1790))

    with translation.override("en"):
        waits = [line for line in weekly.lines_of(WEEK) if line.label == "First answer by an agent, median"]

    assert [(line.figure == line.before, line.change) for line in waits] == [(True, "")]
