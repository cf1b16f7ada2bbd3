"""The pages that say what went wrong."""

import pytest
from django.core.exceptions import SuspiciousOperation, TooManyFilesSent
from django.test import Client, RequestFactory

from tickets.web import errors


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
