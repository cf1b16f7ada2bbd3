from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import TicketFactory
from tickets import links
from tickets.models import ApiKey

pytestmark = pytest.mark.django_db
CATEGORIES = "/api/v1/categories/"


def kind(answer):
    return answer.json()["type"].rpartition("#")[2]


def test_without_a_key_the_answer_is_401(api):
    for header in ("", "Bearer", "Bearer kaya_x", "Basic kaya_x", "Bearer 1vMkq7.abc"):
        answer = api.get(CATEGORIES, HTTP_AUTHORIZATION=header)

        assert (answer.status_code, kind(answer)) == (401, "bad_key")
        assert answer["WWW-Authenticate"] == "Bearer"
        assert answer["Content-Type"] == "application/problem+json"


def test_revoked_and_expired_keys_are_as_good_as_none(api, key):
    header = key()
    ApiKey.objects.update(revoked_at=timezone.now())
    revoked = api.get(CATEGORIES, **header)
    ApiKey.objects.update(
        revoked_at=None, created_at=timezone.now() - timedelta(days=2), expires_at=timezone.now()
    )
    expired = api.get(CATEGORIES, **header)

    assert (revoked.status_code, expired.status_code) == (401, 401)
    assert revoked.json() == expired.json()


def test_key_in_the_address_is_none(api, key):
    token = key()["HTTP_AUTHORIZATION"].removeprefix("Bearer ")

    assert api.get(CATEGORIES, {"token": token}).status_code == 401


@pytest.mark.parametrize(
    ("method", "address", "scope"),
    [
        ("get", "/api/v1/outbox/", "outbox:read"),
        ("post", "/api/v1/outbox/1/claim/", "outbox:deliver"),
        ("post", "/api/v1/outbox/1/sent/", "outbox:deliver"),
        ("post", "/api/v1/outbox/1/failed/", "outbox:deliver"),
        ("post", "/api/v1/outbox/1/bounced/", "outbox:deliver"),
        ("get", "/api/v1/tickets/KS-7F3K-92QX/", "tickets:read"),
        ("post", "/api/v1/inbox/", "inbox:write"),
        ("post", "/api/v1/triage/preview/", "triage:preview"),
    ],
)
def test_each_door_wants_its_scope(api, key, method, address, scope):
    others = {"outbox:read", "outbox:deliver", "inbox:write", "tickets:read", "triage:preview"} - {scope}

    without = getattr(api, method)(address, **key(*others))
    with_it = getattr(api, method)(address, **key(scope))

    assert (without.status_code, kind(without)) == (403, "missing_scope")
    assert scope in without.json()["detail"]
    assert with_it.status_code in {200, 400, 404}


def test_requests_are_counted_by_key(api, key, settings):
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {**rates, "key": "2/min", "status": "2/min"},
    }
    mine, other = key(), key()

    codes = [api.get(CATEGORIES, **mine).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert api.get(CATEGORIES, **other).status_code == 200
    assert [api.get(CATEGORIES).status_code for _ in range(3)] == [401, 401, 429]


def test_key_reads_a_ticket_but_cannot_answer_it(api, key):
    ticket = TicketFactory(open=True)
    address = f"/api/v1/tickets/{ticket.reference}/"

    read = api.get(address, **key("tickets:read"))
    fixed = api.post(f"{address}fixed/", **key("tickets:read"))

    assert (read.status_code, read.json()["reference"]) == (200, ticket.reference)
    assert read.json()["links"]["page"] == links.masked_url(ticket)
    assert links.token_for(ticket) not in read.content.decode()
    assert (fixed.status_code, kind(fixed)) == (401, "bad_token")


def test_key_is_told_of_a_ticket_that_is_not_there(api, key):
    assert api.get("/api/v1/tickets/KS-0000-0000/", **key("tickets:read")).status_code == 404


def test_token_of_the_requester_still_reads_it(api, bearer):
    ticket = TicketFactory(open=True)

    answer = api.get(f"/api/v1/tickets/{ticket.reference}/", **bearer(ticket))

    assert answer.json()["links"]["page"] == links.status_url(ticket)
