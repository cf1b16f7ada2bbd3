import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone

from tests import images
from tests.limits import limit
from tickets import intake, links, throttling
from tickets.models import Ticket
from tickets.models.ticket import Channel, SignupPrecision, Zone

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/tickets/"


def post(api, report, **headers):
    # By json.dumps, because DRF's own renderer cannot write half surrogates.
    return api.generic("POST", URL, json.dumps(report), content_type="application/json", **headers)


def errors(response):
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


def png(name="layar.png"):
    return SimpleUploadedFile(name, images.png(), content_type="image/png")


def test_report_becomes_a_ticket(api, report, rung):
    response = post(api, report, HTTP_USER_AGENT="app/1.0", REMOTE_ADDR="198.51.100.7")

    ticket = Ticket.objects.get()
    assert response.status_code == 201
    assert ticket.registered_email == "budi@contoh.id"
    assert ticket.signup_precision == SignupPrecision.MINUTE
    assert ticket.signed_up_at == datetime.fromisoformat(report["signed_up_at"])
    assert ticket.tried == {"waited", "spam"}
    assert ticket.device == "Android 14, Chrome"
    assert ticket.description == report["description"]
    assert ticket.channel == Channel.API
    assert (ticket.user_agent, ticket.ip_address) == ("app/1.0", "198.51.100.7")
    assert rung == [("triage_ticket", ticket.pk)]


def test_report_is_answered_with_a_receipt(api, report, settings):
    response = post(api, report, HTTP_ACCEPT_LANGUAGE="en")

    ticket, receipt = Ticket.objects.get(), response.json()
    token = receipt.pop("token")
    links.check_token(ticket.reference, token)
    address = f"{settings.SITE_URL}/api/v1/tickets/{ticket.reference}/"
    page = f"{settings.SITE_URL}/tiket/{ticket.reference}/{token}/"
    assert response["Location"] == address
    assert response["Cache-Control"] == "no-store"
    assert receipt == {
        "reference": ticket.reference,
        "status": "new",
        "status_text": "We have your report and are looking at it.",
        "created_at": receipt["created_at"],
        "status_url": page,
        "warnings": [],
        "links": {
            "self": address,
            "page": page,
            "fixed": f"{address}fixed/",
            "still_failing": f"{address}still-failing/",
            "messages": f"{address}messages/",
        },
    }


def test_report_takes_screenshots_in_a_form(api, report, rung):
    form = {**report, "screenshots": [png("a.png"), png("b.png")]}

    response = api.post(URL, form, format="multipart")

    ticket = Ticket.objects.get()
    assert response.status_code == 201
    assert [shot.name for shot in ticket.screenshots.all()] == ["a.png", "b.png"]
    assert ticket.tried == {"waited", "spam"}


