"""Whatever is sent, the answer is never a 5xx."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.factories import TicketFactory
from tickets import links
from tickets.api.serializers import AddedInformationFormSerializer, ReportFormSerializer

pytestmark = pytest.mark.django_db(transaction=True)

budget = settings(
    max_examples=150,
    deadline=timedelta(seconds=5),
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    # All of Unicode, halves of surrogate pairs and NUL among it.
    | st.text(st.characters(exclude_categories=[]), max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
moments = st.datetimes().map(lambda moment: moment.isoformat() + "+07:00") | st.datetimes(
    timezones=st.timezones()
).map(str)
plausible = {
    "registered_email": st.emails(),
    "registered_phone": st.from_regex(r"(0|62|\+62)8[0-9]{5,12}", fullmatch=True),
    "reply_email": st.emails(),
    "signup": st.sampled_from(["minute", "day", "not_yet", "unknown"]),
    "signed_up_at": moments,
    "signup_date": st.dates().map(str),
    "zone": st.sampled_from(["WIB", "wita", "Asia/Jayapura", "UTC"]),
    "tried": st.lists(st.sampled_from(["waited", "spam", "resent", "device", "x"])),
    "device": st.text(max_size=130),
    "description": st.text(st.characters(exclude_categories=[]), max_size=200),
    "language": st.sampled_from(["id", "en", "fr"]),
}
reports = st.fixed_dictionaries(
    {"description": plausible["description"] | anything},
    optional={name: field | anything for name, field in plausible.items() if name != "description"},
)


def test_fuzz_covers_every_field():
    assert set(plausible) | {"screenshots"} == set(ReportFormSerializer().fields)


@budget
@given(body=reports | anything, key=st.none() | st.text(st.characters(max_codepoint=255), max_size=300))
def test_report_of_anything_is_never_a_5xx(body, key):
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}

    assert post("/api/v1/tickets/", json.dumps(body), **headers) in {200, 201, 400, 422}


@budget
@given(body=st.binary(max_size=300))
def test_bytes_of_anything_are_never_a_5xx(body):
    assert post("/api/v1/tickets/", body) == 400
    assert post("/api/v1/tickets/", body, content_type="multipart/form-data; boundary=x") == 400


@budget
@given(body=anything | st.fixed_dictionaries({"body": anything}))
def test_message_of_anything_is_never_a_5xx(body):
    ticket = TicketFactory(held=True)
    bearer = f"Bearer {links.token_for(ticket)}"

    answer = post(
        f"/api/v1/tickets/{ticket.reference}/messages/", json.dumps(body), HTTP_AUTHORIZATION=bearer
    )

    assert answer in {201, 400}
    assert set(AddedInformationFormSerializer().fields) == {"body", "screenshots"}


@budget
@given(
    reference=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"), max_size=20),
    token=st.text(max_size=60),
)
def test_token_of_anything_is_never_a_5xx(reference, token):
    cache.clear()

    response = APIClient(raise_request_exception=False).get(
        f"/api/v1/tickets/{quote(reference)}x/", {"token": token}
    )

    assert response.status_code == 401


def post(url, body, content_type="application/json", **headers):
    cache.clear()
    client = APIClient(raise_request_exception=False)
    return client.generic("POST", url, body, content_type=content_type, **headers).status_code
