"""The form in a frame on the platform's own page."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import TicketFactory
from tickets import links, prefill
from tickets.models import Ticket
from tickets.models.event import EventKind

PARENTS = ["https://daftar.contoh.id", "http://127.0.0.1:9000"]
KEY = "k" * 40


@pytest.fixture(autouse=True)
def parents(settings):
    settings.EMBED_PARENTS = PARENTS
    settings.PREFILL_KEYS = [KEY]


@pytest.fixture
def stranger():
    """A browser that checks CSRF and has no cookie, as in a frame on another site."""
    return Client(enforce_csrf_checks=True)


def token(**values):
    return prefill.sign(values, key=KEY, now=timezone.now())


def ancestors(response):
    return re.search(r"frame-ancestors ([^;]*)", response["Content-Security-Policy"])[1]


def test_without_parents_there_is_nothing_to_embed(client, settings):
    settings.EMBED_PARENTS = []

    for path in ("/sematan/", "/sematan.js", "/sematan/terkirim/x/y/"):
        response = client.get(path)
        assert (response.status_code, response["X-Frame-Options"], ancestors(response)) == (
            404,
            "DENY",
            "'none'",
        )


@pytest.mark.django_db
def test_parents_and_nobody_else_may_frame_what_is_made_for_it(client):
    ticket = TicketFactory()
    sent = reverse("embed_sent", args=[ticket.reference, links.token_for(ticket)])

    for path, status in (("/sematan/", 200), (sent, 200), ("/sematan/terkirim/KS-X/bad/", 404)):
        response = client.get(path)
        assert response.status_code == status
        assert ancestors(response) == "https://daftar.contoh.id http://127.0.0.1:9000"
        assert "X-Frame-Options" not in response
        assert "script-src 'self'; style-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_all_other_pages_are_framed_by_nobody(client):
    ticket = TicketFactory()

    pages = ["/", "/privasi/", links.status_path(ticket), "/tidak/ada/", "/desk/login/", "/sematan.js"]

    for path in [*pages, "/api/v1/docs/"]:
        response = client.get(path)
        assert (ancestors(response), response["X-Frame-Options"]) == ("'none'", "DENY"), path


def test_page_in_the_frame_has_no_shell_and_leaves_no_cookie(stranger):
    response = stranger.get("/sematan/?bahasa=en")
    page = response.content.decode()

    assert "<header" not in page
    assert "csrfmiddlewaretoken" not in page
    assert 'data-parents="https://daftar.contoh.id http://127.0.0.1:9000"' in page
    assert 'data-check="/periksa-alamat/?bahasa=en"' in page
    assert "autofocus" not in stranger.post("/sematan/", {"form_token": "x"}).content.decode()
    assert (response.cookies, stranger.cookies) == ({}, {})


@pytest.mark.django_db
@pytest.mark.parametrize("origin", [None, "http://testserver"])
def test_report_is_sent_from_the_frame_without_a_cookie(stranger, typed, origin):
    headers = {"Origin": origin} if origin else None

    response = stranger.post("/sematan/?bahasa=en", typed, headers=headers)

    ticket = Ticket.objects.get()
    address = re.fullmatch(r"/sematan/terkirim/([^/]+)/([^/]+)/\?bahasa=en", response["Location"])
    page = stranger.get(response["Location"]).content.decode()
    link = re.search(r'href="/tiket/([^/]+)/([^/]+)/" target="_blank" rel="noopener"', page)
    assert (response.status_code, ticket.language) == (303, "en")
    assert address[1] == link[1] == ticket.reference
    for _reference, token in (address.groups(), link.groups()):
        links.check_token(ticket.reference, token)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://jahat.example"},
        {"Origin": "https://daftar.contoh.id"},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_report_from_a_page_of_others_is_not_taken_and_its_text_is_kept(stranger, typed, headers):
    response = stranger.post("/sematan/", typed, headers=headers)

    assert response.status_code == 403
    assert typed["description"] in response.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_form_of_the_frame_needs_a_token_of_ours(stranger, typed):
    response = stranger.post("/sematan/", {**typed, "form_token": "jahat"})

    assert response.status_code == 400
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_form_outside_the_frame_still_needs_its_cookie(stranger, typed):
    assert stranger.post("/", typed).status_code == 403


@pytest.mark.parametrize(
    ("query", "cookie", "language"),
    [
        ("", "", "id"),
        ("?bahasa=en", "", "en"),
        ("?bahasa=en", "id", "en"),
        ("?bahasa=fr", "", "id"),
        ("?bahasa=fr", "en", "en"),
    ],
)
def test_language_is_what_the_address_asks_for(client, query, cookie, language):
    if cookie:
        client.cookies["django_language"] = cookie

    response = client.get(f"/sematan/{query}")

    assert response["Content-Language"] == language
    assert f'<html lang="{language}"' in response.content.decode()


def test_platform_chooses_the_language_where_the_visitor_has_not(client):
    asked = f"/?isi={token(lang='en')}"

    assert client.get(asked)["Content-Language"] == "en"
    assert client.get(f"{asked}&bahasa=id")["Content-Language"] == "id"
    client.cookies["django_language"] = "id"
    assert client.get(asked)["Content-Language"] == "id"


@pytest.mark.parametrize("path", ["/", "/sematan/"])
def test_signed_values_stand_in_the_form(client, path):
    signed_up_at = "2026-11-22T14:30:00+08:00"

    page = client.get(f"{path}?isi={token(email='budi@contoh.id', signed_up_at=signed_up_at)}")

    initial = page.context["form"].initial
    assert {name: initial[name] for name in ("contact", "signup_day", "signup_date", "signup_hour")} == {
        "contact": "budi@contoh.id",
        "signup_day": "other",
        "signup_date": "22-11-2026",
        "signup_hour": "14.30",
    }
    assert initial["signup_zone"] == "Asia/Makassar"
    assert 'value="budi@contoh.id"' in page.content.decode()


def test_phone_and_a_signup_of_today_stand_in_the_form(client):
    now = timezone.localtime()

    page = client.get(f"/?isi={token(phone='0812 3456 7890', signed_up_at=now.isoformat())}")

    initial = page.context["form"].initial
    assert initial["contact"] == "+6281234567890"
    assert (initial["signup_day"], initial["signup_hour"]) == ("today", f"{now:%H.%M}")
    assert "signup_date" not in initial


def test_language_switch_keeps_what_the_platform_filled_in(client):
    filled_in = token(email="budi@contoh.id")

    page = client.get(f"/?isi={filled_in}").content.decode()

    assert f'name="next" value="/?isi={filled_in}"' in page


@pytest.mark.parametrize("bad", ["", "x.y", "eyJpYXQiOjF9.x"])
def test_values_that_nobody_signed_leave_the_form_empty(client, bad):
    page = client.get(f"/?isi={bad}")

    assert page.status_code == 200
    assert "contact" not in page.context["form"].initial


@pytest.mark.django_db
def test_platform_error_goes_with_the_ticket_and_is_no_part_of_what_was_written(client, typed):
    page = client.get(f"/?isi={token(email='budi@contoh.id', error='Nomor sudah terdaftar')}")

    client.post("/", {**typed, "form_token": page.context["token"]})

    ticket = Ticket.objects.get()
    assert ticket.platform_error == "Nomor sudah terdaftar"
    assert ticket.events.get(kind=EventKind.SUBMITTED).data == {
        "channel": "form",
        "platform_error": "Nomor sudah terdaftar",
    }
    assert "Nomor" not in ticket.description


@pytest.mark.django_db
def test_nobody_can_add_a_platform_error_of_their_own(client, typed):
    client.post("/?isi=jahat", {**typed, "platform_error": "E-1", "error": "E-1"})

    assert Ticket.objects.get().platform_error == ""


def test_script_is_served_under_one_address_and_cached(client):
    first = client.get("/sematan.js")
    again = client.get("/sematan.js", headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "text/javascript; charset=utf-8"
    assert first["Cache-Control"] == "public, max-age=3600"
    assert first["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(first.content) < 2048
    assert (again.status_code, again.content) == (304, b"")
    assert client.post("/sematan.js").status_code == 405


def test_privacy_page_says_what_the_settings_say(client, settings):
    settings.PRIVACY_NOTE = {"id": "Dikelola PT Contoh.", "en": ""}
    settings.BRAND_EMAIL = "privasi@contoh.id"

    page = client.get("/privasi/").content.decode()

    assert f"berlaku {settings.STATUS_LINK_AGE.days} hari" in page
    assert "privasi@contoh.id" in page
    assert "Dikelola PT Contoh." in page
    settings.PRIVACY_URL = "https://contoh.id/privasi"
    assert client.get("/privasi/")["Location"] == "https://contoh.id/privasi"


def test_privacy_page_says_how_long_everything_is_kept(client, settings):
    settings.TICKETS_KEPT, settings.SCREENSHOTS_KEPT = timedelta(days=365), timedelta(0)
    settings.TECHNICAL_KEPT = timedelta(days=30)

    page = client.get("/privasi/").content.decode()

    assert "Laporan dan jawaban kami dihapus 365 hari" in page
    assert "Gambar Anda dihapus 365 hari" in page  # with the report, where they have no age of their own
    assert "Alamat jaringan dan browser dihapus 30 hari" in page


def test_privacy_page_of_who_keeps_for_ever_promises_nothing(client, settings):
    settings.TICKETS_KEPT = settings.SCREENSHOTS_KEPT = settings.TECHNICAL_KEPT = timedelta(0)

    page = client.get("/privasi/").content.decode()

    assert "disimpan sampai kami menghapusnya" in page
    assert " 0 hari" not in page
