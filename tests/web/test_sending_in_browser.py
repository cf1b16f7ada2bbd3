"""Sending a form from the open page: on a bad line, past errors, and never twice."""

import pytest
from django.db import OperationalError
from playwright.sync_api import expect

from tests import images
from tests.browsers import PHONE
from tests.factories import TicketFactory
from tests.lines import Line
from tests.screen_checks import faults
from tests.web.filling import choose, fill_in, held, press
from tickets import intake, links
from tickets.models import Message, Screenshot, Ticket
from tickets.web import form_token

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SOON = 20_000  # ms; the first try of the page's own comes after five seconds
SEND, ADD = "Kirim laporan", "Kirim keterangan"
# Stays as it is on the way: after the end of a GIF anything may follow.
LARGE_GIF = images.gif() + b"\0" * 500_000
KEPT = ("budi@contoh.id", ["layar.gif"])


@pytest.fixture
def line(live_server):
    line = Line(live_server.url)
    yield line
    line.close()


@pytest.fixture
def page(windows, line):
    page = windows.open(locale="id-ID", viewport={"width": 1280, "height": 900})
    page.goto(line.url)
    return page


@pytest.fixture
def filled(page):
    """A complete report with one screenshot of half a megabyte that stays as it is."""
    fill_in(page)
    choose(page, layar_gif=LARGE_GIF)
    return page


def panel(page):
    return page.locator("[data-panel]")


def arrived(page):
    page.wait_for_url("**/tiket/**", timeout=SOON)
    return (Ticket.objects.count(), Screenshot.objects.count())


def unexpected(windows, *expected):
    """What the console complained of, but for the failures that the test has made."""
    return [text for text in windows.complaints if not any(each in text for each in expected)]


def typed(page):
    return page.input_value("[name=contact]"), held(page)


def test_line_cut_during_upload_is_tried_again_and_makes_one_ticket(filled, line, windows):
    line.cut_after = 100_000

    press(filled, SEND)
    expect(panel(filled)).to_contain_text("Belum terkirim: sambungan terputus.")
    expect(panel(filled)).to_contain_text("Kami kirim lagi otomatis dalam")
    kept = typed(filled)
    line.cut_after = None

    assert (arrived(filled), kept) == ((1, 1), KEPT)
    assert unexpected(windows, "net::ERR_") == []


def test_report_waits_for_the_connection_and_goes_out_by_itself(filled, windows):
    filled.context.set_offline(True)

    press(filled, SEND)
    expect(panel(filled)).to_contain_text("Belum terkirim: tidak ada sambungan.")
    expect(panel(filled)).to_contain_text("Tulisan dan gambar Anda masih di sini.")
    kept = typed(filled)
    filled.context.set_offline(False)

    assert (arrived(filled), kept) == ((1, 1), KEPT)
    assert unexpected(windows, "net::ERR_INTERNET_DISCONNECTED") == []


def test_lost_answer_and_another_try_are_one_ticket(filled, line, windows):
    line.loses_answers = True

    press(filled, SEND)
    expect(panel(filled)).to_contain_text("Belum terkirim: sambungan terputus.")
    made = Ticket.objects.count()
    line.loses_answers = False
    press(filled, "Kirim lagi")

    assert made == 1
    assert arrived(filled) == (1, 1)
    assert Ticket.objects.get().reference in filled.url
    assert unexpected(windows, "net::ERR_") == []


def test_failing_server_is_asked_again_after_a_while(filled, windows, monkeypatch):
    submit, failures = intake.submit_ticket, [OperationalError("away")]

    def submit_at_second_try(submission):
        if failures:
            raise failures.pop()
        return submit(submission)

    monkeypatch.setattr(intake, "submit_ticket", submit_at_second_try)
    monkeypatch.setattr(intake, "RETRY_AFTER", 7)

    press(filled, SEND)
    expect(panel(filled)).to_contain_text("ada gangguan di pihak kami")
    expect(panel(filled)).to_contain_text("dalam 7 detik")
    kept = typed(filled)

    assert (arrived(filled), kept) == ((1, 1), KEPT)
    assert unexpected(windows, "503 (Service Unavailable)") == []


