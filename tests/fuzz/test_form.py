"""Hubungi Kami: whatever is sent, an answer that says what is wrong, and nothing that was typed is lost."""

from datetime import timedelta
from unittest import mock

import pytest
from django.core import signing
from django.utils import timezone
from hypothesis import strategies as st

from tests.fuzz import hostile
from tests.fuzz.answers import assert_fair, stored
from tests.fuzz.budget import fuzzed
from tests.fuzz.conftest import PREFILL_KEY
from tests.fuzz.hostile import anything, texts
from tests.fuzz.visitor import Visitor
from tickets import prefill
from tickets.forms import ReportForm
from tickets.web.form_token import MAX_AGE, SALT, new_token

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("model")]

TOKEN = "a token that holds"  # stands for one that is made when the form is sent
USUAL = {
    "form_token": TOKEN,
    "situation": "",
    "description": "kode otp ga masuk2 udah 20 menit, udah cek spam",
    "signup_day": "other",
    "signup_date": "22-11-2025",
    "signup_hour": "14.30",
    "signup_zone": "Asia/Jakarta",
    "hour_unknown": [],
    "signup_sure": "2025-11-22 14.30 Asia/Jakarta",
    "contact": "budi@contoh.id",
    "reply_email": "siti@contoh.id",
    "tried": ["spam", "waited"],
    "device": "Android 14, Chrome",
    "website": "",
}
STRANGE = {
    "form_token": st.sampled_from(["expired", "other salt", "damaged"]),
    "situation": st.sampled_from(["self_typo", "other", "form_rejected", "../x"]),
    "signup_day": st.sampled_from(["today", "yesterday", "other", "not_yet", "unknown"]),
    "signup_date": st.sampled_from(hostile.DAYS) | st.dates().map(str),
    "signup_hour": st.sampled_from(hostile.HOURS),
    "signup_zone": st.sampled_from(hostile.ZONES),
    "contact": st.emails() | st.from_regex(r"(0|62|\+62)8[0-9]{5,12}", fullmatch=True),
    "tried": st.sampled_from(["waited", "spam", "resent", "device", "x"]),
}
reports = hostile.forms(USUAL, strange=STRANGE)
paths = st.sampled_from(["/", "/sematan/"])


def token(kind):
    """A token of the form that somebody has kept too long, taken from elsewhere, or changed."""
    if kind == "expired":
        long_ago = timezone.now() - MAX_AGE - timedelta(minutes=1)
        with mock.patch("time.time", return_value=long_ago.timestamp()):
            return new_token()
    if kind == "other salt":
        return signing.dumps(["0" * 32, 0, ""], salt=SALT + "x")
    return new_token()[:-1] + "~" if kind == "damaged" else new_token()


def with_tokens(sent):
    """The same, with tokens that hold now where a word stands for one."""
    body = sent.body
    for kind in (TOKEN, "expired", "other salt", "damaged"):
        for written in (kind, kind.replace(" ", "%20")):
            body = body.replace(written.encode(), token(kind).encode())
    return hostile.Sent(body, sent.content_type)


@pytest.mark.parametrize("path", ["/", "/sematan/"])
def test_what_the_fuzzing_spoils_is_good(path):
    sent = hostile.Sent(hostile.multipart(_pairs(USUAL), []), "multipart/form-data; boundary=batas")

    assert Visitor().send(path, with_tokens(sent)).status_code == 303
    assert set(USUAL) | {"screenshots"} == set(ReportForm().fields) | {"form_token"}


@fuzzed(examples=180, sent=reports, path=paths, is_checked=st.sampled_from([False] * 9 + [True]))
def test_report_is_taken_or_refused_with_a_word(sent, path, is_checked):
    before = stored()

    answer = Visitor(enforce_csrf_checks=is_checked).send(path, with_tokens(sent))

    assert_fair(answer, before=before)


@fuzzed(examples=40, sent=reports, cookies=hostile.cookies, agent=hostile.headers, host=hostile.headers)
def test_headers_of_anything_break_nothing(sent, cookies, agent, host):
    before = stored()
    environ = {"HTTP_COOKIE": cookies, "HTTP_USER_AGENT": agent, "HTTP_SEC_CH_UA_MODEL": agent}

    answer = Visitor().send("/", with_tokens(sent), HTTP_X_FORWARDED_FOR=host, HTTP_ORIGIN=host, **environ)

    assert_fair(answer, before=before)


@fuzzed(examples=40, sent=reports, path=st.sampled_from(["/saran/", "/periksa-alamat/", "/selesai/"]))
def test_help_while_typing_stores_nothing(sent, path):
    before = stored()

    answer = Visitor().send(path, with_tokens(sent))

    assert answer.status_code in {200, 302, 400, 403}
    assert stored() == before


signed = st.dictionaries(
    st.sampled_from(["iat", "exp", "email", "phone", "signed_up_at", "error", "lang"]),
    anything | st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
)
READ = ["isi", "bahasa", "nomor", "terkirim", "say", "part"]


@fuzzed(
    examples=40,
    said=signed,
    is_recent=st.booleans(),
    rest=hostile.queries(READ),
    path=st.sampled_from(["/", "/sematan/"]),
)
def test_prefill_of_anything_is_left_out_or_shown(said, is_recent, rest, path):
    values = said | ({"iat": timezone.now().timestamp()} if is_recent else {})
    signed = prefill.sign(values, key=PREFILL_KEY, now=timezone.now())

    answer = Visitor().get(f"{path}?isi={signed}&{rest}")

    assert answer.status_code == 200


PAGES = [
    "/", "/sematan/", "/sematan.js", "/cari-laporan/", "/privasi/", "/selesai/", "/sematan/selesai/",
    "/bahasa/", "/saran/", "/tiket/x/y/", "/tiket/%ff/%00/", "/sematan/terkirim/x/y/", "/readyz",
    "/healthz", "/metrics", "/api/v1/schema/", "/api/v1/docs/", "/api/v1/categories/", "/desk/login/",
    "/nowhere%00",
]  # fmt: skip


@fuzzed(
    examples=80,
    path=st.sampled_from(PAGES),
    query=hostile.queries(READ, values=texts),
    cookies=hostile.cookies,
    said=hostile.headers,
)
def test_get_of_anything_is_answered(path, query, cookies, said):
    environ = dict.fromkeys(("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_IF_NONE_MATCH", "HTTP_RANGE"), said)

    answer = Visitor().generic("GET", f"{path}?{query}", HTTP_COOKIE=cookies, **environ)

    assert answer.status_code < 500 or path == "/readyz"


@fuzzed(examples=40, chosen=st.fixed_dictionaries({"language": texts, "next": texts}), said=hostile.headers)
def test_choice_of_a_language_leads_to_no_other_site(chosen, said):
    body = hostile.multipart(chosen.items(), [])

    sent = hostile.Sent(body, "multipart/form-data; boundary=batas")

    answer = Visitor().send("/bahasa/", sent, HTTP_REFERER=said)
    assert answer.status_code in {204, 302}
    assert not answer.headers.get("Location", "").startswith(("http", "//"))


def _pairs(fields):
    return [
        (name, each)
        for name, value in fields.items()
        for each in ([value] if isinstance(value, str) else value)
    ]
