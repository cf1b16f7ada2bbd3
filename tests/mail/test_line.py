"""The kept line to the mail server: reused, closed, and never a cause of a second mail."""

import socket
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from tests.factories import MessageFactory
from tests.mail_sink import HangUp, Say
from tickets import delivery
from tickets.mail import line
from tickets.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def server(settings, sink, monkeypatch):
    monkeypatch.setattr(delivery, "_resting_until", 0.0)
    settings.EMAIL_BACKEND = "tickets.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    yield sink
    line.hang_up()


def mail():
    return EmailMessage(subject="x", body="x", from_email="b@kantor.test", to=["budi@contoh.id"])


def deliver_all():
    for pk in Message.objects.order_by("pk").values_list("pk", flat=True):
        delivery.deliver(pk)


def test_messages_in_a_row_go_over_one_line(server):
    for _ in range(5):
        MessageFactory(outgoing=True)

    deliver_all()

    assert (len(server.taken), server.sessions) == (5, 1)
    assert set(Message.objects.values_list("delivery", flat=True)) == {"sent"}


def test_line_is_closed_when_nothing_is_due(server):
    MessageFactory(outgoing=True)

    deliver_all()

    assert getattr(line._kept, "line", None) is None


def test_line_that_the_server_closed_while_idle_costs_nobody_a_try(server, monkeypatch):
    monkeypatch.setattr(line, "IDLE", 0.0)
    line.send(mail())
    line._kept.line.connection.sock.shutdown(socket.SHUT_RDWR)

    line.send(mail())

    assert (len(server.taken), server.sessions) == (2, 2)


def test_message_waits_for_an_absent_server_no_longer_than_it_is_away(server, monkeypatch):
    first, second = MessageFactory(outgoing=True), MessageFactory(outgoing=True)
    server.go_away()

    for _ in range(3 * delivery.MOST_ATTEMPTS):
        monkeypatch.setattr(delivery, "_resting_until", 0.0)
        delivery.deliver(first.pk)
    delivery.deliver(second.pk)  # this process leaves it alone
    first.refresh_from_db()
    assert (first.delivery, first.attempts, first.last_error[:11]) == ("queued", 0, "ConnectionR")

    server.listen()
    monkeypatch.setattr(delivery, "_resting_until", 0.0)
    deliver_all()
    assert len(server.taken) == 2


def test_message_is_given_up_after_two_days_without_a_server(server, monkeypatch):
    message = MessageFactory(outgoing=True)
    Message.objects.update(created_at=timezone.now() - delivery.GIVE_UP_AFTER - timedelta(minutes=1))
    server.go_away()

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.delivery, message.ticket.attention) == ("failed", "mail_failed")


def test_line_is_not_used_for_ever(server, monkeypatch):
    monkeypatch.setattr(line, "MOST", 2)
    for _ in range(5):
        line.send(mail())

    assert (len(server.taken), server.sessions) == (5, 3)


def test_refused_message_does_not_take_the_next_one_with_it(server):
    refused, fine = MessageFactory(outgoing=True), MessageFactory(outgoing=True)
    address = refused.recipient
    server.recipient_answer = lambda to: "550 5.1.1 unknown" if to == address else "250 OK"

    deliver_all()

    refused.refresh_from_db()
    fine.refresh_from_db()
    assert [(each.delivery, each.bounce_status) for each in (refused, fine)] == [
        ("failed", "5.1.1"),
        ("sent", ""),
    ]
    assert len(server.taken) == 1


@pytest.mark.parametrize("answer", [HangUp(), Say("451 4.3.0 later")])
def test_message_that_fails_after_data_waits_and_is_not_sent_again_at_once(server, answer):
    first, _second = MessageFactory(outgoing=True), MessageFactory(outgoing=True)
    server.answer = lambda got: answer if got.message_id == first.message_id else Say("250 OK")

    deliver_all()

    first.refresh_from_db()
    tries = [got.message_id for got in server.tries]
    assert (first.delivery, tries.count(first.message_id), len(server.taken)) == ("queued", 1, 1)


def test_bounces_come_back_to_the_message(server, settings):
    settings.BOUNCE_ADDRESS = "bounce@kantor.test"
    message = MessageFactory(outgoing=True)

    deliver_all()

    assert server.taken[0].mail_from.startswith(f"bounce+{message.pk}.")
