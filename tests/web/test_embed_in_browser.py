"""The form in a frame, on a page of another site, in a real browser."""

from contextlib import contextmanager

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browsers import OPTIONS, PHONE, Windows, installed_browser
from tests.web.parent_page import ParentPage
from tickets import prefill
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

KEY = "k" * 40


@pytest.fixture
def parent(settings, live_server):
    """Serve the platform's page; who may frame the form is said before it is loaded."""

    @contextmanager
    def serve(*, allowed=True, **options):
        with ParentPage(live_server.url, **options) as page:
            settings.EMBED_PARENTS = [page.url if allowed else "http://127.0.0.1:9"]
            yield page

    settings.PREFILL_KEYS = [KEY]
    return serve


def frame_of(page):
    return page.frame_locator("iframe")


def fill_in(form):
    form.locator("[name=description]").fill("kode otp ga masuk2 udah 20 menit, udah cek spam")
    form.get_by_label("Kemarin").check()
    form.locator("[name=signup_hour]").fill("14.30")
    form.locator("[name=contact]").fill("budi@gmial.com")


def test_report_is_sent_from_the_platforms_page(windows, parent):
    with parent() as site:
        page = windows.open(**PHONE)
        page.goto(site.url)
        form = frame_of(page)
        fill_in(form)
        # The question comes from a script inside the frame, without a cookie.
        form.locator("[name=contact]").blur()
        expect(form.locator("[data-hint=contact]")).to_contain_text("budi@gmail.com")
        form.get_by_role("button", name="Pakai ini").or_(form.locator("[data-hint] button")).first.click()
        form.get_by_role("button", name="Kirim laporan").click()
        expect(form.get_by_role("heading", name="Laporan Anda sudah kami terima")).to_be_visible()

        ticket = Ticket.objects.get()
        expect(form.locator("#number")).to_have_text(ticket.reference)
        expect(form.locator("[data-sent]")).to_be_focused()
        assert ticket.registered_email == "budi@gmail.com"
        assert page.context.cookies() == []
        with page.expect_popup() as opened:
            form.get_by_role("link", name="Buka halaman laporan").click()
        expect(opened.value.locator("#number")).to_have_text(ticket.reference)

    assert windows.complaints == []


def test_frame_is_as_high_as_what_is_in_it(windows, parent):
    with parent() as site:
        page = windows.open(viewport={"width": 800, "height": 600})
        page.goto(site.url)
        form = frame_of(page)
        form.get_by_label("Tanggal lain").check()
        inner = page.frames[1]

        def is_fitting():
            wanted = inner.evaluate("document.body.getBoundingClientRect().height")
            return abs(page.locator("iframe").bounding_box()["height"] - wanted) < 2

        for _ in range(50):
            if is_fitting():
                break
            page.wait_for_timeout(50)

        assert is_fitting()
        frame = page.locator("iframe")
        assert frame.get_attribute("title") == "Formulir Hubungi Kami"
        assert frame.get_attribute("loading") == "lazy"
    assert windows.complaints == []


def test_frame_shrinks_when_the_report_is_sent(windows, parent):
    with parent() as site:
        page = windows.open(viewport={"width": 360, "height": 640})
        page.goto(site.url)
        form = frame_of(page)
        fill_in(form)
        before = page.locator("iframe").bounding_box()["height"]
        form.get_by_role("button", name="Kirim laporan").click()
        expect(form.locator("[data-sent]")).to_be_in_viewport()
        page.wait_for_timeout(300)

        after = page.locator("iframe").bounding_box()
        assert after["height"] < before / 2
        assert -50 < after["y"] < 640
    assert windows.complaints == []


