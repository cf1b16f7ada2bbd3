"""The form on the status page that sends its link to one more address."""

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import links, sharing, suppression
from tickets.link_mails import TooManyLinks
from tickets.models import Message
from tickets.models.suppressed_address import SuppressionReason

pytestmark = pytest.mark.django_db


def send(client, ticket, address):
    return client.post(links.status_path(ticket), {"action": "link", "address": address})


def test_link_is_sent_and_said(client):
    ticket = TicketFactory(open=True)

    response = send(client, ticket, " Teman@Contoh.ID ")
    page = client.get(response["Location"]).content.decode()

    message = Message.objects.get()
    assert response.status_code == 303
    assert (message.recipient, message.delivery) == ("Teman@contoh.id", "queued")
    assert "Tautannya sedang kami kirim ke alamat itu." in page
    assert "Teman" not in page


def test_answer_does_not_tell_whether_an_address_is_known(client):
    suppression.suppress("tidakada@contoh.id", reason=SuppressionReason.BOUNCE, ticket=None)
    MessageFactory(outgoing=True, recipient_key="dikenal@contoh.id")

    answers = []
    for name in ("baru", "tidakada", "dikenal"):
        response = send(client, TicketFactory(open=True), f"{name}@contoh.id")
        said = client.get(response["Location"]).context["messages"]
        answers.append((response.status_code, [str(message) for message in said]))

    assert Message.objects.links().filter(delivery="queued").count() == 1
    assert answers == [answers[0]] * 3


@pytest.mark.parametrize("address", ["", "budi", "budi@", "a@b.id, c@d.id"])
def test_what_is_no_address_is_an_error_in_its_place(client, address):
    response = send(client, TicketFactory(open=True), address)

    page = response.content.decode()
    assert response.status_code == 422
    assert '<a href="#id_link_address">' in page
    assert '<details id="link" open>' in page
    assert not Message.objects.exists()


def test_enough_is_said_with_what_to_do_instead(client, monkeypatch):
    def refuse(ticket, *, to):
        raise TooManyLinks

    monkeypatch.setattr(sharing, "mail_link", refuse)

    response = send(client, TicketFactory(open=True), "teman@contoh.id")

    page = response.content.decode()
    assert response.status_code == 429
    assert "Salin saja tautan di atas, atau coba lagi nanti." in page
    assert 'value="teman@contoh.id"' in page


def test_sending_is_throttled_per_network(client, settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    before, rates["link"] = rates["link"], "1/hour"
    try:
        answers = [send(client, TicketFactory(open=True), f"{name}@contoh.id") for name in "ab"]
    finally:
        rates["link"] = before
        cache.clear()

    assert [answer.status_code for answer in answers] == [303, 429]
    assert int(answers[1]["Retry-After"]) > 0


def test_database_away_keeps_the_address(client, monkeypatch):
    def fail(ticket, *, to):
        raise OperationalError("away")

    monkeypatch.setattr(sharing, "mail_link", fail)

    response = send(client, TicketFactory(open=True), "teman@contoh.id")

    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert b'value="teman@contoh.id"' in response.content


def test_expired_csrf_keeps_the_address():
    response = send(Client(enforce_csrf_checks=True), TicketFactory(open=True), "teman@contoh.id")

    assert response.status_code == 403
    assert b'value="teman@contoh.id"' in response.content


def test_agents_see_to_whom_the_link_went_and_no_empty_message(client):
    ticket = TicketFactory(open=True)
    suppression.suppress("berhenti@contoh.id", reason=SuppressionReason.MANUAL, ticket=None)
    send(client, ticket, "teman@contoh.id")
    send(client, ticket, "berhenti@contoh.id")
    client.force_login(AgentFactory(role="agent"))

    page = client.get(reverse("admin:tickets_ticket_change", args=[ticket.pk])).content.decode()

    assert "tautan halaman laporan dikirim ke teman@contoh.id" in page
    assert "dikirim ke berhenti@contoh.id; tidak dikirim" in page
    assert "Seseorang yang memegang tautan" not in page


def test_log_holds_no_address(client, caplog):
    caplog.set_level("DEBUG")
    MessageFactory(outgoing=True, recipient_key="dikenal@contoh.id")

    send(client, TicketFactory(open=True), "dikenal@contoh.id")

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("tickets")]
    assert ours == ["an automatic message was suppressed: address_hour"]
