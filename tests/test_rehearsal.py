"""Drafts tried out: real advice, and nothing written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AssessmentFactory, TicketFactory
from tickets.models import Assessment, Event, Message
from tickets.rehearsal import SITUATIONS, of_situation, of_ticket
from triage.playbooks import playbooks

pytestmark = pytest.mark.django_db

WAITING = "self_otp_waiting"


def shown(code, category=WAITING, *, language="id", **draft):
    return of_situation(SITUATIONS[code], category=category, draft=draft, language=language)


@pytest.mark.parametrize("code", SITUATIONS)
@pytest.mark.parametrize("category", playbooks())
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_situation_reads_well_in_every_category(code, category, language):
    rehearsal = shown(code, category, language=language)

    text = f"{rehearsal.subject} {rehearsal.body}"
    assert rehearsal.assessment.category == category
    assert "{" not in text
    assert "  " not in rehearsal.advice.as_text()


def test_situation_is_advised_by_the_draft():
    draft = {WAITING: {"hold_minutes": 600, "openings.elapsed.id": "Baru {elapsed}, sabar ya."}}

    rehearsal = shown("young", **draft)

    assert rehearsal.advice.opening == "Baru 3 menit, sabar ya."
    assert rehearsal.assessment.hold == timedelta(hours=10)
    assert "10 jam" in rehearsal.body


def test_situation_whose_fix_has_failed_goes_to_the_agents():
    rehearsal = shown("failed")

    assert (rehearsal.assessment.route, rehearsal.advice.steps) == ("agent", ())


def test_page_and_mail_say_the_same():
    rehearsal = shown("young")

    assert all(step in rehearsal.body for step in rehearsal.advice.steps)
    assert rehearsal.advice.closing in rehearsal.body


@pytest.mark.usefixtures("model")
def test_ticket_is_tried_as_it_came_in_and_nothing_is_written():
    came_at = timezone.now() - timedelta(days=2)
    ticket = TicketFactory(
        open=True,
        description="kode otp belum masuk",
        registered_email="siti@gmail.com",
        created_at=came_at,
        signed_up_at=came_at - timedelta(minutes=3),
    )
    AssessmentFactory(ticket=ticket, category=WAITING, created_at=came_at)

    rehearsal = of_ticket(ticket, draft={WAITING: {"subject.id": "Sebentar lagi"}}, language="id")

    assert rehearsal.subject == f"[{ticket.reference}] Sebentar lagi"
    assert "3 menit" in rehearsal.advice.opening
    assert (Assessment.objects.count(), Event.objects.count(), Message.objects.count()) == (1, 0, 0)


@pytest.mark.usefixtures("model")
def test_nothing_the_requester_typed_is_in_what_is_tried():
    ticket = TicketFactory(description="kode otp belum masuk RAHASIA <b>", registered_email="siti@gmail.com")

    rehearsal = of_ticket(ticket, draft={}, language="id")

    assert "RAHASIA" not in rehearsal.body
    assert "siti" not in rehearsal.body
    assert "***" in rehearsal.body
