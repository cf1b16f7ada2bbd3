import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import OperationalError
from django.utils import timezone

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import desk, outbox
from tickets.models import Message
from triage.advice import Advice

pytestmark = pytest.mark.django_db

ADVICE = Advice(
    language="id",
    subject="Kode belum masuk",
    opening="Karena Anda mendaftar 4 menit lalu, kode masih dalam perjalanan.",
    steps=("Tunggu sampai pukul 14.32 WIB.",),
    closing="Bila belum masuk juga, tekan Masih gagal.",
    standing=("Jangan bagikan kode OTP.",),
    wait_until=None,
)


@pytest.fixture
def server(monkeypatch):
    """What the mail server answers: exceptions to raise, one per attempt."""
    answers = []

    def send_messages(self, messages):
        if answers:
            raise answers.pop(0)
        mail.outbox.extend(messages)
        return len(messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_messages)
    return answers


def due_again(message):
    Message.objects.filter(pk=message.pk).update(deliver_after_at=timezone.now())


def test_queue_auto_reply_is_on_its_way():
    message = outbox.queue_auto_reply(TicketFactory(), advice=ADVICE)

    assert (message.delivery, message.purpose, message.subject) == ("queued", "advice", "Kode belum masuk")
    assert message.message_id.startswith("<")


def test_queue_auto_reply_without_address_is_shown_only():
    ticket = TicketFactory(registered_email="", registered_phone="+6281234567890")

    message = outbox.queue_auto_reply(ticket, advice=ADVICE)

    assert (message.delivery, message.suppressed_because) == ("suppressed", "no_address")


@pytest.mark.parametrize(
    ("age", "count", "because"),
    [
        (timedelta(minutes=10), 1, "address_hour"),
        (timedelta(hours=2), 1, ""),
        (timedelta(hours=2), 3, "address_day"),
        (timedelta(hours=25), 3, ""),
    ],
)
def test_queue_auto_reply_keeps_the_caps_of_one_mailbox(age, count, because):
    for _ in range(count):
        ticket = TicketFactory(registered_email="bu.di@gmail.com")
        MessageFactory(
            outgoing=True, ticket=ticket, recipient_key="budi@gmail.com", created_at=timezone.now() - age
        )
    again = TicketFactory(registered_email="budi+x@gmail.com")

    message = outbox.queue_auto_reply(again, advice=ADVICE)

    assert message.suppressed_because == because


def test_queue_auto_reply_keeps_the_cap_of_one_network(settings):
    settings.AUTO_REPLIES_PER_IP_HOUR = 2
    replies = [
        outbox.queue_auto_reply(TicketFactory(ip_address="203.0.113.7"), advice=ADVICE) for _ in range(3)
    ]

    assert [reply.suppressed_because for reply in replies] == ["", "", "ip_hour"]


def test_queue_auto_reply_keeps_the_cap_of_all(settings):
    settings.AUTO_REPLIES_PER_HOUR = 2
    replies = [outbox.queue_auto_reply(TicketFactory(), advice=ADVICE) for _ in range(3)]

    assert [reply.suppressed_because for reply in replies] == ["", "", "everyone_hour"]


def test_deliver_sends_once(server):
    message = MessageFactory(outgoing=True)

    outbox.deliver(message.pk)
    outbox.deliver(message.pk)

    message.refresh_from_db()
    assert (message.delivery, message.sent_at is None, len(mail.outbox)) == ("sent", False, 1)


def test_deliver_marks_automatic_mail_as_such(server):
    message = MessageFactory(outgoing=True)

    outbox.deliver(message.pk)

    sent = mail.outbox[0]
    headers = sent.message()
    assert sent.from_email == ""
    assert headers["Auto-Submitted"] == "auto-replied"
    assert headers["X-Auto-Response-Suppress"] == "All"
    assert headers["Message-ID"] == message.message_id
    assert headers["Subject"] == f"[{message.ticket.reference}] Kode belum masuk"
    assert "@" in headers["From"]
    assert sent.to == [message.ticket.registered_email]


def test_deliver_sends_an_agents_answer_as_a_persons(server):
    message = desk.reply_and_wait(TicketFactory(open=True), body="Halo", by=AgentFactory())

    outbox.deliver(message.pk)

    assert "Auto-Submitted" not in mail.outbox[0].message()
    assert mail.outbox[0].from_email != ""


def test_deliver_never_repeats_what_the_requester_typed(server):
    ticket = TicketFactory(description="KUNJUNGI https://jahat.example SEKARANG", device="<b>jahat</b>")
    message = outbox.queue_auto_reply(ticket, advice=ADVICE)

    outbox.deliver(message.pk)

    text, html = mail.outbox[0].body, mail.outbox[0].alternatives[0].content
    assert "jahat" not in text.lower()
    assert "jahat" not in html.lower()
    assert "Tunggu sampai pukul 14.32 WIB." in text


