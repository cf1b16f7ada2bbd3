"""What our mails say, as text and as HTML."""

import re

import pytest

from tests.factories import MessageFactory, TicketFactory
from tickets.links import status_url
from tickets.mail.outgoing import compose_mail

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
    assert html.count(f"/tiket/{ticket.reference}/") == 1


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
