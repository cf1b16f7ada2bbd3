from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AgentFactory,
    AssessmentFactory,
    MessageFactory,
    ReadingFactory,
    ScreenshotFactory,
    TicketFactory,
)
from tickets import desk, lifecycle, suppression
from tickets.actors import REQUESTER, SYSTEM
from tickets.models import Incident, Ticket

pytestmark = pytest.mark.django_db


def url(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def act(client, ticket, action, **data):
    """Press a button on the page as it stands now."""
    seen = client.get(url(ticket)).context["seen"]
    return client.post(url(ticket), {"action": action, "seen": seen, **data})


def state(ticket):
    ticket.refresh_from_db()
    return ticket.status


@pytest.fixture
def ticket():
    return TicketFactory(open=True)


def test_page_shows_conversation_facts_and_reasons(agent, ticket):
    AssessmentFactory(
        ticket=ticket, reasons=[{"code": "signup_known", "params": {"minutes": 20, "at_least": False}}]
    )
    lifecycle.record(ticket, "triaged", by=SYSTEM, category="otp_not_received", confidence=0.93)
    desk.add_note(ticket, body="jalur B", by=agent.user)
    MessageFactory(
        ticket=ticket, outgoing=True, body="Karena Anda", delivery="failed", last_error="550 penuh"
    )

    text = agent.get(url(ticket)).content.decode()

    expected = (
        ticket.description,
        "jalur B",
        "Karena Anda",
        "550 penuh",
        "dikategorikan",
        "20 menit sejak mendaftar",
        ticket.device,
    )
    assert [words for words in expected if words not in text] == []


@pytest.mark.parametrize(("minutes", "told"), [(5, "menunggu dicoba lagi ("), (-5, "menunggu dicoba lagi:")])
def test_time_of_the_next_try_is_told_while_it_is_ahead(agent, ticket, minutes, told):
    later = timezone.now() + timedelta(minutes=minutes)
    MessageFactory(ticket=ticket, outgoing=True, deliver_after_at=later, last_error="ConnectionRefusedError")

    assert told in agent.get(url(ticket)).content.decode()


def test_reasons_are_told_once(agent, ticket):
    AssessmentFactory(ticket=ticket, reasons=[{"code": "found_in_spam", "params": {}}])
    lifecycle.record(ticket, "triaged", by=SYSTEM, category="self_spam_folder", confidence=0.93)

    page = agent.get(url(ticket)).content.decode()

    assert page.count("pelapor menulis kodenya ada di folder spam") == 1


def test_unsure_ticket_shows_no_share_of_another_category_as_its_own(agent):
    ticket = TicketFactory(open=True, category="other", confidence=0.0, is_unsure=True)
    AssessmentFactory(
        ticket=ticket, category="other", abstained=True, guesses=[["form_rejected", 0.45], ["self_typo", 0.2]]
    )

    page = " ".join(agent.get(url(ticket)).content.decode().split())

    assert "<dt>Kategori</dt><dd><em>Tidak yakin</em></dd>" in page
    assert page.count("45 %") == 1


def test_guess_that_an_agent_has_corrected_stays_in_sight(agent):
    ticket = TicketFactory(open=True, category="form_rejected", confidence=None)
    guesses = [["account_restricted", 0.94], ["form_rejected", 0.05]]
    AssessmentFactory(ticket=ticket, category="account_restricted", guesses=guesses)

    assert agent.get(url(ticket)).context["guesses"] == [("Akun dibatasi", 94)]


def test_conversation_is_in_the_order_of_time(agent, ticket):
    first = MessageFactory(ticket=ticket)
    desk.take(ticket, by=agent.user)
    last = MessageFactory(ticket=ticket)

    entries = agent.get(url(ticket)).context["entries"]

    assert [entry.kind for entry in entries] == ["message", "event", "message"]
    assert (entries[0].message, entries[1].text, entries[2].message) == (first, "mengambil tiket", last)


def test_reply_and_wait_sends_and_waits(agent, ticket):
    answer = act(agent, ticket, "reply_and_wait", body="Kode sudah kami kirim ulang.")

    assert (answer.status_code, answer.url, state(ticket)) == (303, url(ticket), "pending")
    assert ticket.messages.get().body == "Kode sudah kami kirim ulang."


def test_reply_and_resolve_resolves(agent, ticket):
    act(agent, ticket, "reply_and_resolve", body="Sudah aktif.")

    assert (state(ticket), ticket.resolution) == ("resolved", "agent")


def test_second_reply_waits_anew(agent):
    ticket = TicketFactory(pending=True, pending_since_at=timezone.now() - timedelta(days=6))

    answer = act(agent, ticket, "reply_and_wait", body="Satu hal lagi.")

    assert (answer.status_code, state(ticket)) == (303, "pending")
    assert timezone.now() - ticket.pending_since_at < timedelta(minutes=1)


def test_note_stays_inside(agent, ticket, rung):
    act(agent, ticket, "note", body="Telkomsel")

    assert (state(ticket), ticket.messages.get().kind, rung) == ("open", "note", [])


@pytest.mark.parametrize(
    ("action", "data", "status"),
    [
        ("hold", {"hold": "30m"}, "self_fix"),
        ("hold", {"hold": "tomorrow"}, "self_fix"),
        ("resolve", {}, "resolved"),
        ("spam", {}, "spam"),
    ],
)
def test_actions_move_the_ticket(agent, ticket, action, data, status):
    answer = act(agent, ticket, action, **data)

    assert (answer.status_code, state(ticket)) == (303, status)


def test_reopen_brings_it_back(agent):
    ticket = TicketFactory(resolved=True)

    act(agent, ticket, "reopen")

    assert state(ticket) == "open"


def test_take_and_give_back(agent, ticket):
    act(agent, ticket, "take")
    taken = Ticket.objects.get(pk=ticket.pk).assignee
    act(agent, ticket, "release")

    assert (taken, Ticket.objects.get(pk=ticket.pk).assignee) == (agent.user, None)


def test_categorise_corrects(agent, ticket):
    act(agent, ticket, "categorise", category="account_restricted")

    ticket.refresh_from_db()
    assert (ticket.category, ticket.confidence) == ("account_restricted", None)


@pytest.mark.parametrize(
    ("action", "data", "words"),
    [
        ("reply_and_wait", {"body": "   "}, "Tulis dulu teksnya."),
        ("reply_and_wait", {"body": "a" * 10_001}, "lebih dari 10000 karakter"),
        ("categorise", {"category": "tidak-ada"}, "Kategori ini tidak ada"),
        ("hold", {"hold": "selamanya"}, "Pilih berapa lama"),
        ("reopen", {}, "dari keadaan itu langkah ini tidak bisa"),
        ("hapus", {}, "Tindakan ini tidak ada"),
        ("assign", {"agent": "1"}, "Peran Anda tidak mengizinkan ini"),
    ],
)
def test_refused_step_says_why_and_changes_nothing(agent, ticket, action, data, words):
    answer = act(agent, ticket, action, **data)

    assert (answer.status_code, state(ticket), ticket.messages.count()) == (409, "open", 0)
    assert words in answer.content.decode()


def test_note_is_kept_without_what_nobody_sees(agent, ticket):
    act(agent, ticket, "note", body="Nomor\x00 Telkomsel\u202e\r\njalur B")

    assert ticket.messages.get().body == "Nomor Telkomsel\njalur B"


def test_categorise_waits_for_triage(agent):
    ticket = TicketFactory()

    answer = act(agent, ticket, "categorise", category="account_restricted")

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.category) == (409, "")


