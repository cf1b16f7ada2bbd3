from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tickets import outbox
from tickets.people import wide_network_of
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


@pytest.mark.parametrize("address", ["203.0.113.{}", "2001:db8:1:2::{}"])
def test_queue_auto_reply_keeps_the_cap_of_the_network_around(settings, address):
    settings.AUTO_REPLIES_PER_NETWORK_HOUR = 2
    addresses = [address.format(n) for n in range(1, 4)]
    tickets = [TicketFactory(ip_address=each, network=wide_network_of(each)) for each in addresses]

    replies = [outbox.queue_auto_reply(ticket, advice=ADVICE) for ticket in tickets]

    assert [reply.suppressed_because for reply in replies] == ["", "", "network_hour"]


def test_queue_auto_reply_keeps_the_cap_of_all(settings):
    settings.AUTO_REPLIES_PER_HOUR = 2
    replies = [outbox.queue_auto_reply(TicketFactory(), advice=ADVICE) for _ in range(3)]

    assert [reply.suppressed_because for reply in replies] == ["", "", "everyone_hour"]
