"""Which tickets teach triage, and what of them."""

import pytest

from tests.factories import AgentFactory, AssessmentFactory, TicketFactory
from tickets import corrections, desk, intake
from tickets.corrections import gather, masked
from tickets.models.event import EventKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory()


def triaged(description="kode tidak sampai juga", **columns):
    ticket = TicketFactory(open=True, description=description, **columns)
    AssessmentFactory(ticket=ticket)
    return ticket


def labels():
    return [(example.slug, example.text) for example in gather()]


def test_category_that_an_agent_changed_is_a_label(rina):
    desk.categorise(triaged(), category="form_rejected", by=rina)

    assert labels() == [("form_rejected", "kode tidak sampai juga")]


def test_change_records_what_triage_had_said(rina):
    ticket = triaged()

    desk.categorise(ticket, category="form_rejected", by=rina)

    data = ticket.events.get(kind=EventKind.CATEGORISED).data
    said = ticket.assessments.get()
    assert data == {"before": "otp_not_received", "after": "form_rejected", "assessment": said.pk}


def test_last_word_counts(rina):
    ticket = triaged()
    desk.categorise(ticket, category="form_rejected", by=rina)
    desk.categorise(ticket, category="other", by=rina)

    assert labels() == [("other", "kode tidak sampai juga")]


def test_category_that_an_agent_left_when_resolving_is_a_label(rina):
    desk.resolve(triaged(), by=rina)

    assert labels() == [("otp_not_received", "kode tidak sampai juga")]


def test_category_that_only_the_requester_left_is_no_label():
    intake.confirm_fixed(triaged())

    assert labels() == []


def test_ticket_nobody_has_judged_is_no_label():
    triaged()

    assert labels() == []


def test_abstention_left_as_it_is_is_no_label(rina):
    ticket = TicketFactory(open=True, category="other", confidence=0.2)
    AssessmentFactory(ticket=ticket, category="other", abstained=True)

    desk.resolve(ticket, by=rina)

    assert labels() == []


def test_abstention_that_an_agent_gave_a_name_is_a_label(rina):
    ticket = TicketFactory(open=True, category="other", confidence=0.2, description="layar putih terus")
    AssessmentFactory(ticket=ticket, category="other", abstained=True)

    desk.categorise(ticket, category="self_slow_browser", by=rina)

    assert labels() == [("self_slow_browser", "layar putih terus")]


def test_spam_teaches_nothing(rina):
    ticket = triaged()
    desk.categorise(ticket, category="form_rejected", by=rina)

    desk.mark_spam(ticket, by=rina)

    assert labels() == []


def test_one_person_cannot_teach_much(rina):
    for number in range(corrections.PER_REQUESTER + 4):
        ticket = triaged(f"keluhan ke {number}", registered_email=f"bu.di+{number}@gmail.com")
        desk.categorise(ticket, category="form_rejected", by=rina)
    desk.categorise(triaged("keluhan orang lain"), category="other", by=rina)

    found = gather()

    assert [example.slug for example in found].count("form_rejected") == corrections.PER_REQUESTER
    assert [example.text for example in found][:2] == ["keluhan orang lain", "keluhan ke 6"]


def test_same_words_of_many_senders_are_one_text(rina):
    for number in range(4):
        slug = "other" if number == 3 else "form_rejected"
        desk.categorise(triaged(f"Promo murah {number * '!'}"), category=slug, by=rina)

    assert labels() == [("other", "Promo murah !!!")]


def test_labels_are_bounded(rina, monkeypatch):
    monkeypatch.setattr(corrections, "LABELS", 2)
    for number in range(3):
        desk.categorise(triaged(f"keluhan ke {number}"), category="other", by=rina)

    assert len(labels()) == 2


def test_category_whose_playbook_is_gone_is_no_label(rina):
    TicketFactory(open=True, category="gone", confidence=None)

    assert labels() == []


@pytest.mark.parametrize(
    "personal",
    [
        "siti.aminah@gmail.com",
        "081234567890",
        "+62 812-3456-7890",
        "3174 0912 0101 0003",
        "https://contoh.id/aktivasi?u=siti",
        "@sitiaminah",
        "123456",
    ],
)
def test_what_points_to_a_person_is_masked(personal):
    assert masked(f"nomor saya {personal} belum aktif") == "nomor saya belum aktif"


def test_small_numbers_say_something_and_stay():
    assert masked("sudah 20 menit, 3 kali coba, jam 10.30") == "sudah 20 menit, 3 kali coba, jam 10.30"


def test_writer_is_the_same_person_and_does_not_name_them(rina):
    for number in range(2):
        ticket = triaged(f"keluhan ke {number}", registered_email="siti@contoh.id")
        desk.categorise(ticket, category="other", by=rina)

    writers = {example.writer for example in gather()}

    assert len(writers) == 1
    assert "siti" not in writers.pop()