@pytest.mark.parametrize(
    ("fields", "precision", "moment", "zone"),
    [
        ({}, SignupPrecision.UNKNOWN, None, Zone.WIB),
        ({"signup": None, "signed_up_at": None}, SignupPrecision.UNKNOWN, None, Zone.WIB),
        ({"signup": "not_yet", "zone": "wit"}, SignupPrecision.NOT_YET, None, Zone.WIT),
        ({"signup": "unknown", "zone": "Asia/Makassar"}, SignupPrecision.UNKNOWN, None, Zone.WITA),
        (
            {"signed_up_at": "2026-11-20T14:30:00+08:00"},
            SignupPrecision.MINUTE,
            datetime(2026, 11, 20, 6, 30, tzinfo=UTC),
            Zone.WITA,
        ),
        (
            {"signed_up_at": "2026-11-20T06:30:00Z", "signup": "minute"},
            SignupPrecision.MINUTE,
            datetime(2026, 11, 20, 6, 30, tzinfo=UTC),
            Zone.WIB,
        ),
        (
            {"signup_date": "2026-11-20", "zone": "WIT"},
            SignupPrecision.DAY,
            datetime(2026, 11, 19, 15, tzinfo=UTC),
            Zone.WIT,
        ),
    ],
)
def test_report_reads_the_signup_time(api, report, monkeypatch, fields, precision, moment, zone):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 8, tzinfo=UTC))
    del report["signed_up_at"]

    response = post(api, {**report, **fields})

    ticket = Ticket.objects.get()
    assert response.status_code == 201
    assert (ticket.signup_precision, ticket.signed_up_at, ticket.zone) == (precision, moment, zone)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"registered_email": ""}, ("", "contact_required")),
        ({"registered_email": None, "reply_email": "budi@contoh.id"}, ("", "contact_required")),
        ({"registered_email": "budi"}, ("registered_email", "email")),
        ({"registered_email": 7}, ("registered_email", "invalid")),
        ({"registered_phone": 81234567890}, ("registered_phone", "invalid")),
        ({"registered_phone": "0812"}, ("registered_phone", "phone")),
        ({"reply_email": "a@b@c"}, ("reply_email", "email")),
        ({"description": ""}, ("description", "blank")),
        ({"description": None}, ("description", "null")),
        ({"description": "\u0000\u200b"}, ("description", "description_required")),
        ({"description": "a"}, ("description", "description_too_short")),
        ({"description": "a" * 5001}, ("description", "description_too_long")),
        ({"description": "a" * 50_000}, ("description", "too_long")),
        ({"description": True}, ("description", "invalid")),
        ({"description": ["otp"]}, ("description", "invalid")),
        ({"device": "a" * 121}, ("device", "device_too_long")),
        ({"tried": "spam"}, ("tried", "not_a_list")),
        ({"tried": ["prayed"]}, ("tried", "invalid_choice")),
        ({"tried": [["spam"]]}, ("tried", "invalid_choice")),
        ({"tried": [True]}, ("tried", "invalid_choice")),
        ({"tried": None}, ("tried", "null")),
        ({"language": "fr"}, ("language", "invalid_choice")),
        ({"language": ["id"]}, ("language", "invalid_choice")),
        ({"zone": "Europe/Berlin"}, ("zone", "zone")),
        ({"signup": "sometime"}, ("signup", "invalid_choice")),
        ({"signup": "day"}, ("signup", "contradiction")),
        ({"signup": "not_yet"}, ("signup", "contradiction")),
        ({"signup_date": "2026-11-20"}, ("signup", "contradiction")),
        ({"signed_up_at": None, "signup": "minute"}, ("signup", "contradiction")),
        ({"signed_up_at": None, "signup_date": "2999-01-01"}, ("signup_date", "signup_in_future")),
        ({"signed_up_at": None, "signup_date": "0001-01-01"}, ("signup_date", "signup_too_old")),
        ({"signed_up_at": None, "signup_date": "22-11-2026"}, ("signup_date", "invalid")),
        ({"signed_up_at": "2999-01-01T00:00:00+07:00"}, ("signed_up_at", "signup_in_future")),
        ({"signed_up_at": "0001-01-01T00:00:00+14:00"}, ("signed_up_at", "signup_too_old")),
        ({"signed_up_at": "9999-12-31T23:59:59-12:00"}, ("signed_up_at", "signup_in_future")),
        ({"signed_up_at": "2026-11-20T14:30:00"}, ("signed_up_at", "offset")),
        ({"signed_up_at": "2026-11-20"}, ("signed_up_at", "offset")),
        ({"signed_up_at": 1763600000}, ("signed_up_at", "invalid")),
        ({"signed_up_at": {"a": 1}}, ("signed_up_at", "invalid")),
        ({"screenshots": ["data:image/png;base64,xx"]}, ("screenshots", "invalid")),
        ({"screenshots": "layar.png"}, ("screenshots", "not_a_list")),
        ({"signed_up": "2026-11-20T14:30:00+07:00"}, ("signed_up", "unknown")),
        ({"\ud800": 1}, ("?", "unknown")),
    ],
)
def test_report_with_a_wrong_field_is_refused(api, report, fields, wrong):
    response = post(api, {**report, **fields})

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert errors(response) == [wrong]
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("language", ["id", "en"])
def test_report_errors_speak_the_language_of_the_client(api, report, language):
    report["signup"] = "sometime"

    response = post(api, report, HTTP_ACCEPT_LANGUAGE=language)

    assert response["Content-Language"] == language
    assert response["Vary"] == "Accept-Language"


def test_report_cleans_what_was_typed(api, report):
    report |= {
        "registered_email": " Budi@Contoh.ID. ",
        "registered_phone": "0812-3456-7890",
        "description": "kode\r\notp\x00 \ud800ga masuk\u202e",
    }

    response = post(api, report)

    ticket = Ticket.objects.get()
    assert response.status_code == 201
    assert ticket.registered_email == "Budi@contoh.id"
    assert ticket.registered_phone == "+6281234567890"
    assert ticket.description == "kode\notp ga masuk"


def test_report_keeps_the_address_once(api, report):
    post(api, {**report, "reply_email": "BUDI@contoh.id"})

    assert Ticket.objects.get().reply_email == ""


def test_report_names_each_bad_screenshot(api, report):
    files = [png(), SimpleUploadedFile("b.png", b"<html>"), SimpleUploadedFile("c.pdf", images.PDF)]

    response = api.post(URL, {**report, "screenshots": files}, format="multipart")

    assert response.status_code == 400
    assert errors(response) == [("screenshots", "wrong_type"), ("screenshots", "wrong_type")]
    assert Ticket.objects.count() == 0


