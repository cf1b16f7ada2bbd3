"""Whatever is sent, the answer is never a 5xx."""

import json

import pytest
from hypothesis import strategies as st

from tests.factories import TicketFactory
from tests.fuzz import hostile
from tests.fuzz.answers import stored
from tests.fuzz.budget import fuzzed
from tests.fuzz.hostile import anything, texts
from tests.fuzz.mutations import HERE, mutated
from tests.fuzz.visitor import Visitor
from tickets import links
from tickets.api.serializers import AddedInformationFormSerializer, ReportFormSerializer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

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
    "situation": st.sampled_from(["self_typo", "other", "", "x"]),
    "language": st.sampled_from(["id", "en", "fr"]),
}
reports = st.fixed_dictionaries(
    {"description": plausible["description"] | anything},
    optional={name: field | anything for name, field in plausible.items() if name != "description"},
)


def test_fuzz_covers_every_field():
    assert set(plausible) | {"screenshots"} == set(ReportFormSerializer().fields)


# As a form, each field may come in several pieces, with pictures beside them.
USUAL = {
    "registered_email": "budi@contoh.id", "reply_email": "", "description": "kode otp ga masuk2",
    "signup": "day", "signup_date": "2026-11-22", "zone": "WIB", "tried": ["waited", "spam"], "device": "HP",
    "situation": "", "language": "id",
}  # fmt: skip
pictures = st.lists(
    st.tuples(st.just("screenshots"), texts | st.just("layar.png"), mutated(HERE)), max_size=3
)


@fuzzed(
    examples=30,
    body=reports | anything,
    key=st.none() | st.text(st.characters(max_codepoint=255), max_size=300),
)
def test_report_of_anything_is_taken_or_refused_with_a_word(body, key):
    headers = {} if key is None else {"HTTP_IDEMPOTENCY_KEY": key}

    is_fair("/api/v1/tickets/", json.dumps(body).encode(), **headers)


@fuzzed(examples=30, sent=hostile.forms(USUAL, strange=plausible))
def test_report_by_a_form_of_anything_is_taken_or_refused_with_a_word(sent):
    is_fair("/api/v1/tickets/", sent.body, sent.content_type)


@fuzzed(
    examples=30, spoilt=st.dictionaries(st.sampled_from(sorted(USUAL)), texts, max_size=1), files=pictures
)
def test_pictures_of_anything_are_taken_or_refused_with_a_word(spoilt, files):
    pairs = [(name, value) for name, value in (USUAL | {"tried": "waited"} | spoilt).items()]

    is_fair("/api/v1/tickets/", hostile.multipart(pairs, files), "multipart/form-data; boundary=batas")


@fuzzed(examples=50, body=st.binary(max_size=300))
def test_bytes_of_anything_are_no_report(body):
    assert is_fair("/api/v1/tickets/", body) == 400
    assert is_fair("/api/v1/tickets/", body, "multipart/form-data; boundary=x") == 400


@fuzzed(examples=50, body=anything | st.fixed_dictionaries({"body": anything}))
def test_message_of_anything_is_taken_or_refused_with_a_word(body):
    ticket = TicketFactory(held=True)
    bearer = f"Bearer {links.token_for(ticket)}"
    path = f"/api/v1/tickets/{ticket.reference}/messages/"

    is_fair(path, json.dumps(body).encode(), HTTP_AUTHORIZATION=bearer)
    assert set(AddedInformationFormSerializer().fields) == {"body", "screenshots"}


@fuzzed(examples=50, reference=texts, token=texts, shown=hostile.headers)
def test_token_of_anything_opens_nothing(reference, token, shown):
    path = f"/api/v1/tickets/{hostile.quoted(reference)}x/?token={hostile.quoted(token)}"

    answer = Visitor().get(path, HTTP_AUTHORIZATION=f"Bearer {shown}")

    assert answer.status_code in {401, 404}


def is_fair(path, body, content_type="application/json", **headers):
    """Send it; fail unless it is taken, or refused with nothing stored and a word on what is wrong."""
    before = stored()

    answer = Visitor().generic("POST", path, body, content_type, **headers)

    if answer.status_code in {200, 201}:
        return answer.status_code
    assert answer.status_code in {400, 413, 415, 422}
    assert stored() == before
    problem = answer.json()
    assert problem["title"]
    assert problem.get("detail") or all(error["detail"] for error in problem["errors"])
    return answer.status_code
