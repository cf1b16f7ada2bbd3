"""A mail server that refuses, hangs, hangs up or is away, and a worker that dies while it is mailing."""

import threading

import pytest
from django.utils import timezone

from tests.mail_sink import OK, Hang, HangUp, Say, Take
from tests.processes import until
from tickets.models import Event, Message, Ticket
from tickets.models.event import EventKind
from tickets.models.message import Delivery
from tickets.models.ticket import Status


def deliver_now():
    """Let the back-off be over: it is 30 seconds at least, and not what is tested here."""
    Message.objects.filter(delivery=Delivery.QUEUED).update(deliver_after_at=timezone.now())


def triaged():
    return Ticket.objects.exclude(status=Status.NEW).count()


@pytest.fixture
def tries(sink):
    """Wait until the server has seen so many mails."""

    def wait(number):
        until(lambda: len(sink.tries) >= number, within=20, what=f"{number} mails have come")

    return wait


def test_worker_killed_after_the_server_took_the_mail(product, client, sink, settle):
    product.start()
    killed = threading.Event()

    def kill():
        product.worker.kill()
        killed.set()

    sink.answer = lambda mail: Take(then=kill)
    client.send(1)
    assert killed.wait(20)
    sink.answer = lambda mail: Say(OK)
    product.start_worker()
    outcome = settle("worker killed -9 after the 250")

    # The one window that no outbox can close: the mail is there twice, and is recognised as one.
    assert (outcome.lost, outcome.auto_replies, outcome.duplicates) == (0, 1, 1)
    assert len({mail.message_id for mail in sink.taken}) == 1


def test_mail_refused_for_now_is_sent_later(product, client, sink, tries, settle):
    product.start()
    sink.answer = lambda mail: Say("451 try again later")
    client.send_many(range(3))
    tries(3)

    until(lambda: Message.objects.filter(delivery=Delivery.SENDING).count() == 0, within=20, what="put back")
    waiting = Message.objects.filter(delivery=Delivery.QUEUED, deliver_after_at__gt=timezone.now()).count()
    sink.answer = lambda mail: Say(OK)
    deliver_now()
    outcome = settle("SMTP 451, then 250")

    assert waiting == 3
    assert outcome.is_clean


@pytest.mark.parametrize("stage", ["recipient", "data"])
def test_mail_refused_for_good_comes_before_the_agents(product, client, sink, settle, stage):
    product.start()
    if stage == "recipient":
        sink.recipient_answer = lambda address: "550 5.1.1 no such user"
    else:
        sink.answer = lambda mail: Say("550 5.7.1 not wanted")
    client.send(1)
    outcome = settle(f"SMTP 550 after {stage}")

    message = Message.objects.get()
    ticket = message.ticket
    assert (message.delivery, message.attempts) == ("failed", 1)
    assert (ticket.status, ticket.attention) == ("open", "mail_failed")
    assert Event.objects.filter(ticket=ticket, kind=EventKind.MAIL_FAILED).count() == 1
    assert (outcome.lost, outcome.auto_replies, outcome.mailed) == (0, 1, 0)


def test_server_that_hangs_up_is_tried_again(product, client, sink, tries, settle):
    product.start()
    sink.answer = lambda mail: HangUp()
    client.send(1)
    tries(1)

    until(lambda: Message.objects.get().delivery == Delivery.QUEUED, within=20, what="put back")
    sink.answer = lambda mail: Say(OK)
    deliver_now()
    outcome = settle("SMTP hangs up, then 250")

    assert outcome.is_clean


def test_server_that_is_away_is_tried_again(product, client, sink, settle):
    product.start()
    sink.go_away()
    client.send(1)

    until(
        lambda: Message.objects.filter(last_error__contains="refused").exists(),
        within=20,
        what="a failed try",
    )
    sink.listen()
    outcome = settle("SMTP refuses connections, then 250")

    assert outcome.is_clean


def test_server_that_hangs_does_not_hold_up_triage(product, client, sink, tries, settle):
    product.start()
    sink.answer = lambda mail: Hang()
    client.send_many(range(8))
    tries(1)

    client.send(8)
    seconds = until(lambda: triaged() == 9, within=30, what="every ticket is triaged")
    sink.answer = lambda mail: Say(OK)
    until(
        lambda: not Message.objects.filter(delivery=Delivery.SENDING).exists(),
        within=30,
        what="every try is over",
    )
    deliver_now()
    outcome = settle("SMTP hangs, then 250")

    assert outcome.is_clean
    # Every mail costs a worker EMAIL_TIMEOUT; triage must not wait for all of them.
    assert seconds < 6
