"""Hubungi Kami from the first key to the thank-you, as different people do it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browsers import PHONE
from tests.images import png
from tests.web.filling import fill_in
from tests.web.public_states import send
from tickets import pipeline
from tickets.models import Screenshot, Ticket
from tickets.models.ticket import Resolution, Status

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("model"),
]

PICTURE = {"name": "layar.png", "mimeType": "image/png", "buffer": png()}
PRESSES = 60  # Tabs from the first field to the last button, at most


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is asked for has the focus."""
    for _ in range(PRESSES):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement?.matches(wanted)", selector):
            return
    raise AssertionError(f"no way to {selector} by Tab")


def test_whole_journey_by_keyboard(windows):
    page = windows.open(viewport={"width": 1280, "height": 900})
    page.goto("/")

    tab_to(page, "[name=situation]")
    page.keyboard.press("Space")
    tab_to(page, "[name=signup_day]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=signup_hour]")
    page.keyboard.type("14.30")
    tab_to(page, "[name=description]")
    page.keyboard.type("kode otp ga masuk2 udah 20 menit, udah cek spam")
    tab_to(page, "[name=contact]")
    page.keyboard.type("budi@contoh.id")
    tab_to(page, "#report [data-send]")
    page.keyboard.press("Enter")
    expect(page.locator("#number")).to_be_visible()
    tab_to(page, "[name=body]")
    page.keyboard.type("Sekarang muncul E-4093.")
    tab_to(page, "#report button:not([type=button])")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_contain_text("E-4093")

    ticket = Ticket.objects.get()
    assert (ticket.registered_email, ticket.situation) == ("budi@contoh.id", "otp_not_received")
    assert ticket.messages.get().body == "Sekarang muncul E-4093."
    assert windows.complaints == []


def test_without_javascript_mistakes_are_mended_and_the_ticket_worked(windows):
    page = windows.open(java_script_enabled=False, **PHONE)
    page.goto("/")
    fill_in(page)
    page.fill("[name=contact]", "budi")
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.input_value("[name=description]").startswith("kode otp")

    page.fill("[name=contact]", "budi@contoh.id")
    page.set_input_files("[name=screenshots]", [PICTURE])
    send(page)
    ticket = Ticket.objects.get()
    expect(page.locator("#number")).to_have_text(ticket.reference)
    pipeline.triage(ticket.pk)
    page.fill("[name=body]", "Masih belum masuk.")
    page.click("#report button:not([type=button])")
    page.click("#fixed")

    ticket.refresh_from_db()
    assert Screenshot.objects.count() == 1
    assert ticket.messages.filter(kind="requester").get().body == "Masih belum masuk."
    assert (ticket.status, ticket.resolution) == (Status.RESOLVED, Resolution.REQUESTER)


def test_back_after_sending_brings_the_report_and_makes_no_second_ticket(windows):
    page = windows.open(**PHONE)
    page.goto("/")
    fill_in(page)
    send(page)
    expect(page.locator("#number")).to_be_visible()

    page.go_back()
    assert page.input_value("[name=description]").startswith("kode otp")
    send(page)
    expect(page.locator("#number")).to_have_text(Ticket.objects.get().reference)

    assert windows.complaints == []


def test_two_tabs_send_two_reports(windows):
    first = windows.open(**PHONE)
    second = first.context.new_page()
    for page, words in ((first, "kode otp tidak masuk"), (second, "formulir selalu ditolak")):
        page.goto("/")
        fill_in(page)
        page.fill("[name=description]", words)
    for page in (second, first):
        send(page)
        expect(page.locator("#number")).to_be_visible()

    assert set(Ticket.objects.values_list("description", flat=True)) == {
        "kode otp tidak masuk",
        "formulir selalu ditolak",
    }


def test_english_is_spoken_from_the_form_to_the_status_page(windows):
    page = windows.open(**PHONE)
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Contact us")
    fill_in(page)
    send(page)

    expect(page.locator("h1")).to_contain_text("Your report")
    assert page.get_attribute("html", "lang") == "en"
    assert Ticket.objects.get().language == "en"


def test_answer_comes_to_the_open_page_by_itself(windows):
    page = windows.open(**PHONE)
    page.goto("/")
    fill_in(page)
    send(page)
    expect(page.locator("[data-state=new]")).to_be_visible()

    pipeline.triage(Ticket.objects.get().pk)

    expect(page.locator("[data-state=open] + .answer")).to_be_visible(timeout=10_000)
    expect(page.locator("#announce")).to_contain_text("Kode verifikasi Anda sedang kami periksa")
    assert windows.complaints == []
