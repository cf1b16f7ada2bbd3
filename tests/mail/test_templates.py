"""What our mails say, as text and as HTML."""

import re

import pytest
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tickets.links import status_url
from tickets.mail.answering import digest_of
from tickets.mail.outgoing import compose_mail, threads_of
from tickets.mail.reply_token import ticket_of
from tickets.mail.return_path import message_of
from tickets.models import IncomingMail

pytestmark = pytest.mark.django_db

ADVICE = {
    "language": "id",
    "subject": "Kode masih dalam perjalanan",
    "opening": "Karena Anda mendaftar 2 menit lalu.",
    "steps": ["Tunggu sampai pukul 14.32 WIB.", "Tekan “kirim ulang”."],
    "closing": "Kalau gagal, tekan “Masih gagal”.",
    "standing": ["Jangan membuat akun kedua."],
    "wait_until": None,
}


def bodies(message):
    mail = compose_mail(message, link=status_url(message.ticket))
    return mail.body, mail.alternatives[0][0]


def advice_on(ticket):
    return MessageFactory(ticket=ticket, outgoing=True, advice=ADVICE, subject=ADVICE["subject"])


def test_advice_stands_in_both_bodies_as_numbered_steps():
    ticket = TicketFactory()

    text, html = bodies(advice_on(ticket))

    assert "1. Tunggu sampai pukul 14.32 WIB.\n2. Tekan “kirim ulang”." in text
    assert f"/tiket/{ticket.reference}/" in text
    assert all(step in html for step in ADVICE["steps"])
    links = re.findall(rf'href="[^"]*/tiket/{ticket.reference}/[^"?]*/([^"]*)"', html)
    assert links == ["?say=fixed", "?say=failing"]


def test_nothing_the_requester_typed_is_mailed():
    ticket = TicketFactory(description="KETIKAN-SATU", device="KETIKAN-DUA")
    MessageFactory(ticket=ticket, body="KETIKAN-TIGA")

    text, html = bodies(advice_on(ticket))

    assert "KETIKAN" not in text + html


def test_reply_of_an_agent_keeps_its_lines_and_is_shown_as_text():
    message = MessageFactory(outgoing=True, kind="reply", purpose="", body="Halo <b>Budi</b>\nSilakan coba.")

    text, html = bodies(message)

    assert "Halo <b>Budi</b>\nSilakan coba." in text
    assert "Halo &lt;b&gt;Budi&lt;/b&gt;<br>Silakan coba." in html


def test_html_fetches_nothing():
    _, html = bodies(advice_on(TicketFactory()))

    assert re.findall(r"<(?:img|link|script|iframe)|url\(|@import|@font-face", html) == []


@pytest.fixture
def sent_before():
    """Two mails of one ticket, to one mailbox."""
    ticket = TicketFactory()
    first = MessageFactory(ticket=ticket, outgoing=True, delivery="sent", sent_at=timezone.now())
    return ticket, first, MessageFactory(ticket=ticket, outgoing=True, kind="reply", purpose="")


def headers_of(message):
    thread = threads_of([message])[message.pk]
    return compose_mail(message, link="https://contoh.id/", thread=thread).message()


def test_mails_of_one_ticket_are_chained(sent_before):
    ticket, first, second = sent_before
    third = MessageFactory(ticket=ticket, outgoing=True, kind="reply", purpose="")

    headers = headers_of(third)

    assert "References" not in headers_of(first)
    assert headers["In-Reply-To"] == second.message_id
    assert headers["References"].split() == [first.message_id, second.message_id]


def test_chain_names_no_mail_to_another_mailbox_and_none_that_did_not_go(sent_before):
    ticket, first, _second = sent_before
    MessageFactory(ticket=ticket, outgoing=True, purpose="x", delivery="failed")
    MessageFactory(ticket=ticket, outgoing=True, purpose="y", recipient_key="lain@contoh.id")
    last = MessageFactory(ticket=ticket, outgoing=True, purpose="z", recipient_key=first.recipient_key)

    assert len(headers_of(last)["References"].split()) == 2


@pytest.mark.parametrize(("writer", "is_named"), [("BUDI@contoh.id", True), ("orang@lain.id", False)])
def test_mail_of_its_requester_is_answered_in_its_thread(writer, is_named):
    """RFC 3834 section 3.1.5."""
    ticket = TicketFactory(channel="email")
    now = timezone.now()
    IncomingMail.objects.create(
        message_id="<dari@contoh.id>",
        size=1,
        ticket=ticket,
        state="filed",
        ended_at=now,
        sender_digest=digest_of(writer),
    )

    message = MessageFactory(ticket=ticket, outgoing=True, recipient="budi@contoh.id")

    assert headers_of(message)["In-Reply-To"] == ("<dari@contoh.id>" if is_named else None)


@pytest.mark.parametrize(("channel", "says"), [("email", "surat masuk"), ("form", "formulir kami")])
def test_both_bodies_say_why_it_came(channel, says):
    message = advice_on(TicketFactory(channel=channel))

    assert [says in body for body in bodies(message)] == [True, True]


def test_chain_of_an_endless_ticket_stays_short():
    ticket = TicketFactory()
    mails = [MessageFactory(ticket=ticket, outgoing=True, purpose=str(each)) for each in range(15)]

    found = headers_of(mails[-1])["References"].split()

    assert found == [mails[0].message_id, *(each.message_id for each in mails[5:14])]


def test_answers_go_to_the_tickets_own_address(settings):
    settings.SUPPORT_MAILBOX = "bantuan@kantor.test"
    message = MessageFactory(outgoing=True)

    assert ticket_of(headers_of(message)["Reply-To"]) == message.ticket


@pytest.mark.parametrize("kind", ["auto_reply", "reply"])
def test_bounces_go_to_the_messages_own_address(settings, kind):
    settings.BOUNCE_ADDRESS = "bounce@kantor.test"
    message = MessageFactory(outgoing=True, kind=kind)

    mail = compose_mail(message, link="https://contoh.id/")

    assert (message_of(mail.from_email), mail.message()["From"]) == (message, settings.DEFAULT_FROM_EMAIL)


@pytest.mark.parametrize(("kind", "envelope"), [("auto_reply", ""), ("reply", "Bantuan <b@kantor.test>")])
def test_without_a_mailbox_for_bounces_only_automatic_mail_has_the_null_return_path(settings, kind, envelope):
    settings.DEFAULT_FROM_EMAIL = "Bantuan <b@kantor.test>"
    message = MessageFactory(outgoing=True, kind=kind)

    mail = compose_mail(message, link="https://contoh.id/")

    assert (mail.from_email, mail.message()["From"]) == (envelope, settings.DEFAULT_FROM_EMAIL)


def test_agents_answer_is_no_automatic_mail():
    headers = headers_of(MessageFactory(outgoing=True, kind="reply", purpose=""))

    assert not {"Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"} & set(headers.keys())


def test_html_is_fit_for_the_dark():
    _, html = bodies(advice_on(TicketFactory()))

    assert 'name="color-scheme" content="light dark"' in html
    dark = html.partition("prefers-color-scheme: dark")[2].partition("</style>")[0]
    coloured = set(re.findall(r'class="([\w ]+)"[^>]*style="[^"]*(?:color|background):', html))
    assert [each for each in coloured if not any(f".{name}" in dark for name in each.split())] == []
