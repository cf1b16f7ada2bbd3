import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tickets import api_keys
from tickets.models import ApiKey

pytestmark = pytest.mark.django_db
KEYS = reverse("admin:tickets_apikey_changelist")


def make(client, **typed):
    return client.post(KEYS, {"name": "Penjawab", "scopes": ["outbox:read"], "life": "90", **typed})


def test_key_is_shown_once_and_works(administrator):
    page = make(administrator)
    token = page.context["value"]

    key = ApiKey.objects.get()
    assert page.status_code == 200
    assert api_keys.recognise(token) == key
    assert (key.name, key.scopes, key.created_by) == ("Penjawab", ["outbox:read"], administrator.user)
    assert timedelta(days=89) < key.expires_at - timezone.now() < timedelta(days=91)
    assert "no-store" in page["Cache-Control"]
    assert token not in administrator.get(KEYS).content.decode()


def test_key_may_live_until_it_is_revoked(administrator):
    make(administrator, life="")

    assert ApiKey.objects.get().expires_at is None


@pytest.mark.parametrize(
    "typed", [{"name": " "}, {"name": 81 * "x"}, {"scopes": []}, {"scopes": ["admin"]}, {"life": "9999"}]
)
def test_what_is_wrong_is_said_and_nothing_made(administrator, typed):
    page = make(administrator, **typed)

    assert (page.status_code, ApiKey.objects.count()) == (400, 0)
    assert page.context["refusal"]


def test_revoked_key_says_by_whom(administrator):
    token = make(administrator).context["value"]
    key = ApiKey.objects.get()

    answer = administrator.post(reverse("admin:tickets_apikey_revoke", args=[key.pk]))

    key.refresh_from_db()
    page = administrator.get(KEYS).content.decode()
    assert (answer.status_code, api_keys.recognise(token), key.revoked_by) == (303, None, administrator.user)
    assert "Dewi" in page
    assert "revoke/" not in page


def test_number_of_queries_does_not_depend_on_the_keys(administrator, django_assert_num_queries):
    make(administrator)
    with django_assert_num_queries(7):
        administrator.get(KEYS)
    make(administrator)
    make(administrator)
    with django_assert_num_queries(7):
        page = administrator.get(KEYS)

    assert len(page.context["keys"]) == 3


def test_page_passes_the_policy(administrator):
    make(administrator)

    page = administrator.get(KEYS).content.decode()

    assert re.findall(r"<script>|<style|style=|\son\w+=", page) == []