def test_who_writes_on_is_not_sent_by_surprise(filled, line, windows):
    line.cut_after = 100_000
    press(filled, SEND)
    expect(panel(filled)).to_contain_text("otomatis dalam")

    filled.fill("[name=description]", "kode otp ga masuk, ada satu hal lagi")

    expect(panel(filled).locator("[data-next]")).to_have_text("Tekan “Kirim lagi” kalau sudah siap.")
    line.cut_after = None
    press(filled, "Kirim lagi")
    assert arrived(filled) == (1, 1)
    assert Ticket.objects.get().description == "kode otp ga masuk, ada satu hal lagi"
    assert unexpected(windows, "net::ERR_") == []


def test_picture_that_is_being_covered_does_not_go_out_uncovered(page, line, windows):
    fill_in(page)
    choose(page, layar_png=images.png(images.photograph((500, 400))))
    line.cut_after = 100_000
    press(page, SEND)
    expect(panel(page)).to_contain_text("otomatis dalam")
    line.cut_after = None

    page.get_by_role("button", name="Tutupi bagian layar.png").click()
    page.wait_for_timeout(6_000)  # the time of the first try

    assert Ticket.objects.count() == 0
    expect(page.locator("#cover")).to_be_visible()
    assert unexpected(windows, "net::ERR_") == []


def test_upload_shows_its_progress_and_is_stopped_without_loss(filled, line, windows):
    # The system takes megabytes ahead of the line, and the browser calls them sent.
    filled.get_by_role("button", name="Hapus layar.gif").click()
    choose(filled, layar_gif=images.gif() + b"\0" * 8_000_000)
    line.pace = 150_000
    filled.evaluate(
        """() => {
          window.said = [];
          const place = document.querySelector('[data-panel] [data-said]');
          new MutationObserver(() => window.said.push(place.textContent)).observe(place, { childList: true });
        }"""
    )

    press(filled, SEND)
    expect(panel(filled)).to_be_focused()
    expect(filled.get_by_role("progressbar")).to_be_visible()
    press(filled, "Batal")

    expect(panel(filled)).to_contain_text("Dihentikan. Tidak ada yang hilang.")
    expect(filled.get_by_role("button", name=SEND)).to_be_focused()
    assert typed(filled) == KEPT
    assert Ticket.objects.count() == 0
    said = filled.evaluate("window.said")
    assert (said[0], said[-1]) == ("Mengirim…", "Dihentikan. Tidak ada yang hilang.")
    line.pace = None
    press(filled, SEND)
    assert arrived(filled) == (1, 1)
    assert unexpected(windows) == []


def test_progress_is_told_at_half_and_at_the_end(windows, line):
    page = windows.open(locale="id-ID")
    page.add_init_script(
        """document.addEventListener('DOMContentLoaded', () => {
          const place = document.querySelector('[data-panel] [data-said]');
          let said = '';
          const keep = () => sessionStorage.setItem('said', said += `${place.textContent}|`);
          if (place) new MutationObserver(keep).observe(place, { childList: true });
          document.addEventListener('kaya:sent', () => sessionStorage.setItem('event', 'heard'));
        });"""
    )
    page.goto(line.url)
    fill_in(page)
    choose(page, layar_gif=images.gif() + b"\0" * 9_500_000)
    line.pace = 10_000_000

    press(page, SEND)
    page.wait_for_url("**/tiket/**")

    said = page.evaluate("sessionStorage.getItem('said')").split("|")
    assert said == [
        "Mengirim…",
        "Sudah terkirim setengah.",
        "Semua terkirim. Menunggu jawaban…",
        "Terkirim. Halaman laporan Anda dibuka.",
        "",
    ]
    assert page.evaluate("sessionStorage.getItem('event')") == "heard"
    assert unexpected(windows) == []


def test_double_click_and_two_presses_of_enter_send_once(filled, line, windows):
    filled.get_by_role("button", name=SEND).dblclick()

    assert arrived(filled) == (1, 1)
    filled.goto(line.url)
    fill_in(filled)
    filled.focus("[name=contact]")
    filled.keyboard.press("Enter")
    filled.keyboard.press("Enter")
    filled.wait_for_url("**/tiket/**")

    assert (line.posted.count("/"), Ticket.objects.count()) == (2, 2)
    assert unexpected(windows) == []


