"""Cari laporan: the same answer for right and wrong, and what the page says before."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from tests.factories import TicketFactory
from tickets import links, sharing
from tickets.models import LinkRequest

pytestmark = pytest.mark.django_db

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def ask(client, reference, address):
    return client.post("/cari-laporan/", {"reference": reference, "address": address})


def headers_of(response):
    return sorted(item for item in response.headers.items() if item[0] != "X-Request-Id")


def everything(client, response):
    """All that tells one answer from another; tokens and the number of the request aside."""
    page = client.get(response["Location"])
    return [(each.status_code, headers_of(each), TOKEN.sub(b"", each.content)) for each in (response, page)]


def test_right_and_wrong_get_the_same_answer(client):
    ticket = TicketFactory(open=True, registered_email="budi@contoh.id")
    phone = TicketFactory(open=True, registered_email="", registered_phone="+6281234567890")

    answers = [
        everything(client, ask(client, reference, address))
        for reference, address in [
            (ticket.reference, "budi@contoh.id"),
            (ticket.reference, "orang@contoh.id"),
            (phone.reference, "orang@contoh.id"),
            ("KS-0000-0000", "budi@contoh.id"),
        ]
    ]

    assert answers[0][0][0] == 303
    assert all(answer == answers[0] for answer in answers)
    assert LinkRequest.objects.count() == 4


@pytest.mark.parametrize("is_right", [True, False])
def test_right_and_wrong_cost_the_same(client, is_right, django_assert_num_queries):
    ticket = TicketFactory(open=True, registered_email="budi@contoh.id")

    with django_assert_num_queries(3):  # savepoint, insert, release
        ask(client, ticket.reference, "budi@contoh.id" if is_right else "orang@contoh.id")


@pytest.mark.parametrize(
    ("reference", "address", "fields"),
    [
        ("", "", {"reference", "address"}),
        ("KS-12", "budi@contoh.id", {"reference"}),
        ("7f3k92qx", "budi", {"address"}),
    ],
)
def test_what_cannot_be_meant_is_an_error(client, reference, address, fields):
    response = ask(client, reference, address)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == fields
    assert not LinkRequest.objects.exists()


def test_asking_is_throttled_per_network(client, settings):
    settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["find"] = "2/hour"
    try:
        answers = [ask(client, "KS-0000-0000", "budi@contoh.id") for _ in range(3)]
    finally:
        settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["find"] = "30/hour"
        cache.clear()

    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert b"budi@contoh.id" in answers[2].content
    assert LinkRequest.objects.count() == 2


def test_database_away_keeps_what_was_typed(client, monkeypatch):
    def fail(**kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(sharing, "ask_for_link", fail)

    response = ask(client, "KS-7F3K-92QX", "budi@contoh.id")

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert b"KS-7F3K-92QX" in response.content


def test_expired_csrf_keeps_what_was_typed():
    response = ask(Client(enforce_csrf_checks=True), "KS-7F3K-92QX", "budi@contoh.id")

    assert response.status_code == 403
    assert b'value="KS-7F3K-92QX"' in response.content


def test_expired_link_leads_there_with_its_number(client, settings):
    ticket = TicketFactory()
    path = links.status_path(ticket)
    settings.STATUS_LINK_AGE = timedelta(seconds=-1)

    response = client.get(path)
    page = client.get("/cari-laporan/", {"nomor": ticket.reference})

    assert f'/cari-laporan/?nomor={ticket.reference}"'.encode() in response.content
    assert f'value="{ticket.reference}"'.encode() in page.content


@pytest.mark.parametrize("path", ["/", "/tiket/KS-0000-0000/x/", "/tidak/ada/"])
def test_page_is_linked_from_where_it_is_looked_for(client, path):
    assert b'href="/cari-laporan/' in client.get(path).content


def test_page_says_up_front_what_a_phone_number_alone_cannot_do(client):
    assert "Melapor hanya dengan nomor HP?" in client.get("/cari-laporan/").content.decode()
