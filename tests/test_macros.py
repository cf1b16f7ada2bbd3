from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import AgentFactory, MacroFactory, TicketFactory
from tickets import desk, macros
from tickets.models import Macro
from tickets.models.ticket import Status
from triage import secrets
from triage.playbooks import OTHER, playbooks

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # 12.00 WIB, 13.00 WITA, 14.00 WIT


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def rendered(body, *, language="id", by=None, **columns):
    macro = MacroFactory.build(body_id=body, body_en=body)
    ticket = TicketFactory.build(language=language, **columns)
    return macros.render(macro, ticket, by=by or AgentFactory.build())


def test_render_fills_in_what_the_ticket_says(noon):
    text = rendered(
        "{greeting}, {reference}: {contact}, {signup}, {device}. {agent}, {brand}",
        reference="KS-7F3K-92QX",
        registered_email="budi@contoh.id",
        signed_up_at=NOON,
        device="Android 14",
    )

    assert text == (
        "Selamat siang, KS-7F3K-92QX: budi@contoh.id, hari ini pukul 12.00 WIB, Android 14. "
        "Rina, Bantuan Pendaftaran"
    )


def test_render_speaks_the_tickets_language(noon):
    macro = MacroFactory.build(body_id="{greeting}, halo", body_en="{greeting}, hello {signup}")
    ticket = TicketFactory.build(language="en", signed_up_at=NOON)

    text = macros.render(macro, ticket, by=AgentFactory.build())

    assert text == "Good afternoon, hello today at 12:00 WIB"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("id", "kontak yang Anda daftarkan | baru-baru ini | perangkat Anda | petugas kami"),
        ("en", "the contact you registered with | recently | your device | our staff"),
    ],
)
def test_a_missing_value_reads_well(language, words):
    text = rendered(
        "{contact} | {signup} | {device} | {agent}",
        language=language,
        by=AgentFactory.build(first_name=""),
        registered_email="",
        signup_precision="unknown",
        signed_up_at=None,
        device="",
    )

    assert text == words


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "Selamat malam"),
        (4, "Selamat pagi"),
        (10, "Selamat pagi"),
        (11, "Selamat siang"),
        (14, "Selamat siang"),
        (15, "Selamat sore"),
        (17, "Selamat sore"),
        (18, "Selamat malam"),
        (23, "Selamat malam"),
    ],
)
def test_greeting_goes_by_the_requesters_clock(monkeypatch, hour, words):
    in_wit = datetime(2026, 11, 22, hour, 59, tzinfo=macros.zone_of("Asia/Jayapura"))
    monkeypatch.setattr(timezone, "now", lambda: in_wit.astimezone(UTC))

    assert rendered("{greeting}", zone="Asia/Jayapura") == words


def test_signup_of_a_day_names_the_day(noon):
    assert rendered("{signup}", signup_precision="day", signed_up_at=NOON) == "22 November 2026"


@pytest.mark.parametrize(
    "typed", ["{agent}", "{0!r}", "{0[reference]}", "%(reference)s", "{{ ticket }}", r"\1\g<0>", "{", "$x"]
)
def test_what_the_requester_typed_stays_what_it_is(typed):
    assert rendered("[{device}]", device=typed) == f"[{typed}]"


@pytest.mark.parametrize(
    "device", ["menang di https://undian.example", "hadiah.com", "tulis ke a@b.id", "WWW.Judi.XYZ", "t.me/x"]
)
def test_a_device_that_is_an_advertisement_is_not_passed_on(device):
    assert rendered("di {device}", device=device) == "di perangkat Anda"


@pytest.mark.parametrize(
    "device", ["Samsung A15, Android 14.1", "iPhone 12, iOS 17.5.1", "Chrome 130.0.6723"]
)
def test_a_device_with_versions_is_passed_on(device):
    assert rendered("{device}", device=device) == device


@pytest.mark.parametrize(
    ("body", "unknown"),
    [
        ("{greeting}, {contact}", []),
        ("{salam} {contact} {salam}", ["{salam}"]),
        ("{contact.pk} {0}", ["{contact.pk}", "{0}"]),
        ("{Contact} {}", ["{Contact}", "{}"]),
        ("{contact", ["{contact"]),
        ("contact}", ["}"]),
        ("{{contact}}", ["{}"]),
    ],
)
def test_unknown_placeholders_are_named(body, unknown):
    assert macros.unknown_placeholders(body) == unknown


def test_render_leaves_what_it_does_not_know():
    assert rendered("{salam} {contact.pk}") == "{salam} {contact.pk}"


@pytest.mark.django_db
def test_each_category_for_agents_has_a_macro_first():
    for slug, playbook in playbooks().items():
        if playbook.route == "agent" and slug != OTHER:
            assert macros.nearest_first(slug)[0].category == slug


@pytest.mark.django_db
def test_macros_for_all_stand_before_those_of_other_categories():
    Macro.objects.all().delete()
    other = MacroFactory(category="form_rejected", position=1)
    general = MacroFactory(position=2)
    own = MacroFactory(category="otp_not_received", position=9)
    MacroFactory(category="otp_not_received", is_active=False)

    assert macros.nearest_first("otp_not_received") == [own, general, other]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "contact", [{"registered_email": ""}, {"registered_email": "", "registered_phone": "+6281234567890"}, {}]
)
def test_shipped_macros_can_be_sent(language, contact):
    agent = AgentFactory(role="agent")
    for macro in Macro.objects.all():
        ticket = TicketFactory.build(language=language, **contact)
        text = macros.render(macro, ticket, by=agent)

        assert "{" not in text
        assert list(secrets.find(text)) == []


@pytest.mark.django_db
def test_shipped_macros_have_the_first_line_of_their_history():
    first = [macro.history.earliest("history_id").history_type for macro in Macro.objects.all()]

    assert first == ["+"] * Macro.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize(("after", "status"), [("", "pending"), ("wait", "pending"), ("resolve", "resolved")])
def test_reply_with_does_what_the_macro_says(after, status):
    ticket, agent = TicketFactory(open=True), AgentFactory(role="agent")

    message = macros.reply_with(ticket, macro=MacroFactory(after=after), by=agent)

    ticket.refresh_from_db()
    assert (ticket.status, message.body, message.author) == (
        status,
        f"Halo, tiket {ticket.reference}.",
        agent,
    )


@pytest.mark.django_db
def test_reply_with_leaves_a_colleagues_ticket_alone():
    ticket = TicketFactory(open=True, assignee=AgentFactory(role="agent"))

    with pytest.raises(desk.NotYours):
        macros.reply_with(ticket, macro=MacroFactory(), by=AgentFactory(role="agent"))

    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count()) == (Status.OPEN, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("columns", [{"key": "OTP"}, {"after": "spam"}, {"body_en": ""}, {"key": "otp"}])
def test_database_refuses_what_must_not_be(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        MacroFactory(**columns)


@pytest.mark.django_db
def test_no_shipped_reply_has_a_card_sent_as_a_screenshot():
    reworded = Macro.objects.get(key="identitas")

    assert "Mohon jangan kirim foto kartu identitas" in reworded.body_id
    assert "Mohon unggah foto kartu identitas" in reworded.history.earliest("history_id").body_id
    assert [each.history_type for each in reworded.history.order_by("history_id")] == ["+", "~"]
    assert [macro.key for macro in Macro.objects.all() if "unggah foto kartu" in macro.body_id] == []
