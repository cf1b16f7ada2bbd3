"""Signing in with a password: by name or address, counted, answered alike for everybody."""

import logging

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import AgentFactory
from tickets import counters
from tickets.admin.sign_in import SignInForm

pytestmark = pytest.mark.django_db

URL = reverse("admin:login")
PASSWORD = "rahasia-sekali-123"
WRONG = str(SignInForm.error_messages["invalid_login"])


@pytest.fixture(autouse=True)
def fresh_counters(settings, monkeypatch):
    rates = {"sign_in": "3/hour", "sign_in_network": "100/hour", "sign_in_account": "100/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    now = counters.time.time()
    monkeypatch.setattr(counters.time, "time", lambda: now)
    cache.clear()


@pytest.fixture
def rina():
    return AgentFactory(username="rina", email="Rina@kantor.test", role="agent")


def sign_in(client, name="rina", password=PASSWORD, **extra):
    return client.post(URL, {"username": name, "password": password, "next": "/desk/"}, **extra)


@pytest.mark.parametrize("name", ["rina", "rina@kantor.test", "RINA@KANTOR.TEST", " rina "])
def test_sign_in_takes_the_name_or_the_address(client, rina, name):
    answer = sign_in(client, name)

    assert answer.url == "/desk/"
    assert get_user(client) == rina


def test_sign_in_tells_names_that_differ_in_a_capital_apart(client, rina):
    assert sign_in(client, "Rina").status_code == 200


def test_sign_in_by_an_address_that_two_share_is_refused(client, rina):
    AgentFactory(email="rina@kantor.test")

    assert sign_in(client, "rina@kantor.test").status_code == 200
    assert sign_in(client, "rina").status_code == 302


def test_user_name_that_is_a_colleagues_address_wins_over_it(client, rina):
    other = AgentFactory(username="Rina@kantor.test", password__raw=None)
    other.set_password("kata-sandi-lain-77")
    other.save()

    sign_in(client, "Rina@kantor.test", "kata-sandi-lain-77")

    assert get_user(client) == other


@pytest.mark.parametrize(
    "columns", [{"is_active": False}, {"is_staff": False}, {"username": "lain", "email": ""}]
)
def test_refusal_does_not_say_why(client, columns):
    AgentFactory(**{"username": "rina", "role": "agent", **columns})

    answer = sign_in(client)

    assert answer.status_code == 200
    assert WRONG in answer.content.decode()
    assert not get_user(client).is_authenticated


def test_unknown_name_costs_as_much_as_a_wrong_password(client, rina, settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    rina.set_password(PASSWORD)
    rina.save()
    hashed = []
    encode = PBKDF2PasswordHasher.encode
    monkeypatch.setattr(
        PBKDF2PasswordHasher, "encode", lambda self, *args: hashed.append(args) or encode(self, *args)
    )

    counts = []
    for name in ("rina", "tidak-ada", "tidak@ada.test"):
        hashed.clear()
        sign_in(client, name, "salah")
        counts.append(len(hashed))

    assert counts == [1, 1, 1]


def test_too_many_tries_are_told_how_long_to_wait(client, rina):
    for _ in range(3):
        sign_in(client, password="salah")

    answer = sign_in(client)

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert "Terlalu banyak percobaan. Tunggu" in answer.content.decode()
    assert 'value="rina"' in answer.content.decode()
    assert not get_user(client).is_authenticated


def test_too_many_tries_of_an_unknown_name_are_answered_alike(client):
    answers = [sign_in(client, "tidak-ada", "salah").status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_name_and_address_share_one_count(client, rina):
    answers = [
        sign_in(client, name, "salah").status_code for name in ("rina", "rina@kantor.test", "rina", "rina")
    ]

    assert answers == [200, 200, 200, 429]


def test_forged_forwarding_header_gains_nothing(client, rina, settings):
    settings.NUM_PROXIES = 0

    answers = [
        sign_in(client, password="salah", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code for n in range(4)
    ]

    assert answers == [200, 200, 200, 429]


def test_signing_in_uses_up_no_tries(rina):
    answers = {sign_in(Client()).status_code for _ in range(6)}

    assert answers == {302}


def test_cache_that_is_down_does_not_keep_staff_out(client, rina, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(counters, "cache", type("Broken", (), {"add": fail, "incr": fail, "decr": fail}))

    assert sign_in(client).status_code == 302


def test_signing_in_gives_a_new_session(client, rina):
    client.get(URL)
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key

    client.cookies["sessionid"] = before
    sign_in(client)

    assert client.session.session_key != before


@pytest.mark.parametrize("to", ["https://jahat.example/", "//jahat.example/", "javascript:alert(1)"])
def test_sign_in_leads_to_no_other_site(client, rina, to):
    answer = client.post(URL, {"username": "rina", "password": PASSWORD, "next": to})

    assert answer.url == "/desk/"


@pytest.mark.parametrize(
    "data", [{}, {"username": "x" * 10_000, "password": "x"}, {"username": "\x00", "password": "x"}]
)
def test_sign_in_survives_rubbish(client, data):
    assert client.post(URL, data).status_code == 200


def test_logs_name_nobody(client, rina, caplog):
    with caplog.at_level(logging.INFO):
        for _ in range(4):
            sign_in(client, "rina@kantor.test", "rahasia-yang-salah")

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("tickets")]
    assert ours == ["sign-in failed: wrong name or password"] * 3 + ["sign-in refused: too many tries"]


def test_password_change_is_counted_too(client, rina):
    client.force_login(rina)
    wrong = {
        "old_password": "salah",
        "new_password1": "kopi-susu-gula-77",
        "new_password2": "kopi-susu-gula-77",
    }

    answers = [client.post(reverse("admin:password_change"), wrong).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]