def test_advice_stands_once_after_an_answer(page, model):
    page.check("[name=situation][value=self_slow_browser]")
    expect(page.locator(".help")).to_have_count(1)
    press(page, SEND)
    expect(page.locator("#errors")).to_be_focused()

    page.check("[name=situation][value=self_spam_folder]")
    expect(page.locator(".help")).to_contain_text("spam")

    assert page.locator(".help").count() == 1
    assert page.locator(".help-slot").count() == 2


def test_errors_come_onto_the_page_and_go_from_it(page, windows):
    page.fill("[name=contact]", "budi@contoh.id")
    choose(page, layar_gif=LARGE_GIF)

    press(page, SEND)

    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#id_description_error")).to_be_visible()
    expect(page.locator("[name=description]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=description]")).to_have_attribute(
        "aria-describedby", "id_description_helptext id_description_error"
    )
    assert page.title().startswith("Kesalahan:")
    assert page.locator("[data-lost]").count() == 0
    assert typed(page) == KEPT

    fill_in(page)
    page.fill("[name=contact]", "budi@")
    press(page, SEND)

    expect(page.locator("#errors li")).to_have_count(1)
    expect(page.locator("#id_description_error")).to_have_count(0)
    assert page.get_attribute("[name=description]", "aria-invalid") is None
    assert page.locator("#errors").count() == 1

    page.fill("[name=contact]", "budi@contoh.id")
    press(page, SEND)
    assert arrived(page) == (1, 1)
    assert unexpected(windows, "422 (Unprocessable Entity)") == []


def test_refused_picture_is_named_and_the_others_stay(page, windows):
    fill_in(page)
    choose(page, layar_png=images.png(), palsu_png=b"no picture at all")

    press(page, SEND)

    expect(page.locator("#id_screenshots_error")).to_contain_text("“palsu.png” bukan gambar")
    assert held(page) == ["layar.png", "palsu.png"]
    page.get_by_role("button", name="Hapus palsu.png").click()
    press(page, SEND)
    assert arrived(page) == (1, 1)
    assert unexpected(windows, "422 (Unprocessable Entity)") == []


def test_expired_check_costs_one_more_press(filled, windows):
    filled.context.clear_cookies()

    press(filled, SEND)

    expect(filled.locator("#notice")).to_be_focused()
    expect(filled.locator("#notice")).to_contain_text("Silakan kirim lagi.")
    assert typed(filled) == KEPT
    press(filled, SEND)
    assert arrived(filled) == (1, 1)
    assert unexpected(windows, "403 (Forbidden)") == []


def test_form_that_was_open_too_long_gets_a_new_token(filled, windows, monkeypatch):
    monkeypatch.setattr(form_token, "MAX_AGE", -form_token.MAX_AGE)
    press(filled, SEND)
    expect(filled.locator("#notice")).to_contain_text("terlalu lama")
    monkeypatch.undo()

    press(filled, SEND)

    assert arrived(filled) == (1, 1)
    # The old token got no advice either.
    assert unexpected(windows, "400 (Bad Request)", "403 (Forbidden)") == []


def test_throttled_report_stays_on_the_page(filled, windows, monkeypatch):
    monkeypatch.setattr("tickets.web.report.allow_intake", lambda request: 120)

    press(filled, SEND)

    expect(filled.locator("#notice")).to_contain_text("Mohon tunggu sebentar")
    assert typed(filled) == KEPT
    assert Ticket.objects.count() == 0
    assert unexpected(windows, "429 (Too Many Requests)") == []


def test_page_that_is_not_ours_is_told_in_its_words(filled, windows):
    answer = "<main><h1>Terlalu besar</h1><p>Kirim lebih sedikit gambar.</p></main>"
    filled.route(
        "**/*",
        lambda route: (
            route.fulfill(status=413, content_type="text/html", body=answer)
            if route.request.method == "POST"
            else route.continue_()
        ),
    )

    press(filled, SEND)

    expect(panel(filled)).to_contain_text("Terlalu besar")
    expect(panel(filled)).to_contain_text(
        "Tulisan dan gambar Anda masih di sini. Kirim lebih sedikit gambar."
    )
    assert typed(filled) == KEPT
    assert unexpected(windows, "413 (Request Entity Too Large)", "413 (Payload Too Large)") == []


