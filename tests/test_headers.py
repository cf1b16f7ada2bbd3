"""What every answer tells the browser: pages, errors, redirects, files, the API and the desk."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.admin.conftest import signed_in
from tests.admin.desk_urls import addresses, rows_of
from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tests.limits import lift_all
from tests.routes import DESK, every_route
from tickets import links

pytestmark = pytest.mark.django_db

PARENT = "https://daftar.contoh.id"
# Shown in frames: by the platform's page, and a mail as it was sent, by our own page of it.
FRAMED = {"embed": PARENT, "embed_sent": PARENT, "embed_solved": PARENT}
POLICIES = {
    "X-Content-Type-Options": {"nosniff"},
    "Referrer-Policy": {"same-origin", "no-referrer", "strict-origin-when-cross-origin"},
    "Cross-Origin-Opener-Policy": {"same-origin"},
}
DENIED = ("camera", "microphone", "geolocation", "payment", "usb")


def faults(answer, *, parent="'none'"):
    """What is missing, or says too little."""
    found = [name for name, allowed in POLICIES.items() if answer.headers.get(name) not in allowed]
    denied = {part.strip() for part in answer.headers.get("Permissions-Policy", "").split(",")}
    if not {f"{feature}=()" for feature in DENIED} <= denied:
        found.append("Permissions-Policy")
    policy = answer.headers.get("Content-Security-Policy", "")
    if f"frame-ancestors {parent}" not in policy or "unsafe-eval" in policy or "script-src *" in policy:
        found.append(f"Content-Security-Policy: {policy}")
    frame = {"'none'": "DENY", "'self'": "SAMEORIGIN"}.get(parent)
    if answer.headers.get("X-Frame-Options") != frame:
        found.append(f"X-Frame-Options: {answer.headers.get('X-Frame-Options')}")
    return found


@pytest.fixture(autouse=True)
def open_house(settings, house_at_work):
    settings.EMBED_PARENTS = [PARENT]
    settings.METRICS_TOKEN = "rahasia-pemantau-1234567890"
    lift_all(settings)
    cache.clear()


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_route_outside_the_desk_sends_the_headers(client, method):
    ticket = TicketFactory(open=True)
    message = MessageFactory(outgoing=True, ticket=ticket)
    token = links.token_for(ticket)
    parts = {"<str:reference>": ticket.reference, "<str:token>": token, "<int:pk>": str(message.pk)}
    wrong = {}

    for name, route in every_route():
        if route.startswith(DESK):
            continue
        for part, value in parts.items():
            route = route.replace(part, value)
        answer = getattr(client, method)(f"/{route}", headers={"Authorization": f"Bearer {token}"})
        wrong[name] = faults(answer, parent=FRAMED.get(name, "'none'"))

    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("role", ["", "lead"])
def test_every_page_of_the_desk_sends_the_headers(role):
    agent = AgentFactory(role="agent")
    client = signed_in(AgentFactory(role=role)) if role else Client()
    pages = addresses(rows_of(agent))

    answers = {name: client.get(page) for name, page in pages.items()}

    in_frames = {name for name, answer in answers.items() if answer.headers.get("X-Frame-Options") != "DENY"}
    wrong = {
        name: found
        for name, answer in answers.items()
        if (found := faults(answer, parent="'self'" if name in in_frames else "'none'"))
    }
    assert wrong == {}
    assert in_frames == ({"admin:tickets_message_html"} if role else set())


@pytest.mark.parametrize(
    ("path", "code", "sent"),
    [
        ("/tidak/ada/", 404, {}),
        ("/api/v1/tidak/ada/", 404, {}),
        ("/desk/tidak/ada/", 302, {}),
        ("/tiket/KS-7F3K-92QX/x/", 404, {}),
        ("/", 400, {"HTTP_HOST": "jahat.example"}),
    ],
)
def test_errors_send_the_headers(client, path, code, sent):
    answer = client.get(path, **sent)

    assert (answer.status_code, faults(answer)) == (code, [])


def test_failure_of_ours_sends_the_headers(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("tickets.web.find.FindForm", None)

    answer = client.get("/cari-laporan/")

    assert (answer.status_code, faults(answer)) == (500, [])


def test_failed_csrf_check_sends_the_headers():
    answer = Client(enforce_csrf_checks=True).post("/cari-laporan/", {})

    assert (answer.status_code, faults(answer)) == (403, [])


def test_redirect_to_https_sends_the_headers(settings):
    settings.SECURE_SSL_REDIRECT = True

    answer = Client().get("/")

    assert (answer.status_code, faults(answer)) == (301, [])


@pytest.mark.parametrize("name", ["gaya.css", "gambar.svg", "naskah.js"])
def test_files_send_the_headers(settings, name):
    (settings.STATIC_ROOT / name).write_text("isi")

    answer = Client().get(f"/static/{name}")

    assert (answer.status_code, faults(answer)) == (200, [])


def test_session_ends_after_a_working_day(time_machine):
    lead = signed_in(AgentFactory(role="lead"))
    page = "/desk/tickets/ticket/"
    began = timezone.now()

    time_machine.move_to(began + timedelta(seconds=django_settings.SESSION_COOKIE_AGE - 60))
    before = lead.get(page).status_code
    time_machine.move_to(began + timedelta(seconds=django_settings.SESSION_COOKIE_AGE + 60))

    assert (before, lead.get(page).status_code) == (200, 302)


def test_session_ends_with_a_new_password():
    lead = signed_in(AgentFactory(role="lead"))
    lead.user.set_password("sandi-baru-yang-panjang")
    lead.user.save()

    assert lead.get("/desk/tickets/ticket/").status_code == 302


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language"])
def test_cookies_are_for_us_alone(name):
    client = Client()
    AgentFactory(username="rina", password="rahasia-sekali-123", role="lead")
    client.get("/")
    client.post("/bahasa/", {"language": "en"})
    client.post("/desk/login/", {"username": "rina", "password": "rahasia-sekali-123"})

    cookie = client.cookies[name]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )
