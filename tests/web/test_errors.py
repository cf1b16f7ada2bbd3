"""The pages that say what went wrong."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation, TooManyFilesSent
from django.db import OperationalError
from django.test import Client, RequestFactory

from tickets import intake, links
from tickets.models import Ticket
from tickets.web import errors, pages


def test_unknown_address_is_a_page_of_ours(client):
    response = client.get("/tidak/ada/")

    assert response.status_code == 404
    assert b'href="/"' in response.content
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("error", "status"), [(SuspiciousOperation(), 400), (TooManyFilesSent(), 413), (None, 400)]
)
def test_bad_request_tells_too_much_from_broken(error, status):
    response = errors.bad_request(RequestFactory().get("/"), error)

    assert response.status_code == status


def test_failure_of_ours_says_that_the_text_is_still_there():
    response = errors.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert response["Cache-Control"] == "private, no-store"


def test_expired_csrf_elsewhere_is_a_page_of_ours():
    response = Client(enforce_csrf_checks=True).post("/bahasa/", {"language": "en"})

    assert response.status_code == 403
    assert b"<h1>" in response.content


def test_language_switch_leads_back_and_nowhere_else(client):
    back = client.post("/bahasa/", {"language": "en", "next": "/"})
    away = client.post("/bahasa/", {"language": "en", "next": "https://jahat.example/"})

    assert back["Location"] == "/"
    assert "jahat" not in away["Location"]


def get(path="/", **query):
    return RequestFactory().get(path, query)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda request: errors.permission_denied(request, PermissionDenied()), 403),
        (lambda request: errors.page_not_found(request), 404),
        (lambda request: pages.problem(request, "413", status=413), 413),
        (errors.server_error, 500),
        (pages.unavailable, 503),
        (errors.csrf_failure, 403),
        (errors.bad_request, 400),
    ],
)
def test_text_of_a_form_that_was_not_taken_is_there_to_be_copied(answer, status):
    request = RequestFactory().post("/desk/x/", {"body": "<b>sudah saya coba</b>"})

    response = answer(request)

    page = response.content.decode()
    assert response.status_code == status
    assert response["Cache-Control"] == "private, no-store"
    assert "&lt;b&gt;sudah saya coba&lt;/b&gt;</textarea>" in page
    assert "lost-text" not in answer(get()).content.decode()


def test_body_that_cannot_be_read_costs_no_page():
    broken = RequestFactory().post("/", b"x", content_type="multipart/form-data; boundary=")

    assert pages.typed_in(broken) == ""
    assert errors.bad_request(broken).status_code == 400


def test_short_break_says_when_to_come_again_and_tries_by_itself_what_was_only_looked_at():
    looked, sent = pages.unavailable(get()), pages.unavailable(RequestFactory().post("/"))

    assert (looked["Retry-After"], sent["Retry-After"]) == ("30", "30")
    assert 'data-retry="30"' in looked.content.decode()
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in looked.content.decode()
    assert "data-retry" not in sent.content.decode()
    assert "refresh" not in sent.content.decode()


def test_colleague_without_the_right_is_led_back_to_the_desk(client):
    page = errors.permission_denied(get("/desk/tickets/")).content.decode()

    assert 'href="/desk/"' in page
    assert 'class="button button--primary" href="/desk/"' not in errors.page_not_found(get()).content.decode()


@pytest.fixture
def no_database(monkeypatch):
    """A database that answers nobody: any query is an error."""

    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", away)
    monkeypatch.setattr("django.core.cache.backends.locmem.LocMemCache.get", away)
    for module in ("counters", "service_hours"):  # what they note of it ends with the test
        monkeypatch.setattr(f"tickets.{module}._resting_until", 0.0)


@pytest.mark.django_db
def test_pages_that_say_so_need_neither_database_nor_cache(client, no_database):
    client.raise_request_exception = False
    client.cookies["sessionid"] = "a-session-that-cannot-be-read"

    away = client.get(links.status_path(Ticket(reference="KS-7F3K9Q")))
    broken = client.get("/desk/")

    assert (away.status_code, broken.status_code) == (503, 500)
    for response in (away, broken):
        page = response.content.decode()
        assert "<h1>" in page
        assert "Bantuan Pendaftaran" in page
        assert "public.css" in page


@pytest.mark.django_db
def test_form_is_there_and_keeps_the_text_while_the_database_is_away(client, typed, no_database):
    assert client.get("/").status_code == 200

    response = client.post("/", typed)

    assert (response.status_code, response["Retry-After"]) == (503, str(intake.RETRY_AFTER))
    assert typed["description"] in response.content.decode()


def test_page_that_fails_itself_is_replaced_by_one_that_needs_nothing(monkeypatch):
    monkeypatch.setattr("tickets.web.errors.problem", lambda *args, **kwargs: 1 / 0)

    response = errors.server_error(get())

    assert response.status_code == 500
    assert "Tekan Kembali di browser" in response.content.decode()
    assert "Press Back in your browser" in response.content.decode()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", ["400", "403", "404", "413", "500", "503"])
def test_each_page_speaks_both_languages(client, settings, name, language):
    client.cookies["django_language"] = language
    settings.ROOT_URLCONF = "tests.web.problem_urls"

    response = client.get(f"/{name}/")

    page = response.content.decode()
    assert response.status_code == int(name)
    assert f'<html lang="{language}"' in page
    words = {"id": "Ke halaman Hubungi Kami", "en": "To the contact page"}
    assert words[language] in page