def test_refused_reply_gives_the_text_back(agent):
    ticket = TicketFactory(closed=True)

    answer = act(agent, ticket, "reply_and_wait", body="Ketikan <panjang> saya")

    assert answer.status_code == 409
    assert "Ketikan &lt;panjang&gt; saya" in answer.content.decode()


def test_reply_is_stopped_when_the_requester_wrote_meanwhile(agent, ticket):
    seen = agent.get(url(ticket)).context["seen"]
    MessageFactory(ticket=ticket, body="Sudah masuk kak!")

    answer = agent.post(url(ticket), {"action": "reply_and_wait", "body": "Mohon tunggu.", "seen": seen})

    text = answer.content.decode()
    assert (answer.status_code, state(ticket)) == (409, "open")
    assert all(words in text for words in ("Ada pesan baru", "Sudah masuk kak!", "Mohon tunggu."))
    again = answer.context["seen"]
    assert (
        agent.post(url(ticket), {"action": "reply_and_wait", "body": "Baik.", "seen": again}).status_code
        == 303
    )


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "²"])
def test_a_forged_seen_is_no_error(agent, ticket, seen):
    MessageFactory(ticket=ticket)

    answer = agent.post(url(ticket), {"action": "resolve", "seen": seen})

    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("take", {}),
        ("release", {}),
        ("reply_and_wait", {"body": "x"}),
        ("categorise", {"category": "other"}),
        ("hold", {"hold": "2h"}),
        ("resolve", {}),
        ("spam", {}),
    ],
)
def test_a_colleagues_ticket_is_left_alone(agent, andi, action, data):
    ticket = TicketFactory(open=True, assignee=andi)

    answer = act(agent, ticket, action, **data)

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.status, ticket.assignee, ticket.messages.count()) == (
        409,
        "open",
        andi,
        0,
    )
    assert "Andi sedang mengerjakan tiket ini" in answer.content.decode()


