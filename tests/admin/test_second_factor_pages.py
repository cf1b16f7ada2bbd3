"""Signing in with a second factor, setting one up, taking it off."""

import json
import logging
import re

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.auth import get_user
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.factories import AgentFactory
from tests.one_time_codes import SECRET, code, give_app, recovery_codes
from tickets import counters
from tickets.admin.allauth_adapters import SIGNED_IN_AT

pytestmark = pytest.mark.django_db

SIGN_IN, CODE, SECURITY = reverse("admin:login"), reverse("mfa_authenticate"), reverse("mfa_index")
QUEUE = reverse("admin:tickets_ticket_changelist")
PASSWORD = "rahasia-sekali-123"


@pytest.fixture(autouse=True)
def fresh_counters(settings, monkeypatch):
    rates = {"sign_in": "3/hour", "sign_in_network": "100/hour", "sign_in_account": "100/hour"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    cache.clear()


@pytest.fixture
def rina():
    return AgentFactory(username="rina", role="agent")


def with_password(client=None, **extra):
    """A client that has typed the password of rina."""
    client = client or Client()
    client.post(SIGN_IN, {"username": "rina", "password": PASSWORD, "next": QUEUE}, **extra)
    return client


# Signing in


def test_password_alone_does_not_open_the_desk(rina):
    give_app(rina)
    client = with_password()

    assert not get_user(client).is_authenticated
    assert client.get(QUEUE).url.startswith(SIGN_IN)
    assert client.get(CODE).status_code == 200


def test_code_opens_the_page_they_wanted(rina):
    give_app(rina)
    client = with_password()

    answer = client.post(CODE, {"code": code()})

    assert answer.url == QUEUE
    assert get_user(client) == rina


def test_recovery_code_opens_the_desk_once(rina):
    give_app(rina)
    first = recovery_codes(rina)[0]

    answers = [with_password().post(CODE, {"code": f"{first[:4]} {first[4:]}"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 200]


def test_code_does_not_work_without_the_password(rina, client):
    give_app(rina)

    assert client.post(CODE, {"code": code()}).url == SIGN_IN
    assert not get_user(client).is_authenticated


def test_wrong_code_is_told_in_a_sentence(rina):
    give_app(rina)

    page = with_password().post(CODE, {"code": "000000"}).content.decode()

    assert "Kode ini tidak tepat" in page


def test_account_that_was_shut_meanwhile_stays_out(rina):
    give_app(rina)
    client = with_password()
    rina.is_active = False
    rina.save()

    client.post(CODE, {"code": code()})

    assert client.get(QUEUE).url.startswith(SIGN_IN)


def test_too_many_codes_are_not_looked_at(rina, settings):
    give_app(rina)
    settings.NUM_PROXIES = 0
    client = with_password()
    for n in range(3):
        client.post(CODE, {"code": "000000"}, headers={"X-Forwarded-For": f"203.0.113.{n}"})
    first = recovery_codes(rina)[0]

    answers = [client.post(CODE, {"code": typed}) for typed in (code(), first)]

    assert [answer.status_code for answer in answers] == [429, 429]
    assert int(answers[0]["Retry-After"]) > 0
    assert "Tunggu" in answers[0].content.decode()
    assert first in recovery_codes(rina)


def test_signing_in_anew_does_not_give_new_tries_of_the_code(rina):
    give_app(rina)

    answers = [with_password().post(CODE, {"code": "000000"}).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_cache_that_is_down_keeps_codes_single_and_nobody_out(rina, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    broken = type("Broken", (), dict.fromkeys(("add", "incr", "decr", "get", "set"), fail))
    monkeypatch.setattr(counters, "cache", broken)
    give_app(rina)
    once = code()

    answers = [with_password().post(CODE, {"code": once}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 200]


def test_second_factor_whose_key_is_gone_says_who_helps(rina, settings):
    give_app(rina)
    client = with_password()
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]

    page = client.post(CODE, {"code": code()}).content.decode()

    assert "Minta administrator meresetnya" in page


def credential(**response):
    return json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": response})


RUBBISH = [
    *("", "x", "1", "[]", "null", "{}", '{"id": 1}', '{"id": "AA", "rawId": "AA", "response": []}'),
    '{"id": "!", "rawId": "AA", "response": {}, "type": "public-key"}',
    *(
        credential(clientDataJSON=data, attestationObject=data, authenticatorData=data, signature="AA")
        for data in ("AA", "e30", "é", "eyJ0eXBlIjoxfQ", "oA", 5)
    ),
]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_tampered_passkeys_are_answered_by_a_sentence(rina, rubbish):
    give_app(rina)
    signing_in = with_password()
    signing_in.get(CODE)
    inside = with_password()
    inside.post(CODE, {"code": code()})
    inside.get(reverse("mfa_add_webauthn"))

    answers = [
        signing_in.post(CODE, {"credential": rubbish}),
        inside.post(reverse("mfa_add_webauthn"), {"name": "x", "credential": rubbish}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_logs_name_nobody_and_no_code(rina, caplog):
    give_app(rina)

    with caplog.at_level(logging.INFO):
        with_password().post(CODE, {"code": "000000"})

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("tickets")]
    assert ours == [f"user {rina.pk}: second factor or password not accepted"]


# Setting one up


def secret_of(page):
    return re.search(r'id="secret">([A-Z2-7=]+)<', page.content.decode())[1]


def test_app_is_set_up_with_its_code_and_recovery_codes_are_shown_once(rina):
    client = with_password()
    page = client.get(reverse("mfa_activate_totp"))
    other = with_password()

    answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret_of(page))})
    codes = client.get(answer.url)
    again = client.get(answer.url)

    shown = [each.replace(" ", "") for each in re.findall(r"<li>(\d{4} \d{4})</li>", codes.content.decode())]
    assert shown == recovery_codes(rina)
    assert [each for each in shown if each in again.content.decode().replace(" ", "")] == []
    # What was opened by the password alone is shut.
    assert other.get(QUEUE).status_code == 302
    assert client.get(QUEUE).status_code == 200


def test_page_that_is_loaded_again_shows_the_same_secret(rina):
    client = with_password()
    url = reverse("mfa_activate_totp")

    pages = [client.get(url), client.post(url, {"code": "000000"}), client.get(url)]

    assert len({secret_of(page) for page in pages}) == 1


def test_qr_code_is_an_image_the_policy_allows(rina):
    page = with_password().get(reverse("mfa_activate_totp"))

    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert "data:" in page["Content-Security-Policy"].partition("img-src")[2].partition(";")[0]


def test_passkeys_are_not_offered_where_no_browser_allows_them(rina):
    client = with_password(SERVER_NAME="127.0.0.1")

    at_number = client.get(SECURITY, SERVER_NAME="127.0.0.1").content.decode()
    at_name = client.get(SECURITY, SERVER_NAME="localhost").content.decode()

    link = f'href="{reverse("mfa_add_webauthn")}"'
    assert (link in at_number, link in at_name) == (False, True)


# Changing and removing


def later(client):
    """Let the time in which signing in counts as a proof go by."""
    session = client.session
    session[SIGNED_IN_AT] = 0
    session.save()


@pytest.mark.parametrize(
    "name",
    [
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_deactivate_totp",
    ],
)
def test_everything_asks_again_who_sits_there(rina, name):
    give_app(rina)
    client = with_password()
    client.post(CODE, {"code": code()})
    later(client)

    if name == "mfa_activate_totp":
        Authenticator.objects.filter(type="totp").delete()
    assert client.get(reverse(name)).url.startswith("/desk/security/confirm/")


def test_password_does_not_take_a_second_factor_off(rina):
    give_app(rina)
    client = with_password()
    client.post(CODE, {"code": code()})
    later(client)

    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert answer.url == reverse("mfa_reauthenticate")
    assert client.post(reverse("mfa_deactivate_totp")).url.startswith("/desk/security/confirm/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_second_factor_is_taken_off_with_the_second_factor(rina):
    give_app(rina)
    client = with_password()
    client.post(CODE, {"code": code()})
    later(client)
    url = reverse("mfa_deactivate_totp")
    ask = client.get(url).url

    answer = client.post(ask, {"code": code(steps=1)})

    assert answer.url == url
    assert client.post(url).url == SECURITY
    assert not Authenticator.objects.exists()


def test_who_has_none_proves_by_the_password(rina):
    client = with_password()
    later(client)
    ask = client.get(reverse("mfa_activate_totp")).url

    wrong = client.post(ask, {"password": "salah"})
    right = client.post(ask, {"password": PASSWORD})

    assert "Kata sandi salah" in wrong.content.decode()
    assert right.url == reverse("mfa_activate_totp")


@pytest.mark.parametrize(
    ("name", "data", "has_app"),
    [
        ("account_reauthenticate", {"password": "salah"}, False),
        ("mfa_reauthenticate", {"code": "000000"}, True),
    ],
)
def test_proofs_are_counted(rina, name, data, has_app):
    if has_app:
        give_app(rina)
    client = Client()
    client.force_login(rina)

    answers = [client.post(reverse(name), data).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_new_recovery_codes_end_the_old_ones(rina):
    give_app(rina)
    old = recovery_codes(rina)
    client = with_password()
    client.post(CODE, {"code": code()})

    client.post(reverse("mfa_generate_recovery_codes"))

    assert set(old) & set(recovery_codes(rina)) == set()


def test_passkey_of_a_colleague_cannot_be_removed(rina):
    data = {"name": "x", "credential": {}}
    theirs = Authenticator.objects.create(user=AgentFactory(), type="webauthn", data=data)

    answer = with_password().post(reverse("mfa_remove_webauthn", args=[theirs.pk]))

    assert answer.status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_sign_out_elsewhere_leaves_only_this_session(rina):
    here, there, colleague = with_password(), with_password(), Client()
    colleague.force_login(AgentFactory(role="agent"))

    here.post(reverse("sign_out_elsewhere"))

    assert [client.get(QUEUE).status_code for client in (here, there, colleague)] == [200, 302, 200]


def test_account_menu_leads_to_account_security(rina):
    assert f'href="{SECURITY}"' in with_password().get(QUEUE).content.decode()


# What the library would offer besides


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_reset_password", "account_email", "account_logout"],
)
def test_other_pages_of_the_library_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["accounts/login/", "desk/signup/", "desk/password/reset/"])
def test_addresses_of_the_library_lead_nowhere(administrator, path):
    assert administrator.get(f"/{path}").status_code == 404


def test_secrets_have_no_stock_pages(administrator):
    assert administrator.get("/desk/mfa/authenticator/").status_code == 404
    assert administrator.get("/desk/account/emailaddress/").status_code == 404


def test_pages_hold_the_secret_nowhere_else(rina):
    give_app(rina)
    client = with_password()
    client.post(CODE, {"code": code()})

    pages = [client.get(reverse(name)).content.decode() for name in ("mfa_index", "mfa_deactivate_totp")]

    assert [page for page in pages if SECRET in page] == []
