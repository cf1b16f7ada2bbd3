import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory
from tickets import api_keys
from tickets.models import ApiKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def dewi():
    return AgentFactory()


@pytest.fixture
def made(dewi):
    return api_keys.make(name="Penjawab", scopes=["outbox:read"], expires_at=None, by=dewi)


def test_make_keeps_only_a_hash_of_the_token(made, dewi):
    key, token = made

    row = ApiKey.objects.values().get(pk=key.pk)
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token.startswith("kaya_")
    assert len(token) == len("kaya_") + 43  # 256 bits in base64
    assert row["prefix"] == token[:11]
    assert [name for name, value in row.items() if token[11:] in str(value)] == []
    assert (key.created_by, key.state) == (dewi, "valid")


def test_recognise_finds_the_key_of_its_token_only(made):
    key, token = made

    assert api_keys.recognise(token) == key
    assert api_keys.recognise(token[:-1]) is None
    assert api_keys.recognise("") is None
    assert api_keys.recognise("kaya_\ud800") is None


def test_recognise_asks_nothing_about_what_looks_like_no_key(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert api_keys.recognise("1vMkq7.abc") is None


def test_revoked_key_is_not_recognised_and_says_by_whom(made, dewi):
    key, token = made

    api_keys.revoke(key, by=dewi)
    first = ApiKey.objects.get().revoked_at
    api_keys.revoke(key, by=AgentFactory())

    key.refresh_from_db()
    assert api_keys.recognise(token) is None
    assert (key.state, key.revoked_by, key.revoked_at) == ("revoked", dewi, first)


def test_expired_key_is_not_recognised(dewi):
    soon = timezone.now() + timedelta(hours=1)
    key, token = api_keys.make(name="Sebentar", scopes=[], expires_at=soon, by=dewi)

    before = api_keys.recognise(token)
    now = timezone.now()
    ApiKey.objects.update(created_at=now - timedelta(days=1), expires_at=now)

    key.refresh_from_db()
    assert (before, api_keys.recognise(token), key.state) == (key, None, "expired")


def test_use_is_noted_once_a_minute(made, django_assert_num_queries):
    _key, token = made

    with django_assert_num_queries(2):
        api_keys.recognise(token)
    with django_assert_num_queries(1):
        api_keys.recognise(token)
    noted = ApiKey.objects.get().last_used_at
    ApiKey.objects.update(last_used_at=noted - timedelta(minutes=2))
    with django_assert_num_queries(2):
        api_keys.recognise(token)

    assert timezone.now() - ApiKey.objects.get().last_used_at < timedelta(seconds=5)