def test_leaving_is_asked_about_only_while_something_is_sent(filled, line, windows):
    asked = "() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    before = filled.evaluate(asked)
    line.pace = 100_000
    press(filled, SEND)
    during = filled.evaluate(asked)
    press(filled, "Batal")

    assert (before, during, filled.evaluate(asked)) == (False, True, False)
    assert unexpected(windows) == []


def test_way_back_leads_to_a_form_that_can_be_sent(filled, windows):
    press(filled, SEND)
    arrived(filled)

    filled.go_back()

    expect(filled.get_by_role("button", name=SEND)).to_be_enabled()
    expect(filled.locator("[name=description]")).to_have_value(
        "kode otp ga masuk2 udah 20 menit, udah cek spam"
    )
    assert (
        filled.evaluate("[...document.getElementById('report').children].some((each) => each.inert)") is False
    )
    filled.fill("[name=description]", "ini masalah yang lain sekali")
    filled.fill("[name=signup_hour]", "14.30")  # not brought back: autocomplete="off"
    press(filled, SEND)
    filled.wait_for_url("**/tiket/**")
    assert Ticket.objects.count() == 2
    assert unexpected(windows) == []


def test_addition_past_a_lost_answer_is_added_once_and_thanked_for(windows, line):
    ticket = TicketFactory(open=True)
    page = windows.open(locale="id-ID")
    page.goto(line.url + links.status_path(ticket))
    page.fill("[name=body]", "sudah coba lagi, tetap gagal")
    choose(page, layar_gif=LARGE_GIF)
    line.loses_answers = True

    press(page, ADD)
    expect(panel(page)).to_contain_text("Belum terkirim: sambungan terputus.")
    line.loses_answers = False
    press(page, "Kirim lagi")

    expect(page.locator("main")).to_contain_text("sudah coba lagi, tetap gagal", timeout=SOON)
    assert (Message.objects.count(), Screenshot.objects.count()) == (1, 1)
    expect(page.locator("[name=body]")).to_have_value("")
    assert unexpected(windows, "net::ERR_") == []


def test_addition_without_words_is_asked_for_them_beside_the_form(windows, live_server):
    page = windows.open(locale="id-ID")
    page.goto(links.status_path(TicketFactory(open=True)))

    press(page, ADD)

    expect(page.locator("section #errors")).to_be_focused()
    expect(page.locator("#id_body_error")).to_be_visible()
    assert unexpected(windows, "422 (Unprocessable Entity)") == []


def test_report_is_completed_past_an_error(windows, live_server):
    ticket = TicketFactory(
        held=True, channel="email", signup_precision="unknown", signed_up_at=None, device=""
    )
    page = windows.open(locale="id-ID")
    page.goto(f"{links.status_path(ticket)}lengkapi/")

    press(page, "Simpan")
    expect(page.locator("#errors")).to_be_focused()
    page.check("[name=signup_day][value=yesterday]")
    page.fill("[name=signup_hour]", "14.30")
    press(page, "Simpan")

    expect(page.get_by_text("Terima kasih. Laporan Anda sekarang lengkap.")).to_be_visible()
    assert Ticket.objects.get().signup_precision == "minute"
    assert unexpected(windows, "422 (Unprocessable Entity)") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_used_by_everybody(windows, line, scheme):
    # axe brings a style of its own, which our policy refuses.
    screen = {**PHONE, "viewport": {"width": 360, "height": 740}}
    page = windows.open(**screen, color_scheme=scheme, bypass_csp=True)
    page.goto(line.url)
    found = {}

    def look(state):
        page.wait_for_timeout(200)  # colours that fade in
        found[state] = faults(page, screen)

    choose(page, layar_gif=LARGE_GIF)
    press(page, SEND)
    expect(page.locator("#errors")).to_be_focused()
    look("refused")
    fill_in(page)
    line.pace = 50_000
    press(page, SEND)
    look("sending")
    press(page, "Batal")
    look("stopped")
    line.pace, line.cut_after = None, 100_000
    press(page, SEND)
    expect(panel(page)).to_contain_text("otomatis dalam")
    look("cut")

    assert found == {state: [] for state in found}
