import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import counters, desk, screening
from tickets.models import Event
from tickets.models.ticket import Channel
from tickets.submission import Submission

pytestmark = pytest.mark.django_db

ADVERT = "Pinjaman cepat tanpa jaminan, cair dalam lima menit untuk semua orang di Indonesia, hari ini juga: "


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    cache.clear()


def signs(**fields):
    fields = {
        "key": uuid.uuid4(),
        "description": "otp belum masuk, lihat https://daftar.example",
        "registered_email": "budi@contoh.id",
        "ip_address": "198.51.100.7",
        **fields,
    }
    return screening.suspect_signs(Submission(**fields))


def sent_from(*addresses, text=ADVERT + "https://jual.example"):
    return [signs(description=f"{text} {n}", ip_address=address) for n, address in enumerate(addresses)]


def test_same_text_from_other_places_is_a_sign():
    found = sent_from(*(f"198.51.100.{n}" for n in range(1, 6)))

    assert found == [[], [], [], ["same_text", "links"], ["same_text", "links"]]


def test_same_text_from_one_place_is_none():
    assert sent_from(*["198.51.100.7"] * 6, *(f"2001:db8::{n}" for n in range(1, 6))) == [[]] * 11


def test_people_who_tell_alike_of_a_disturbance_are_let_through():
    assert sent_from(*(f"198.51.100.{n}" for n in range(1, 9)), text=ADVERT) == [[]] * 8


def test_what_the_cache_keeps_tells_neither_words_nor_places():
    sent_from("198.51.100.7")

    kept = str(cache._cache)
    assert "same-text" in kept
    assert "Pinjaman" not in kept
    assert "198.51" not in kept


def test_cache_that_is_gone_shows_no_sign_and_stops_nobody(monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(LocMemCache, "get", fail)

    assert sent_from(*(f"198.51.100.{n}" for n in range(1, 9))) == [[]] * 8


def test_mailbox_that_an_agent_called_spam_is_known():
    desk.mark_spam(TicketFactory(suspended=True, registered_email="Bu.di@gmail.com"), by=AgentFactory())

    assert signs(registered_email="budi+1@gmail.com") == ["known", "links"]
    assert signs(registered_email="siti@gmail.com") == []


def test_spam_that_nobody_decided_or_of_long_ago_is_not_held_against_anybody():
    ticket = TicketFactory(suspended=True, registered_email="budi@contoh.id")
    desk.mark_spam(ticket, by=AgentFactory())
    Event.objects.update(created_at=timezone.now() - timedelta(days=31))
    TicketFactory(status="spam", registered_email="budi@contoh.id")

    assert signs() == []


def test_mail_is_not_held_back_for_its_links():
    links = "https://a.example " * 9

    assert signs(description=links) == ["many_links"]
    assert signs(description=links, channel=Channel.EMAIL) == []
    assert signs(description=links, is_trusted=True) == []


def test_screening_costs_one_query(django_assert_num_queries):
    TicketFactory.create_batch(3, registered_email="budi@contoh.id")

    with django_assert_num_queries(1):
        signs()
