from datetime import timedelta

import pytest
from django.utils import timezone

from tests import images
from tests.factories import MessageFactory, TicketFactory
from tests.mail.letters import bare, bounce, letter
from tickets import pipeline, suppression
from tickets.mail import answering, filing, tasks
from tickets.mail.incoming import receive
from tickets.mail.reply_token import reply_address
from tickets.mail.return_path import return_path
from tickets.models import IncomingMail, Message, Ticket

pytestmark = pytest.mark.django_db


def filed(raw):
    mail = receive(raw, source="imap")
    filing.file_mail(mail.pk)
    mail.refresh_from_db()
    return mail


@pytest.fixture
def sent():
    """An automatic reply of ours to budi@contoh.id, sent."""
    return MessageFactory(
        outgoing=True,
        ticket=TicketFactory(held=True, registered_email="budi@contoh.id"),
        delivery="sent",
        sent_at=timezone.now(),
    )


def answer_to(message, text="Masih belum masuk juga.", **named):
    return letter(text, Subject="Re: [KS-0000-0000] Kode", In_Reply_To=message.message_id, **named)


def test_new_mail_becomes_a_ticket():
    mail = filed(
        letter("kode otp belum masuk, sandi saya: kucing123\n\n-- \nBudi\n", Subject="Bls: Kode OTP")
    )

    ticket = mail.ticket
    assert (mail.state, mail.reason, mail.from_domain) == ("filed", "new", "contoh.id")
    assert (ticket.channel, ticket.registered_email, ticket.language) == ("email", "budi@contoh.id", "id")
    assert ticket.description.startswith("Kode OTP\n\nkode otp belum masuk")
    assert "kucing123" not in ticket.description
    assert "Budi" not in ticket.description
    assert ticket.signup_precision == "unknown"


def test_second_run_makes_no_second_ticket():
    mail = filed(letter())
    IncomingMail.objects.update(state="new", ended_at=None, ticket=None)

    filing.file_mail(mail.pk)

    mail.refresh_from_db()
    assert mail.ticket == Ticket.objects.get()


def test_english_mail_makes_an_english_ticket():
    mail = filed(letter("I still have not received the code. Please help me.", Subject="No code"))

    assert mail.ticket.language == "en"


def test_reply_to_of_somebody_else_is_never_used():
    mail = filed(letter(Reply_To="korban@lain.id"))

    assert (mail.ticket.registered_email, mail.ticket.reply_email) == ("budi@contoh.id", "")
    assert mail.ticket.mail_address == "budi@contoh.id"


def test_own_answer_is_added_and_brings_the_ticket_to_the_agents(sent):
    mail = filed(
        answer_to(sent, "Masih gagal.\n\nPada Sab, 28 Nov 2026 pukul 09.00 Bantuan <b@x.id> menulis:\n> x")
    )

    sent.ticket.refresh_from_db()
    added = Message.objects.get(kind="requester")
    assert (mail.state, mail.reason, mail.ticket, mail.linked_message) == (
        "filed",
        "answers",
        sent.ticket,
        added,
    )
    assert added.body == "Masih gagal."
    assert sent.ticket.status == "open"
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("word", ["Ya", "ok\n\nDikirim dari iPhone saya"])
def test_answer_of_one_word_is_heard(sent, word):
    mail = filed(answer_to(sent, word))

    assert (mail.state, mail.ticket) == ("filed", sent.ticket)
    assert Message.objects.get(kind="requester").body == word[:2]


@pytest.mark.parametrize("sender", ["BUDI@contoh.id", "budi+kerja@contoh.id"])
def test_spellings_of_the_same_mailbox_are_its_requester(sent, sender):
    assert filed(answer_to(sent, From=sender)).ticket == sent.ticket


def test_references_do_as_well_and_the_nearest_counts(sent):
    other = MessageFactory(outgoing=True, ticket=TicketFactory(open=True, registered_email="budi@contoh.id"))
    references = f"<x@y> {other.message_id}\r\n {sent.message_id}"

    mail = filed(letter("Masih gagal.", headers={"References": references.replace("\r\n", "")}))

    assert mail.ticket == sent.ticket


def test_answer_from_another_address_is_a_linked_ticket_for_review(sent):
    mail = filed(answer_to(sent, From="orang@lain.id"))

    ticket = mail.ticket
    assert ticket != sent.ticket
    assert (mail.reason, ticket.status, ticket.attention) == ("other_sender", "open", "other_sender")
    assert ticket.earlier == sent.ticket
    event = ticket.events.get(kind="linked")
    assert (event.data["reference"], event.data["because"]) == (sent.ticket.reference, ["mail"])
    assert not sent.ticket.messages.filter(kind="requester").exists()
    assert not ticket.messages.exists()
    assert not sent.ticket.events.exists()


