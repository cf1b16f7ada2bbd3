"""Help beside the form in a real browser: picked, typed, by keyboard, without a script, on a small screen."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tickets.models import SolvedDay, Ticket

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("model"),
]

SMALL = {"viewport": {"width": 360, "height": 740}, "locale": "id-ID", "timezone_id": "Asia/Jakarta"}
CODE = "Kode atau email tidak masuk"
SLOW = "Halaman lambat atau macet"


@pytest.fixture
def page(windows):
    page = windows.open(**SMALL)
    page.goto("/")
    return page


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def sign_up(page, *, minutes):
    """Fill in a signup of some minutes ago."""
    ago = timezone.localtime() - timedelta(minutes=minutes)
    page.get_by_label("Hari ini" if ago.date() == timezone.localdate() else "Kemarin").check()
    page.get_by_label("Jam", exact=True).fill(f"{ago:%H.%M}")


def test_pick_and_time_bring_the_card_in_place_and_boxes_take_steps_away(page, windows):
    page.get_by_label(CODE).check()
    sign_up(page, minutes=3)

    card = page.locator(".help")
    expect(card).to_contain_text("Tunggu sampai")
    expect(page.locator("[data-place=situation] .help")).to_have_count(1)
    expect(page.locator(".read-back")).to_contain_text("WIB")
    expect(page.locator("#help-said")).to_contain_text("Coba ini dulu")

    page.get_by_label("Sudah menunggu minimal 10 menit").check()

    expect(card).to_contain_text("Petugas kami akan membantu")
    expect(card).not_to_contain_text("Tunggu sampai")
    assert overflow(page) == 0
    assert windows.complaints == []


def test_card_follows_the_typing_and_moves_nothing_under_the_hand(page):
    page.get_by_label(CODE).check()
    sign_up(page, minutes=3)
    card = page.locator(".help", has_text="Tunggu sampai")
    card.wait_for()
    words = page.get_by_label("Ceritakan kejadiannya")
    words.click()
    before = words.bounding_box()["y"]

    words.press_sequentially("kode otp belum masuk, sudah saya tunggu setengah jam", delay=5)
    page.locator(".help", has_text="Petugas kami akan membantu").wait_for(timeout=2000)

    assert abs(words.bounding_box()["y"] - before) <= 1


def test_words_alone_bring_the_card_under_the_words(page, windows):
    page.get_by_label("Ceritakan kejadiannya").fill("halaman pendaftarannya lambat sekali, loading terus")

    expect(page.locator("[data-place=description] .help")).to_contain_text("Coba ini dulu")
    expect(page.locator(".help")).to_have_count(1)
    assert windows.complaints == []


def test_questions_follow_the_situation(page):
    when, tried = page.locator(".when"), page.locator(".tried")
    expect(when).to_be_visible()

    page.get_by_label("Dibilang “sudah terdaftar”").check()
    expect(when).to_be_hidden()
    expect(tried).to_be_hidden()

    page.get_by_label(CODE).check()
    expect(when).to_be_visible()
    expect(tried.get_by_label("Sudah melihat folder spam dan promosi")).to_be_visible()
    expect(tried.get_by_label("Sudah mencoba perangkat, browser, atau jaringan lain")).to_be_hidden()


def test_whole_way_by_keyboard_ends_as_a_success(page, windows):
    page.keyboard.press("Tab")
    first = page.locator("[name=situation]").first
    for _ in range(20):
        if first.evaluate("it => it === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    sign_up(page, minutes=2)
    page.locator(".help", has_text="Tunggu sampai").wait_for()
    page.locator("#help-done").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Senang bisa membantu")).to_be_visible()
    page.reload()
    assert list(SolvedDay.objects.values_list("category", "number")) == [("self_otp_waiting", 1)]
    assert Ticket.objects.count() == 0
    assert windows.complaints == []


def test_back_brings_the_text_and_the_same_form_counts_once(page):
    page.get_by_label("Ceritakan kejadiannya").fill("halaman pendaftarannya lambat sekali, loading terus")
    page.locator("#help-done").click()
    page.get_by_role("heading", name="Senang bisa membantu").wait_for()
    page.go_back()

    expect(page.get_by_label("Ceritakan kejadiannya")).to_have_value(
        "halaman pendaftarannya lambat sekali, loading terus"
    )
    page.locator("#help-done").click()
    page.get_by_role("heading", name="Senang bisa membantu").wait_for()
    assert SolvedDay.objects.get().number == 1


def test_failing_advice_hinders_nothing(page, windows):
    page.route("**/saran/", lambda route: route.abort())
    page.get_by_label(SLOW).check()
    page.get_by_label("Ceritakan kejadiannya").fill("halaman lambat terus dari tadi")
    page.get_by_label("Email atau nomor HP yang Anda daftarkan").fill("budi@contoh.id")
    page.get_by_role("button", name="Kirim laporan").click()

    page.wait_for_url("**/tiket/**")
    assert Ticket.objects.get().situation == "self_slow_browser"


def test_impossible_time_is_asked_about_while_it_is_typed(page):
    page.get_by_label("Tanggal lain").check()
    page.get_by_label("Tanggal", exact=True).fill("1-1-2090")
    page.get_by_label("Jam", exact=True).fill("10.00")

    expect(page.locator("[data-slot=when]")).to_contain_text(
        "Waktu itu belum tiba: 1 Januari 2090 pukul 10.00 WIB"
    )
    page.get_by_label("Ya, betul").check()
    page.get_by_label("Ceritakan kejadiannya").fill("kode otp belum masuk")
    page.get_by_label("Email atau nomor HP yang Anda daftarkan").fill("budi@contoh.id")
    page.get_by_role("button", name="Kirim laporan").click()

    page.wait_for_url("**/tiket/**")
    assert Ticket.objects.get().signup_claim == "2090-01-01T10:00"


def test_without_a_script_a_button_shows_the_advice_and_keeps_the_text(windows):
    page = windows.open(java_script_enabled=False, **SMALL)
    page.goto("/")
    page.get_by_label(SLOW).check()
    page.get_by_label("Ceritakan kejadiannya").fill("lambat sekali, loading terus")
    page.get_by_role("button", name="Lihat saran dulu").click()

    expect(page.locator(".help")).to_contain_text("Coba ini dulu")
    expect(page.get_by_label("Ceritakan kejadiannya")).to_have_value("lambat sekali, loading terus")
    expect(page.get_by_label(SLOW)).to_be_checked()
    assert overflow(page) == 0

    page.get_by_role("button", name="Ini membantu, selesai").click()

    expect(page.get_by_role("heading", name="Senang bisa membantu")).to_be_visible()
    assert SolvedDay.objects.get().category == "self_slow_browser"


@pytest.mark.parametrize("width", [320, 1280])
def test_card_fits_beside_or_in_place(windows, width):
    page = windows.open(viewport={"width": width, "height": 800}, locale="id-ID", timezone_id="Asia/Jakarta")
    page.goto("/")
    page.get_by_label(CODE).check()
    page.locator(".help").wait_for()

    form, card = page.locator("#report").bounding_box(), page.locator(".help").bounding_box()
    is_beside = card["x"] >= form["x"] + form["width"]
    assert is_beside == (width == 1280)
    assert overflow(page) == 0
    assert page.locator("#help-done").bounding_box()["height"] >= 44
    assert windows.complaints == []
