"""A forged X-Forwarded-For gains nothing at any door, with a proxy of ours in front and without."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tests.limits import limit
from tickets import counters, links
from tickets.models import Ticket
from tickets.web.form_token import new_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]

HERE = "198.51.100.7"
OF_US = {
    "X-Sent-By": "script",
    "Sec-Fetch-Site": "same-origin",
}
# What clients and other proxies write; we read the first only, and of that what our own proxy wrote.
HEADERS = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")


@pytest.fixture(autouse=True)
def narrow(settings, monkeypatch):
    scopes = ("intake", "status", "advice", "find", "link", "key", "sign_in_network")
    limit(settings, **dict.fromkeys(scopes, "2/hour"), sign_in="99/hour", sign_in_account="99/hour")
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    now = counters.time.time()
    monkeypatch.setattr(counters.time, "time", lambda: now)
    cache.clear()


def form(client, number, **sent):
    data = {
        "form_token": new_token(),
        "description": f"kode otp belum masuk {number}",
        "contact": f"orang{number}@contoh.id",
        "signup_day": "yesterday",
        "signup_hour": "14.30",
        "signup_zone": "Asia/Jakarta",
    }
    return client.post("/", data, **sent)


def api_report(client, number, **sent):
    data = {"registered_email": f"orang{number}@contoh.id", "description": "kode otp belum masuk"}
    return client.post("/api/v1/tickets/", data, content_type="application/json", **sent)


def api_read(client, number, **sent):
    ticket = TicketFactory()
    return client.get(f"/api/v1/tickets/{ticket.reference}/?token={links.token_for(ticket)}", **sent)


def sign_in(client, number, **sent):
    return client.post(reverse("admin:login"), {"username": f"agen{number}", "password": "x"}, **sent)


def link_mail(client, number, **sent):
    data = {"action": "link", "address": f"teman{number}@contoh.id"}
    return client.post(links.status_path(TicketFactory()), data, **sent)


def lost_link(client, number, **sent):
    data = {"reference": "KS-7F3K-92QX", "address": f"orang{number}@contoh.id"}
    return client.post("/cari-laporan/", data, **sent)


def advice(client, number, **sent):
    return client.post("/saran/", {"form_token": new_token(), "description": "kode otp"}, **sent)


def addresses(client, number, **sent):
    return client.post("/periksa-alamat/", {"form_token": new_token(), "contact": "a@gmial.com"}, **sent)


def addition(client, number, **sent):
    data = {"action": "add", "body": f"masih belum {number}"}
    return client.post(links.status_path(TicketFactory(open=True)), data, **sent)


DOORS = [form, api_report, api_read, sign_in, link_mail, lost_link, advice, addresses, addition]


def forged(number, *, proxies):
    """Headers that say that each request comes from somewhere else."""
    claimed = f"203.0.113.{number}"
    headers = dict.fromkeys(HEADERS, claimed) | {"Forwarded": f"for={claimed}"}
    if proxies:
        headers["X-Forwarded-For"] += f", {HERE}"  # what our proxy adds, of whom it saw
    return {"headers": {**OF_US, **headers}, "REMOTE_ADDR": "10.0.0.1" if proxies else HERE}


def honest(number, *, proxies):
    """Really from somewhere else each time."""
    address = f"192.0.2.{number}"
    if proxies:
        return {"headers": {**OF_US, "X-Forwarded-For": address}, "REMOTE_ADDR": "10.0.0.1"}
    return {"headers": OF_US, "REMOTE_ADDR": address}


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_forged_address_is_the_same_client(client, settings, door, proxies):
    settings.NUM_PROXIES = proxies

    codes = [door(client, n, **forged(n, proxies=proxies)).status_code for n in range(1, 5)]

    assert 429 not in codes[:2]
    assert codes[2:] == [429, 429]


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_four_clients_are_four(client, settings, door, proxies):
    settings.NUM_PROXIES = proxies

    codes = [door(client, n, **honest(n, proxies=proxies)).status_code for n in range(1, 5)]

    assert 429 not in codes


@pytest.mark.parametrize("proxies", [0, 1])
def test_ticket_keeps_the_address_that_is_counted(client, settings, proxies):
    settings.NUM_PROXIES = proxies

    form(client, 1, **forged(1, proxies=proxies))
    api_report(client, 2, **forged(2, proxies=proxies))

    kept = set(Ticket.objects.values_list("ip_address", "network"))
    assert kept == {(HERE, "198.51.100.0/24")}


def test_sign_in_to_one_account_is_limited_from_wherever(client, settings):
    limit(settings, sign_in="99/hour", sign_in_network="99/hour", sign_in_account="2/hour")
    AgentFactory(username="rina")

    codes = [
        client.post(
            reverse("admin:login"), {"username": "rina", "password": "x"}, REMOTE_ADDR=f"192.0.2.{n}"
        ).status_code
        for n in range(1, 4)
    ]

    assert codes == [200, 200, 429]