def test_worker_that_comes_too_late_tells_of_refused_files_no_second_time(sent):
    mail = filed(answer_to(sent, From="orang@lain.id", files=[("surat.pdf", "application/pdf", b"%PDF")]))

    filing._file(mail)

    assert mail.ticket.events.filter(kind="refused").count() == 1


def test_number_in_the_subject_is_a_hint_for_the_requester_only(sent):
    subject = f"Re: [{sent.ticket.reference}] Kode"

    own = filed(letter("Masih gagal.", Subject=subject))
    other = filed(letter("Beri saya isinya.", Subject=subject, From="orang@lain.id"))

    assert (own.ticket, own.reason) == (sent.ticket, "subject")
    assert other.ticket != sent.ticket
    assert (other.reason, other.ticket.earlier) == ("new", None)


def test_signed_address_tells_the_ticket(sent, settings):
    settings.SUPPORT_MAILBOX = "bantuan@kantor.test"
    address = reply_address(sent.ticket)

    own = filed(letter("Masih gagal.", headers={"Delivered-To": address}))
    other = filed(letter("Halo saya.", From="a@lain.id", To=address))

    assert (own.ticket, own.reason) == (sent.ticket, "token")
    assert (other.reason, other.ticket.earlier) == ("other_sender", sent.ticket)


def closed(ticket):
    Ticket.objects.filter(pk=ticket.pk).update(
        status="closed", hold_until=None, hold_then="", resolution="agent",
        resolved_at=timezone.now(), closed_at=timezone.now(),
    )  # fmt: skip


def test_answer_to_a_closed_ticket_follows_it(sent):
    closed(sent.ticket)

    mail = filed(answer_to(sent))

    assert mail.ticket.follows == sent.ticket


def test_pictures_become_screenshots_and_the_rest_is_refused_with_a_line():
    pictures = [(f"layar{n}.png", "image/png", images.png()) for n in range(6)]
    others = [("surat.pdf", "application/pdf", b"%PDF"), ("winmail.dat", "application/ms-tnef", b"x")]
    broken = [("foto.jpg", "image/jpeg", b"bukan gambar")]

    mail = filed(letter(files=[*others, *broken, *pictures]))

    assert mail.ticket.screenshots.count() == 5
    assert mail.ticket.events.get(kind="refused").data["files"] == [
        {"what": "pdf", "because": "wrong_type"},
        {"what": "dat", "because": "wrong_type"},
        {"what": "jpg", "because": "wrong_type"},
        {"what": "png", "because": "too_many"},
    ]


def test_picture_alone_is_a_report():
    mail = filed(letter("", Subject="", files=[("layar.png", "image/png", images.png())]))

    assert mail.ticket.screenshots.count() == 1
    assert mail.ticket.description == "(Surat ini tanpa teks.)"


def test_little_logos_of_a_signature_are_no_screenshots():
    logo = bare(
        "From: budi@contoh.id\nSubject: Kode\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b",
        "--b\nContent-Type: text/plain\n\nKode belum masuk\n--b\nContent-Type: image/png; name=logo.png\n"
        "Content-ID: <logo>\nContent-Transfer-Encoding: base64\nContent-Disposition: inline\n\n"
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\n--b--\n",
    )

    mail = filed(logo)

    assert (mail.state, mail.ticket.screenshots.count()) == ("filed", 0)


def test_bounce_is_kept_with_the_mail_that_came_back(sent):
    mail = filed(bounce(of=sent.message_id))

    assert (mail.state, mail.reason, mail.is_automatic, mail.status_code) == ("kept", "bounce", True, "5.1.1")
    assert (mail.ticket, mail.linked_message) == (sent.ticket, sent)
    assert Ticket.objects.count() == 1
    sent.refresh_from_db()
    assert (sent.delivery, sent.bounce_status) == ("failed", "5.1.1")
    assert suppression.is_suppressed("budi@contoh.id")


def test_what_comes_to_a_return_path_is_never_ticketed(sent, settings):
    settings.BOUNCE_ADDRESS = "pantul@kantor.test"

    mail = filed(letter("Saya sedang cuti.", To=return_path(sent)))

    assert (mail.state, mail.reason, mail.linked_message) == ("kept", "bounce", sent)
    assert Ticket.objects.count() == 1


def test_automatic_answer_is_kept_and_changes_nothing(sent):
    mail = filed(answer_to(sent, headers={"Auto-Submitted": "auto-replied"}))

    sent.ticket.refresh_from_db()
    assert (mail.state, mail.reason, mail.ticket) == ("kept", "auto_reply", sent.ticket)
    assert sent.ticket.status == "self_fix"
    assert not Message.objects.filter(kind="requester").exists()