@pytest.mark.parametrize(
    ("head", "is_dark"), [("", False), ('<meta name="color-scheme" content="light dark">', True)]
)
def test_frame_is_dark_only_on_a_page_that_can_be(browser, parent, live_server, head, is_dark):
    dark = browser.browser_type.launch(
        executable_path=installed_browser(), args=[*OPTIONS, "--force-dark-mode"]
    )
    with parent(head=head) as site:
        page = dark.new_page(color_scheme="null")  # what the browser itself prefers
        page.goto(site.url)
        frame_of(page).get_by_role("heading", name="Hubungi Kami").wait_for()

        found = page.frames[1].evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    dark.close()

    assert found == is_dark


def test_answer_with_errors_begins_where_the_visitor_sees_it(windows, parent):
    with parent() as site:
        page = windows.open(viewport={"width": 360, "height": 640})
        page.goto(site.url)
        form = frame_of(page)
        form.get_by_role("button", name="Kirim laporan").click()

        expect(form.locator("#errors")).to_be_in_viewport()
        expect(form.locator("#errors")).to_be_focused()
        top = page.locator("iframe").bounding_box()["y"]
        assert -200 < top < 640
    # The browser says that a page came with 422; nothing else.
    assert [each for each in windows.complaints if "422" not in each] == []


def test_script_takes_language_title_and_what_the_platform_fills_in(windows, parent):
    token = prefill.sign({"email": "siti@contoh.id", "error": "E-1"}, key=KEY, now=timezone.now())
    data = f'data-bahasa="en" data-judul="Help" data-isi="{token}"'
    with parent(data=data) as site:
        page = windows.open(locale="id-ID")
        page.goto(site.url)
        form = frame_of(page)

        expect(form.locator("[name=contact]")).to_have_value("siti@contoh.id")
        expect(form.get_by_role("heading", name="Contact us")).to_be_visible()
        assert page.locator("iframe").get_attribute("title") == "Help"
        assert page.evaluate("Object.keys(window).filter((name) => /sematan|kaya/i.test(name))") == []
    assert windows.complaints == []


def test_parent_that_is_not_on_the_list_is_refused_by_the_browser(windows, parent):
    with parent(allowed=False) as site:
        page = windows.open()
        page.goto(site.url)
        page.locator("iframe").wait_for()
        page.wait_for_timeout(1000)

        assert page.frames[1].url.startswith("chrome-error://")
    assert any("frame-ancestors" in complaint for complaint in windows.complaints)


def test_status_page_is_framed_by_nobody(windows, parent, live_server):
    with parent() as site:
        page = windows.open()
        page.goto(site.url)
        page.locator("iframe").wait_for()

        page.evaluate(f"document.querySelector('iframe').src = '{live_server.url}/'")
        page.wait_for_timeout(1000)

        assert page.frames[1].url.startswith("chrome-error://")


def test_browser_that_blocks_cookies_of_third_parties_sends_it_too(browser, parent, live_server):
    blocking = browser.browser_type.launch(
        executable_path=installed_browser(), args=[*OPTIONS, "--test-third-party-cookie-phaseout"]
    )
    windows = Windows(blocking, live_server.url)
    with parent() as site:
        page = windows.open(locale="id-ID")
        # Somebody who has been to the form itself, and has chosen English there.
        page.goto("/")
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", name="Contact us")).to_be_visible()
        with page.expect_request("**/sematan/*") as asked:
            page.goto(site.url)
        form = frame_of(page)
        fill_in(form)
        form.get_by_role("button", name="Kirim laporan").click()

        expect(form.get_by_role("heading", name="Laporan Anda sudah kami terima")).to_be_visible()
        expect(form.locator("#number")).to_have_text(Ticket.objects.get().reference)
        assert len(page.context.cookies()) == 2  # of the visit before
        assert "cookie" not in asked.value.all_headers()
    windows.close()
    blocking.close()

    assert windows.complaints == []


def test_page_without_script_leads_to_the_form(windows, parent, live_server):
    with parent() as site:
        page = windows.open(java_script_enabled=False)
        page.goto(site.url)

        page.get_by_role("link", name="Hubungi Kami").click()

        expect(page).to_have_url(f"{live_server.url}/")