@pytest.mark.parametrize(
    "answer",
    [
        smtplib.SMTPRecipientsRefused({"budi@contoh.id": (451, b"try later")}),
        smtplib.SMTPDataError(452, b"full"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPAuthenticationError(535, b"our own mistake, not the requester's"),
        TimeoutError(),
        ConnectionRefusedError(),
    ],
)
def test_deliver_tries_again_later_with_the_same_message_id(server, answer):
    message = MessageFactory(outgoing=True)
    server.append(answer)

    outbox.deliver(message.pk)
    outbox.deliver(message.pk)
    between = len(mail.outbox)
    due_again(message)
    outbox.deliver(message.pk)

    message.refresh_from_db()
    assert (between, message.delivery, message.attempts) == (0, "sent", 2)
    assert mail.outbox[0].message()["Message-ID"] == message.message_id


def test_deliver_backs_off_longer_each_time(server):
    message = MessageFactory(outgoing=True)
    waits = []
    for _ in range(12):
        server.append(TimeoutError())
        due_again(message)
        outbox.deliver(message.pk)
        message.refresh_from_db()
        waits.append(round((message.deliver_after_at - timezone.now()).total_seconds(), -1))

    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-1] == 6 * 3600


@pytest.mark.parametrize(
    "answer",
    [
        smtplib.SMTPRecipientsRefused({"budi@contoh.id": (550, b"5.1.1 unknown user")}),
        smtplib.SMTPDataError(554, b"no"),
    ],
)
def test_deliver_gives_up_on_a_final_no_and_tells_the_agents(server, answer):
    message = MessageFactory(outgoing=True, ticket=TicketFactory(held=True))
    server.append(answer)

    outbox.deliver(message.pk)

    message.refresh_from_db()
    ticket = message.ticket
    ticket.refresh_from_db()
    assert (message.delivery, ticket.status, ticket.attention) == ("failed", "open", "mail_failed")
    assert ticket.events.filter(kind="mail_failed").count() == 1


def test_deliver_gives_up_after_two_days(server):
    message = MessageFactory(outgoing=True, created_at=timezone.now() - timedelta(hours=49))
    server.append(TimeoutError())

    outbox.deliver(message.pk)

    message.refresh_from_db()
    assert message.delivery == "failed"


def test_deliver_gives_up_on_a_message_that_keeps_killing_its_worker(server):
    message = MessageFactory(outgoing=True, attempts=outbox.MOST_ATTEMPTS)

    outbox.deliver(message.pk)

    message.refresh_from_db()
    assert (message.delivery, mail.outbox) == ("failed", [])


def test_deliver_takes_up_what_a_dead_worker_left(server):
    ago = timezone.now() - timedelta(seconds=1)
    message = MessageFactory(outgoing=True, delivery="sending", lease_until=ago, attempts=1)

    outbox.deliver(message.pk)

    message.refresh_from_db()
    assert (message.delivery, len(mail.outbox)) == ("sent", 1)


def test_deliver_repeats_the_commit_but_never_the_sending(server, monkeypatch):
    message = MessageFactory(outgoing=True)
    finish, failures = outbox.finish, [OperationalError(), OperationalError()]

    def stumble(*args, **columns):
        if failures:
            raise failures.pop()
        return finish(*args, **columns)

    monkeypatch.setattr(outbox, "finish", stumble)
    monkeypatch.setattr(outbox.connection, "close", lambda: None)
    monkeypatch.setattr(outbox.time, "sleep", lambda seconds: None)

    outbox.deliver(message.pk)

    message.refresh_from_db()
    assert (message.delivery, len(mail.outbox)) == ("sent", 1)


def test_deliver_leaves_a_server_alone_that_keeps_it_waiting(server, settings, monkeypatch):
    monkeypatch.setattr(outbox, "_resting_until", 0.0)
    settings.EMAIL_TIMEOUT = 0.0
    kept_waiting, next_one = MessageFactory(outgoing=True), MessageFactory(outgoing=True)
    server.append(smtplib.SMTPServerDisconnected("Connection unexpectedly closed: timed out"))
    monkeypatch.setattr(outbox, "REST", 10**9)

    outbox.deliver(kept_waiting.pk)
    outbox.deliver(next_one.pk)
    next_one.refresh_from_db()

    assert (next_one.delivery, next_one.attempts) == ("queued", 0)
    assert mail.outbox == []


def test_deliver_goes_on_after_a_server_that_fails_at_once(server):
    refused, next_one = MessageFactory(outgoing=True), MessageFactory(outgoing=True)
    server.append(ConnectionRefusedError())

    outbox.deliver(refused.pk)
    outbox.deliver(next_one.pk)
    next_one.refresh_from_db()

    assert next_one.delivery == "sent"
