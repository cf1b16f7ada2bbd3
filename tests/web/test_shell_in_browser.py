"""Header, footer and the pages that say what went wrong, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.factories import TicketFactory
from tests.screen_checks import faults, faults_under_a_thumb
from tests.web.problem_urls import PAGES
from tickets import links

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = {
    "id": {"viewport": {"width": 320, "height": 640}, "color_scheme": "light", "locale": "id-ID"},
    "en": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark", "locale": "en-GB"},
}


@pytest.fixture
def dressed(settings):
    """Every part of the shell, filled in."""
    settings.ROOT_URLCONF = "tests.web.problem_urls"
    settings.EMBED_PARENTS = ["https://daftar.contoh.id"]
    settings.BRAND_TAGLINE = {"id": "Daftar tanpa pusing.", "en": "Registering made easy."}
    settings.BRAND_HOME_URL = settings.BRAND_HELP_URL = settings.BRAND_CHAT_URL = "https://contoh.id"
    settings.BRAND_EMAIL = "bantuan-pendaftaran-yang-panjang@sub.contoh.id"
    settings.BRAND_PHONE = "+62 21 1234 5678"


@pytest.mark.slow
@pytest.mark.parametrize("language", SCREENS)
def test_every_page_of_the_shell_is_sound(windows, album, dressed, language):
    ticket = TicketFactory()
    page = windows.open(**SCREENS[language])
    paths = [f"/{name}/" for name in PAGES]
    paths += ["/", "/privasi/", "/sematan/"]
    paths += [f"/sematan/terkirim/{ticket.reference}/{links.token_for(ticket)}/"]
    found = {}

    for path in paths:
        page.goto(f"{path}?bahasa={language}")
        album.add(
            page, f"public-shell{path.replace(ticket.reference, 'nomor').partition('nomor')[0]}", language
        )
        complaints = [each for each in windows.complaints if "the server responded with a status" not in each]
        windows.complaints.clear()
        of_page = complaints + faults(page, SCREENS[language]) + faults_under_a_thumb(page)
        page.set_viewport_size(SCREENS[language]["viewport"])
        if of_page:
            found[path] = of_page
        windows.complaints.clear()  # also of what axe has tried

    assert found == {}


def test_first_stop_of_the_keyboard_leads_past_the_header(windows, dressed):
    page = windows.open()
    page.goto("/404/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi")).to_be_focused()
    page.keyboard.press("Enter")

    assert page.url.endswith("#main")


def test_short_break_ends_by_itself(windows, dressed, monkeypatch):
    page = windows.open()
    page.clock.install()
    page.goto("/503/")
    expect(page.get_by_role("heading", name="jeda")).to_be_visible()

    page.route("**/503/", lambda route: route.fulfill(status=200, body="<h1>Sudah kembali</h1>"))
    page.clock.run_for(31_000)

    expect(page.get_by_role("heading", name="Sudah kembali")).to_be_visible()


def test_paper_gets_the_page_and_not_its_buttons(windows, dressed):
    page = windows.open()
    page.goto("/404/")

    page.emulate_media(media="print")

    expect(page.get_by_role("button", name="English")).to_be_hidden()
    expect(page.locator(".foot__links").first).to_be_hidden()
    expect(page.get_by_text("Bantuan Pendaftaran").first).to_be_visible()


def test_colour_of_the_brand_is_seen(windows, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.BRAND_COLOUR = "#003d79"
    page = windows.open()
    page.goto("/")

    button = page.get_by_role("button", name="Kirim laporan")

    assert button.evaluate("(each) => getComputedStyle(each).backgroundColor") == "rgb(0, 61, 121)"
    assert windows.complaints == []