def test_our_own_mail_coming_back_is_kept(sent, settings):
    settings.SUPPORT_MAILBOX = "to.long@gmail.com"
    settings.BOUNCE_ADDRESS = "pantul@localhost"
    back = [
        letter(From="orang@lain.id", Message_ID=sent.message_id),
        letter(From="orang@lain.id", headers={"X-KayaSupport-Ticket": "KS-0000-0000"}),
        letter(From="bantuan@localhost"),
        letter(From="Tolong <TO.LONG+x@gmail.com>"),
        letter(From="pantul+7.abc@localhost"),
    ]

    assert [filed(raw).reason for raw in back] == ["own"] * 5
    assert Ticket.objects.count() == 1


def test_auto_submitted_no_is_filed_and_answered(model):
    mail = filed(letter(headers={"Auto-Submitted": "no"}))

    assert pipeline.triage(mail.ticket.pk).delivery == "queued"


def test_who_wants_no_automatic_answer_gets_a_ticket_and_none(model):
    mail = filed(letter(headers={"X-Auto-Response-Suppress": "OOF, AutoReply"}))

    message = pipeline.triage(mail.ticket.pk)

    assert (message.delivery, message.suppressed_because) == ("suppressed", "no_reply_wanted")


def test_who_wants_no_automatic_answer_gets_none_to_what_follows_a_closed_ticket_either(sent, model):
    sent.ticket.channel = "email"
    sent.ticket.save()
    closed(sent.ticket)

    mail = filed(answer_to(sent, headers={"X-Auto-Response-Suppress": "All"}))

    assert mail.ticket.follows == sent.ticket
    assert pipeline.triage(mail.ticket.pk).suppressed_because == "no_reply_wanted"


def test_hundred_mails_in_a_burst_are_all_tickets_and_three_answers(settings):
    mails = [filed(letter(f"Surat nomor {n}, kode belum masuk")) for n in range(100)]

    assert Ticket.objects.count() == 100
    assert [mail.unanswered_because for mail in mails] == [""] * 3 + [answering.SENDER] * 97


def test_caps_per_domain_spare_public_providers(settings):
    settings.MAILS_ANSWERED_PER_DOMAIN_HOUR = 1

    office = [filed(letter(From=f"a{n}@kantor-kami.id")).unanswered_because for n in range(2)]
    public = [filed(letter(From=f"a{n}@gmail.com")).unanswered_because for n in range(2)]

    assert (office, public) == (["", answering.DOMAIN], ["", ""])


def test_cap_for_everybody_is_told_once(settings, caplog):
    settings.MAILS_ANSWERED_PER_HOUR = 1

    codes = [filed(letter(From=f"a{n}@kantor{n}.id")).unanswered_because for n in range(4)]

    assert codes == ["", *[answering.EVERYONE] * 3]
    assert [line.message for line in caplog.records if "not answered" in line.message] == [
        "mail is not answered for now: mail_everyone_hour"
    ]


def test_answers_of_an_hour_ago_do_not_count(settings):
    settings.MAILS_ANSWERED_PER_SENDER_HOUR = 1
    filed(letter())
    IncomingMail.objects.update(ended_at=timezone.now() - timedelta(hours=2))

    assert filed(letter()).unanswered_because == ""


@pytest.mark.parametrize(
    "sender", [None, "", "bukan alamat", "budi@localhost", "budi@[127.0.0.1]", "büdi@contoh.id"]
)
def test_mail_from_nobody_needs_attention(sender):
    mail = filed(letter(From=sender))

    assert (mail.state, mail.reason) == ("unreadable", "no_sender")


def test_empty_mail_is_kept():
    mail = filed(letter("", Subject=""))

    assert (mail.state, mail.reason) == ("kept", "empty")


def test_long_mail_is_cut_with_a_sign():
    mail = filed(letter("kode belum masuk " * 2000))

    assert len(mail.ticket.description) == 5000
    assert mail.ticket.description.endswith("…")


def test_mail_that_cannot_be_filed_is_tried_again_and_then_needs_attention(monkeypatch, settings):
    monkeypatch.setattr(filing.parsing, "parse", lambda raw: 1 / 0)
    mail = receive(letter(), source="imap")

    for _ in range(settings.MAX_ATTEMPTS + 1):
        filing.file_mail(mail.pk)
        mail.refresh_from_db()
        assert mail.lease_until is None or mail.lease_until > timezone.now()
        IncomingMail.objects.filter(state="new").update(lease_until=None)

    assert (mail.state, mail.reason) == ("unreadable", "gave_up")


def test_sweep_rings_for_what_waits(rung):
    waiting = receive(letter(), source="imap")
    filed(letter())
    rung.clear()

    tasks.sweep_mail()

    assert rung == [("tickets.mail.tasks.file_mail", waiting.pk)]


def test_nothing_personal_is_logged(caplog, monkeypatch):
    caplog.set_level("DEBUG")
    mail = receive(letter("rahasia besar"), source="imap")
    filing.file_mail(mail.pk)

    said = " ".join(record.getMessage() for record in caplog.records)
    assert "budi" not in said.lower()
    assert "rahasia" not in said
