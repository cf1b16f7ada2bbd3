from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from tests.factories import AssessmentFactory, TicketFactory
from tickets import intake, lifecycle, pipeline
from tickets.actors import REQUESTER
from tickets.models import Ticket
from tickets.models.event import EventKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]

STUCK = "kode otp ga masuk2 udah 20 menit, udah cek spam"


def minutes_ago(count):
    return timezone.now() - timedelta(minutes=count)


@pytest.fixture
def broken(monkeypatch):
    def assess(report, *, now):
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "assess", assess)


def test_triage_queues_who_has_waited_and_looked():
    ticket = TicketFactory(description=STUCK, signed_up_at=minutes_ago(20))

    message = pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assessment = ticket.assessments.get()
    assert (ticket.status, ticket.category) == ("open", "otp_not_received")
    assert (assessment.facts["minutes_since_signup"], assessment.facts["tried"]) == (20, ["spam", "waited"])
    assert assessment.reasons != []
    assert (message.kind, message.delivery) == ("auto_reply", "queued")


def test_triage_holds_who_signed_up_a_moment_ago():
    ticket = TicketFactory(description="otp belum masuk", signed_up_at=minutes_ago(2))

    message = pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.category, ticket.hold_then) == ("self_fix", "self_otp_waiting", "queue")
    assert message.advice["wait_until"] is not None


def test_triage_keeps_the_second_of_two_problems():
    ticket = TicketFactory(description="OTP ga masuk, daftar ulang malah sudah terdaftar")

    pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.category, ticket.second_category) == ("already_registered", "otp_not_received")
    assert ticket.second_confidence > 0


def test_triage_leaves_a_mere_guess_out_of_the_second_category():
    ticket = TicketFactory(description=STUCK, signed_up_at=minutes_ago(20))

    pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.second_category, ticket.second_confidence) == ("", None)
    assert len(ticket.assessments.get().guesses) == 3


@pytest.mark.parametrize(
    ("description", "is_unsure"), [("masalah pendaftaran", True), (STUCK, False), ("halo kak", False)]
)
def test_triage_marks_the_ticket_it_is_unsure_of(description, is_unsure):
    ticket = TicketFactory(description=description, signed_up_at=minutes_ago(20))

    pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.assessments.get().abstained, ticket.is_unsure) == (is_unsure, is_unsure)


def test_the_mark_of_older_tickets_comes_from_their_latest_assessment():
    other = {"open": True, "category": "other", "confidence": 0.4}
    unsure, sure_later, by_human = (
        TicketFactory(**other),
        TicketFactory(**other),
        TicketFactory(**{**other, "confidence": None}),
    )
    for ticket in (unsure, sure_later, by_human):
        AssessmentFactory(ticket=ticket, category="other", abstained=True)
    AssessmentFactory(ticket=sure_later, category="other", abstained=False)

    migration = import_module("tickets.migrations.0018_unsure")
    migration.read_assessments(apps, SimpleNamespace(connection=connection))

    assert list(Ticket.objects.filter(is_unsure=True)) == [unsure]


def test_triage_happens_once():
    ticket = TicketFactory(description=STUCK)

    first, second = pipeline.triage(ticket.pk), pipeline.triage(ticket.pk)

    assert (first is None, second) == (False, None)
    assert ticket.messages.count() == 1


def test_triage_leaves_a_ticket_that_moved_on_meanwhile(monkeypatch):
    ticket = TicketFactory(description=STUCK)
    compose = pipeline.compose

    def slow_compose(*args, **kwargs):
        intake.confirm_fixed(ticket)
        return compose(*args, **kwargs)

    monkeypatch.setattr(pipeline, "compose", slow_compose)

    message = pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (message, ticket.status, ticket.messages.count()) == (None, "resolved", 0)


def test_triage_does_not_hold_somebody_who_comes_back():
    TicketFactory(registered_email="bu.di@gmail.com", resolved=True)
    again = TicketFactory(
        registered_email="budi@gmail.com", description="otp belum masuk", signed_up_at=minutes_ago(2)
    )

    pipeline.triage(again.pk)

    again.refresh_from_db()
    assert again.status == "open"


def test_triage_that_fails_puts_the_ticket_back_in_line(broken):
    ticket = TicketFactory()

    message = pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (message, ticket.status, ticket.attempts) == (None, "new", 1)
    assert ticket.lease_until > timezone.now()


def test_triage_that_keeps_failing_ends_with_the_agents(broken, settings):
    ticket = TicketFactory(attempts=settings.MAX_ATTEMPTS)

    pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.category, ticket.attention) == ("open", "", "triage_failed")


def test_triage_takes_a_domain_without_mail_for_the_reason(monkeypatch):
    monkeypatch.setattr(pipeline, "accepts_mail", lambda address: False)
    ticket = TicketFactory(description="kode otp belum masuk ke email saya", signed_up_at=minutes_ago(2))

    message = pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.category) == ("self_fix", "self_typo")
    assert "setelah tanda @" in message.advice["opening"]
    assert ticket.assessments.get().facts["domain_unreachable"] is True


def test_report_of_tells_triage_both_addresses():
    ticket = TicketFactory(registered_email="budi@gmial.com", reply_email="budi@gmail.com")

    report = pipeline.report_of(ticket, kin=[], domain_accepts_mail=None)

    assert (report.contact, report.reply_contact) == ("budi@gmial.com", "budi@gmail.com")


def test_report_of_tells_triage_what_is_known():
    ticket = TicketFactory(tried_spam=True, tried_device=True, zone="Asia/Makassar", language="en")

    report = pipeline.report_of(ticket, kin=[], domain_accepts_mail=None)

    assert report.tried == {"spam", "device"}
    assert (report.zone, report.language, report.contact) == ("Asia/Makassar", "en", ticket.registered_email)
    assert report.signed_up_at == ticket.signed_up_at


@pytest.mark.django_db
def test_report_says_what_the_platform_had_said():
    ticket = TicketFactory()
    lifecycle.record(ticket, EventKind.SUBMITTED, by=REQUESTER, channel="form", platform_error="E-1042")

    report = pipeline.report_of(ticket, kin=[], domain_accepts_mail=None)

    assert report.platform_error == "E-1042"
