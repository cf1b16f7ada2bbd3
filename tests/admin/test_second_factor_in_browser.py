"""Second factors as a browser uses them: an app's code, a passkey of Chromium's virtual authenticator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import AgentFactory
from tests.one_time_codes import code

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PASSWORD = "rahasia-sekali-123"
QUEUE = reverse("admin:tickets_ticket_changelist")
SECURITY = reverse("mfa_index")
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def no_complaints(windows, settings) -> Iterator[None]:
    settings.STAFF_NEED_TWO_FACTOR = True
    cache.clear()
    yield
    # Among them what the policy of the page forbids.
    assert windows.complaints == []


@pytest.fixture
def rina():
    return AgentFactory(username="rina", role="agent")


def type_password(page: Page, live_server) -> None:
    page.goto(f"{live_server.url}{QUEUE}")
    page.get_by_label("Nama pengguna").fill("rina")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()


def sign_out(page: Page) -> None:
    page.locator(".desk-head details.menu > summary").click()
    page.get_by_role("button", name="Keluar", exact=True).click()


def violations(page: Page) -> list[str]:
    return [each["id"] for each in Axe().run(page).response["violations"]]


def test_app_is_set_up_at_the_first_sign_in_and_asked_for_at_the_next(windows, live_server, rina):
    page = windows.open(locale="id-ID", viewport={"width": 360, "height": 740})
    found = {}

    type_password(page, live_server)
    expect(page).to_have_url(live_server.url + SECURITY)
    found["security"] = violations(page)
    page.get_by_role("link", name="Pasang").click()
    found["app"] = violations(page)
    page.get_by_text("Tidak bisa dipindai?").click()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Kode yang sekarang tampil").fill(code(secret))
    page.get_by_role("button", name="Aktifkan").click()
    found["codes"] = violations(page)
    recovery = page.locator("#codes li").all_inner_texts()
    page.get_by_role("link", name="Sudah saya simpan").click()
    expect(page).to_have_url(live_server.url + QUEUE)
    sign_out(page)
    type_password(page, live_server)
    expect(page).to_have_url(live_server.url + reverse("mfa_authenticate"))
    found["code"] = violations(page)
    page.get_by_label("Kode", exact=True).fill(code(secret))
    page.get_by_role("button", name="Masuk").click()

    expect(page).to_have_url(live_server.url + QUEUE)
    assert len(recovery) == 10
    assert found == {"security": [], "app": [], "codes": [], "code": []}


def test_passkey_is_added_and_signs_in(windows, live_server, rina):
    page = windows.open(locale="id-ID")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]

    type_password(page, live_server)
    page.get_by_role("link", name="Tambah passkey").click()
    page.get_by_label("Mau diberi nama apa?").fill("Laptop kantor")
    page.get_by_role("button", name="Tambah passkey").click()
    expect(page.get_by_role("heading", name="Kode pemulihan")).to_be_visible()
    sign_out(page)
    type_password(page, live_server)
    page.get_by_role("button", name="Pakai passkey").click()
    expect(page).to_have_url(live_server.url + QUEUE)

    assert len(devices.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]) == 1
    page.goto(live_server.url + SECURITY)
    expect(page.get_by_text("Laptop kantor").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Lepas Laptop kantor").click()
    page.get_by_role("button", name="Lepas").click()
    expect(page.get_by_text("Passkey sudah dihapus.")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_passkey_that_the_browser_does_not_give_is_told(windows, live_server, rina):
    page = windows.open(locale="id-ID")
    type_password(page, live_server)
    page.get_by_role("link", name="Tambah passkey").click()
    # What a browser answers when somebody presses cancel.
    page.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new DOMException('cancelled')) }"
    )
    page.get_by_role("button", name="Tambah passkey").click()

    expect(page.get_by_text("Peramban tidak memberikan passkey")).to_be_visible()
    expect(page.get_by_role("button", name="Tambah passkey")).to_be_enabled()


def test_app_is_set_up_without_javascript(windows, live_server, rina):
    page = windows.open(locale="id-ID", java_script_enabled=False)

    type_password(page, live_server)
    page.get_by_role("link", name="Pasang").click()
    page.get_by_label("Kode yang sekarang tampil").fill(code(page.locator("#secret").text_content()))
    page.get_by_role("button", name="Aktifkan").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh").click()

    lines = download.value.path().read_text().split()
    assert lines[-10:] == [each.replace(" ", "") for each in page.locator("#codes li").all_inner_texts()]
    expect(page.get_by_role("button", name="Salin")).to_be_hidden()