def test_a_note_may_be_left_on_a_colleagues_ticket(agent, andi):
    ticket = TicketFactory(open=True, assignee=andi)

    assert act(agent, ticket, "note", body="Dia menelepon lagi.").status_code == 303


def test_a_colleagues_ticket_offers_a_note_only(agent, andi):
    ticket = TicketFactory(open=True, assignee=andi)

    assert agent.get(url(ticket)).context["may"] == {"note"}


def test_lead_works_on_any_ticket_and_assigns(lead, agent, andi):
    ticket = TicketFactory(open=True, assignee=andi)

    answer = act(lead, ticket, "assign", agent=agent.user.pk)

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.assignee) == (303, agent.user)


@pytest.mark.parametrize("chosen", ["x", "999999", "9" * 40, "9" * 5000, "²", "nobody"])
def test_assigning_to_somebody_unfit_is_refused(lead, nobody, ticket, chosen):
    chosen = str(nobody.user.pk) if chosen == "nobody" else chosen

    assert act(lead, ticket, "assign", agent=chosen).status_code == 409


@pytest.mark.parametrize(
    ("columns", "offered"),
    [
        (
            {"open": True},
            {
                "take",
                "reply_and_wait",
                "reply_and_resolve",
                "note",
                "categorise",
                "hold",
                "resolve",
                "spam",
                "release",
                "link_incident",
                "readdress",
            },
        ),
        ({"closed": True}, {"note", "release"}),
        ({"resolved": True}, {"note", "reopen", "reply_and_wait", "categorise", "release"}),
        ({"status": "spam"}, {"note", "reopen", "categorise", "release"}),
    ],
)
def test_only_possible_actions_are_offered(agent, columns, offered):
    free = TicketFactory(**columns)
    own = TicketFactory(**columns, assignee=agent.user)

    union = agent.get(url(free)).context["may"] | agent.get(url(own)).context["may"]

    assert union == offered


def test_other_tickets_of_the_person_are_listed(agent, ticket):
    other = TicketFactory(resolved=True, registered_email=ticket.registered_email)
    TicketFactory()

    assert [each.ticket for each in agent.get(url(ticket)).context["others"]] == [other]


@pytest.mark.parametrize(
    ("state", "words"), [("received", "Sedang disiapkan"), ("unreadable", "Tidak terbaca")]
)
def test_screenshots_that_cannot_be_shown_say_why(agent, ticket, state, words):
    ScreenshotFactory(ticket=ticket, state=state)

    assert words in agent.get(url(ticket)).content.decode()


def test_number_of_queries_does_not_depend_on_the_conversation(agent, ticket, django_assert_max_num_queries):
    AssessmentFactory(ticket=ticket)

    def grow(times):
        for _ in range(times):
            desk.add_note(ticket, body="x", by=AgentFactory())
            MessageFactory(ticket=ticket)
            ReadingFactory(screenshot__ticket=ticket)
            lifecycle.assign(ticket, to=AgentFactory(), by=SYSTEM)

    grow(1)
    with django_assert_max_num_queries(21) as few:
        agent.get(url(ticket))
    grow(2)
    with django_assert_max_num_queries(21) as many:
        agent.get(url(ticket))

    assert len(few) == len(many)


def test_hostile_text_is_escaped_everywhere(agent):
    trap = "<script>alert(1)</script>"
    ticket = TicketFactory(open=True, description=trap, device=trap, assignee=AgentFactory(first_name=trap))
    MessageFactory(ticket=ticket, body=trap)
    ScreenshotFactory(ticket=ticket, name=trap)
    ReadingFactory(screenshot__ticket=ticket, text=f"{trap}\nsudah terdaftar {trap}")

    assert trap not in agent.get(url(ticket)).content.decode()


def test_a_ticket_that_is_not_there_is_404(agent):
    assert agent.get(reverse("admin:tickets_ticket_change", args=[999])).status_code == 404


def test_reading_changes_nothing(agent, ticket):
    before = Ticket.objects.values().get(pk=ticket.pk)

    agent.get(url(ticket), {"action": "spam"})

    assert Ticket.objects.values().get(pk=ticket.pk) == before


def test_looks_are_one_line_and_equal_moves_are_two(agent, ticket):
    for _ in range(2):
        desk.reply_and_wait(ticket, body="x", by=agent.user)
        desk.reopen(ticket, by=agent.user)
    for pk in (1, 2):
        desk.record_view(ticket, screenshot_pk=pk, by=agent.user)

    entries = agent.get(url(ticket)).context["entries"]

    lines = [(entry.text, entry.times) for entry in entries if entry.kind == "event"]
    moves = [("menunggu pelapor", 1), ("mengembalikan ke antrean", 1)]
    assert lines == [("mengambil tiket", 1), *moves, *moves, ("melihat tangkapan layar", 2)]


def test_page_doubts_addresses_and_knows_who_runs_them(agent):
    ticket = TicketFactory(open=True, registered_email="budi@gmail.co.id", reply_email="budi@ui.ac.id")
    AssessmentFactory(ticket=ticket, facts={"domain_unreachable": True})

    facts = agent.get(url(ticket)).context["facts"]

    assert (facts["registered_meant"], facts["reply_meant"], facts["are_nearly_same"]) == (
        "gmail.com",
        "",
        False,
    )
    assert (facts["takes_no_mail"], facts["mailbox"], facts["carrier"]) == (True, "", "")


def test_page_says_that_two_addresses_are_nearly_the_same(agent):
    ticket = TicketFactory(
        open=True, registered_email="budisantoso@gmail.com", reply_email="budisantso@gmail.com"
    )

    facts = agent.get(url(ticket)).context["facts"]

    assert (facts["mailbox"], facts["are_nearly_same"]) == ("Gmail", True)


def test_page_names_the_carrier_of_the_phone(agent):
    ticket = TicketFactory(open=True, registered_email="", registered_phone="+6285155123456")

    page = agent.get(url(ticket)).content.decode()

    assert '+6285155123456<br><span class="muted small">by.U</span>' in page


def test_page_of_a_ticket_assessed_by_an_older_release_opens(agent):
    ticket = TicketFactory(open=True, registered_email="budi@gmial.com")
    AssessmentFactory(ticket=ticket, facts={})

    assert agent.get(url(ticket)).context["facts"]["takes_no_mail"] is False


def test_ticket_is_linked_to_a_running_incident_and_off_it_again(agent, ticket):
    Incident.objects.create(title="Sudah lewat", ended_at=timezone.now() + timedelta(hours=1))
    running = Incident.objects.create(title="SMS terlambat")

    offered = agent.get(url(ticket)).context["running_incidents"]
    act(agent, ticket, "link_incident", incident=running.pk)
    linked = agent.get(url(ticket)).content.decode()
    act(agent, ticket, "unlink_incident")
    ticket.refresh_from_db()

    assert list(offered) == [running]
    assert "menautkan tiket ke gangguan “SMS terlambat”" in linked
    assert "Bukan bagian dari ini" in linked
    assert ticket.incident is None


@pytest.mark.parametrize("chosen", ["", "x", "999999", "9" * 40, "²"])
def test_linking_to_no_incident_is_refused(agent, ticket, chosen):
    Incident.objects.create(title="SMS terlambat")

    assert act(agent, ticket, "link_incident", incident=chosen).status_code == 409


def test_linking_to_an_incident_that_has_ended_meanwhile_says_so(agent, ticket):
    over = Incident.objects.create(title="SMS terlambat", ended_at=timezone.now() + timedelta(hours=1))

    answer = act(agent, ticket, "link_incident", incident=over.pk)

    assert answer.status_code == 409
    assert "Gangguan ini sudah berakhir" in answer.content.decode()


@pytest.mark.parametrize(("messages", "is_linked"), [(1, False), (6, True)])
def test_a_long_conversation_links_to_its_latest_message(agent, ticket, messages, is_linked):
    latest = [MessageFactory(ticket=ticket) for _ in range(messages)][-1]

    page = agent.get(url(ticket))

    assert (page.context["seen"], 'href="#latest"' in page.content.decode()) == (latest.pk, is_linked)
    assert page.content.decode().count('id="latest"') == 1


@pytest.mark.parametrize(("channel", "words"), [("form", "Halaman status"), ("email", "Email")])
def test_what_the_requester_adds_says_where_it_came_in(agent, channel, words):
    message = MessageFactory(ticket=TicketFactory(open=True, channel=channel))

    page = agent.get(url(message.ticket)).content.decode()

    assert f'<span class="muted small">{words} · <time' in page.partition('id="latest"')[2]


def test_error_by_the_platform_stands_among_the_facts(agent, ticket):
    before = agent.get(url(ticket)).content.decode()
    lifecycle.record(ticket, "submitted", by=REQUESTER, channel="form", platform_error="<b>OTP_SEND_FAILED")

    after = agent.get(url(ticket)).content.decode()

    assert "Galat dari platform" not in before
    assert "<dt>Galat dari platform</dt><dd>&lt;b&gt;OTP_SEND_FAILED</dd>" in after


def test_mail_that_came_back_stands_among_the_facts_with_why(agent, ticket):
    MessageFactory(
        ticket=ticket,
        outgoing=True,
        delivery="failed",
        bounce_status="5.1.1",
        recipient=ticket.registered_email,
    )
    lifecycle.record(ticket, "mail_failed", by=SYSTEM, message=1, status="5.2.2")

    page = agent.get(url(ticket)).content.decode()

    assert "Email kami kembali: kotak surat itu tidak ada (5.1.1)" in page
    assert "kotak suratnya penuh (5.2.2)" in page


def test_reply_address_that_mail_came_back_from_is_changed(agent, ticket):
    suppression.suppress(ticket.mail_address, reason="bounce", status="5.1.1", ticket=ticket)
    before = agent.get(url(ticket)).content.decode()

    after = agent.post(url(ticket), {"action": "readdress", "reply_email": " Baru@Contoh.id "}, follow=True)

    ticket.refresh_from_db()
    assert "Balasan hanya ada di halaman status: email ke alamat ini kembali." in before
    assert ticket.reply_email == "Baru@contoh.id"
    assert "Balasan hanya ada di halaman status" not in after.content.decode()


@pytest.mark.parametrize("typed", ["x", "a@b@c", "é@contoh.id", "a" * 300 + "@contoh.id"])
def test_reply_address_that_is_none_is_refused(agent, ticket, typed):
    answer = agent.post(url(ticket), {"action": "readdress", "reply_email": typed})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.reply_email) == (409, "")


def test_page_shows_what_was_picked_and_a_time_that_cannot_be(agent):
    agent.cookies["django_language"] = "en"
    ticket = TicketFactory(
        open=True,
        situation="self_typo",
        signup_precision="unknown",
        signed_up_at=None,
        signup_claim="2090-01-01T10:00",
    )

    page = agent.get(url(ticket)).content.decode()

    assert "I filled something in wrong" in page
    assert "written: 1 January 2090 at 10:00 WIB" in page


def test_page_says_nothing_of_what_was_not_picked(agent, ticket):
    agent.cookies["django_language"] = "en"

    assert "Picked on the form" not in agent.get(url(ticket)).content.decode()