def test_report_takes_five_screenshots_at_most(api, report):
    form = {**report, "screenshots": [png(f"{n}.png") for n in range(6)]}

    response = api.post(URL, form, format="multipart")

    assert errors(response) == [("screenshots", "too_many")]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"null", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'"text"', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b'{"description": ' + b"9" * 5000 + b"}", "application/json", 400),
        (b'{"description": 1e999}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"description": ' + b"[" * 900 + b"]" * 900 + b"}", "application/json", 400),
        (b'{"tried": [' + b"[" * 900 + b"]" * 900 + b"]}", "application/json", 400),
        (b'{"language": ' + b"[" * 900 + b"]" * 900 + b"}", "application/json", 400),
        (b"{}", "application/json; charset=zlib", 400),
        (b"{}", "application/json; charset=nonsense", 400),
        (b"{" + b" " * 300_000 + b"}", "application/json", 413),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"{}", "rubbish", 415),
        (b"rubbish", "multipart/form-data", 400),
        (b"rubbish", "multipart/form-data; boundary=\xc3\xa9", 400),
        (b"--x\r\n", "multipart/form-data; boundary=x", 400),
        (
            b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\notp\r\n--x--\r\n',
            "multipart/form-data; boundary=x; charset=hex",
            400,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="screenshots"; filename=""\r\n\r\notp\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            400,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\n'
            + b"a" * 300_000
            + b"\r\n--x--\r\n",
            "multipart/form-data; boundary=x",
            413,
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 200 + b"--x--\r\n",
            "multipart/form-data; boundary=x",
            400,
        ),
    ],
    ids=range(26),
)
def test_report_in_a_hostile_body_is_refused(api, body, content_type, status):
    response = api.generic("POST", URL, body, content_type=content_type)

    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == status


@pytest.mark.parametrize("length", ["99999999999", "-5", "many"])
def test_report_with_a_hostile_length_is_not_read(api, length):
    response = api.post(URL, {}, format="json", CONTENT_LENGTH=length)

    assert response.status_code == 413


def test_report_of_piled_up_accents_is_refused_quickly(api, report):
    report["description"] = "a" + "\u0315\u0300" * 20_000

    started = datetime.now(tz=UTC)
    response = post(api, report)

    assert response.status_code == 400
    assert datetime.now(tz=UTC) - started < timedelta(seconds=2)


def test_report_is_taken_whatever_the_client_accepts(api, report):
    response = post(api, report, HTTP_ACCEPT="text/html")

    assert response.status_code == 201
    assert response["Content-Type"] == "application/json"


def test_report_is_taken_while_the_broker_is_down(api, report, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr("celery.app.task.Task.apply_async", refuse)

    assert post(api, report).status_code == 201
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("error", [OperationalError("database is locked"), OSError(28, "No space left")])
def test_report_that_cannot_be_stored_is_asked_for_again(api, report, monkeypatch, error):
    def fail(submission):
        raise error

    monkeypatch.setattr(intake, "submit_ticket", fail)

    response = post(api, report)

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response.json()["type"].endswith("#unavailable")


def test_reports_are_throttled(api, report, settings):
    limit(settings, intake="2/hour", status="5/min")

    answers = [post(api, report, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert 3500 < int(answers[2]["Retry-After"]) <= 3600
    assert answers[2].json()["type"].endswith("#throttled")


def test_reports_are_counted_together_with_those_of_the_form(api, report, settings, rf):
    limit(settings, intake="1/hour", status="5/min")
    throttling.allow_intake(rf.post("/"))

    assert post(api, report).status_code == 429


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_tickets_cannot_be_listed_or_replaced(api, method):
    response = getattr(api, method)(URL)

    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"


def test_address_that_does_not_exist_is_answered_in_json(api):
    response = api.post("/api/v1/ticket/", {}, format="json", HTTP_ACCEPT_LANGUAGE="en")

    assert response.status_code == 404
    assert response.json()["title"] == "There is nothing at this address"


def test_report_with_a_misspelt_address_is_stored_and_asked_about(api, report):
    response = post(api, {**report, "registered_email": "budi@gmial.com"}, HTTP_ACCEPT_LANGUAGE="en")

    assert response.status_code == 201
    assert response.json()["warnings"] == [
        {
            "field": "registered_email",
            "code": "misspelt_domain",
            "detail": "Did you mean budi@gmail.com? If you did register with it as written, leave it: "
            "that tells us why no code came.",
            "suggestion": "budi@gmail.com",
        }
    ]


def test_report_with_two_nearly_equal_addresses_is_asked_about(api, report):
    addresses = {"registered_email": "budisantoso@contoh.id", "reply_email": "budisantso@contoh.id"}

    warnings = post(api, {**report, **addresses}).json()["warnings"]

    assert [(each["field"], each["code"], each["suggestion"]) for each in warnings] == [
        ("reply_email", "near_miss", "")
    ]


def test_picked_situation_is_a_hint_that_is_kept(api, report):
    post(api, {**report, "situation": "self_typo"})

    assert Ticket.objects.get().situation == "self_typo"


def test_unknown_situation_is_refused(api, report):
    response = post(api, {**report, "situation": "no_such"})

    assert errors(response) == [("situation", "invalid_choice")]
