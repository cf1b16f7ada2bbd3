"""What the desk's scripts do on the ticket page and in the queue, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browsers import PHONE
from tests.factories import AgentFactory, AssessmentFactory, MacroFactory, ReadingFactory, TicketFactory
from tickets.models import AgentProfile, Message
from tickets.models.message import MessageKind

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "kode otp ga masuk2"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="2000"></svg>'


@pytest.fixture
def agent(transactional_db):
    return AgentFactory(username="rina", role="agent")


@pytest.fixture
def ticket(agent):
    ticket = TicketFactory(open=True, description=TEXT)
    AssessmentFactory(ticket=ticket)
    MacroFactory(
        key="kirim",
        title="Kirim kode",
        category=ticket.category,
        position=0,
        after="resolve",
        body_id="Halo {agent}.",
    )
    return ticket


@pytest.fixture(autouse=True)
def no_complaints(windows) -> Iterator[None]:
    yield
    assert windows.complaints == []


@pytest.fixture
def desk(windows, agent) -> Page:
    return windows.open(user=agent, locale="id-ID")


def address(ticket) -> str:
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def box(page: Page):
    return page.locator("#reply-body")


def test_slash_opens_the_list_and_enter_puts_the_reply_in(desk, ticket):
    desk.goto(address(ticket))
    box(desk).focus()

    desk.keyboard.press("/")
    search = desk.get_by_role("combobox", name="Balasan siap pakai")
    expect(search).to_be_focused()
    expect(desk.locator("#canned").get_by_role("option").first).to_contain_text("Kirim kode")
    desk.keyboard.type("kode")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("#canned").get_by_role("option", selected=True)).to_contain_text("Kirim kode")
    desk.keyboard.press("Enter")

    expect(box(desk)).to_have_value("Halo Rina.")
    expect(box(desk)).to_be_focused()
    desk.keyboard.press("Control+z")
    expect(box(desk)).to_have_value("")


def test_slash_is_a_slash_inside_a_line_and_after_escape(desk, ticket):
    desk.goto(address(ticket))
    box(desk).focus()

    desk.keyboard.type("24/7")
    desk.keyboard.press("Enter")
    desk.keyboard.press("/")
    expect(desk.locator("#canned")).to_be_visible()
    desk.keyboard.press("Escape")

    expect(box(desk)).to_have_value("24/7\n/")
    expect(box(desk)).to_be_focused()


def test_list_says_when_nothing_fits(desk, ticket):
    desk.goto(address(ticket))

    desk.get_by_role("button", name="Balasan siap pakai").click()
    desk.keyboard.type("zzzz")

    expect(desk.locator("#canned").get_by_role("status")).to_have_text("Tidak ada balasan dengan kata itu.")
    expect(desk.locator("#canned").get_by_role("option")).to_have_count(0)


def test_suggestion_fills_the_box_and_brings_its_button_forward(desk, ticket):
    desk.goto(address(ticket))
    desk.evaluate("window.heard = 0; document.addEventListener('input', () => window.heard++)")

    desk.get_by_role("button", name="Saran: Kirim kode").click()

    expect(box(desk)).to_have_value("Halo Rina.")
    expect(desk.get_by_role("button", name="Balas dan selesaikan")).to_have_class(
        re.compile("button--primary")
    )
    assert desk.evaluate("window.heard") >= 1


def test_note_switch_shows_only_what_notes_need(desk, ticket):
    desk.goto(address(ticket))
    box(desk).fill("Telkomsel")

    desk.keyboard.press("Escape")
    desk.keyboard.press("i")

    expect(box(desk)).to_be_focused()
    expect(desk.get_by_role("button", name="Balas dan tunggu")).to_be_hidden()
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("status")).to_contain_text("Catatan tersimpan")
    assert Message.objects.get().kind == MessageKind.NOTE


def test_preview_shows_the_mail_and_sends_nothing(desk, ticket):
    desk.goto(address(ticket))
    box(desk).fill("Kode sudah kami kirim.")

    desk.get_by_role("button", name="Pratinjau").click()

    mail = desk.frame_locator("iframe[name=reply-preview]")
    expect(mail.get_by_text("Kode sudah kami kirim.")).to_be_visible()
    desk.get_by_role("button", name="Tutup").locator("visible=true").click()
    expect(box(desk)).to_have_value("Kode sudah kami kirim.")
    assert not Message.objects.exists()


def test_question_mark_lists_the_keys_and_the_switch_turns_them_off(desk, ticket, agent):
    desk.goto(address(ticket))

    desk.keyboard.press("?")
    keys = desk.locator("#shortcuts dl")
    expect(keys).to_contain_text("Tulis balasan")
    desk.get_by_role("switch").uncheck()
    expect(desk.locator("#shortcuts").get_by_role("status")).to_contain_text("Pintasan mati")
    desk.keyboard.press("Escape")
    desk.keyboard.press("r")
    expect(box(desk)).not_to_be_focused()
    desk.reload()
    desk.keyboard.press("?")
    expect(desk.locator("#shortcuts")).to_be_hidden()

    assert AgentProfile.objects.get(user=agent).has_shortcuts is False


def test_keys_rest_while_something_is_typed(desk, ticket):
    desk.goto(address(ticket))
    box(desk).focus()

    desk.keyboard.type("rute?")

    expect(box(desk)).to_have_value("rute?")
    expect(desk.locator("#shortcuts")).to_be_hidden()


def test_queue_is_walked_with_j_and_k(desk, ticket):
    other = TicketFactory(open=True, description="kedua")
    desk.goto(reverse("admin:tickets_ticket_changelist"))

    for key in ("j", "j", "j", "k", "j"):
        desk.keyboard.press(key)
    expect(desk.get_by_role("link", name="kedua")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_contain_text(other.reference)
    desk.wait_for_load_state()  # or there is nobody yet to hear the key
    desk.keyboard.press("u")
    expect(desk.get_by_role("link", name=TEXT)).to_be_visible()
    desk.keyboard.press("/")
    expect(desk.get_by_role("searchbox")).to_be_focused()


def test_sequence_leads_to_the_queue(desk, ticket):
    desk.goto(address(ticket))

    desk.keyboard.press("g")
    desk.keyboard.press("q")

    expect(desk).to_have_url(re.compile(r"/desk/tickets/ticket/$"))


def test_screenshots_are_leafed_through(desk, ticket):
    for text in ("Email sudah terdaftar", "Selamat datang"):
        ReadingFactory(screenshot__ticket=ticket, text=text)
    # The pictures are rows only.
    desk.route("**/screenshots/**", lambda route: route.fulfill(content_type="image/svg+xml", body=PICTURE))
    desk.goto(address(ticket))

    desk.keyboard.press("z")
    zoom = desk.locator("#zoom")
    expect(zoom).to_contain_text("Email sudah terdaftar")
    desk.keyboard.press("ArrowRight")

    expect(zoom.get_by_role("heading")).to_have_text("Tangkapan layar 2 dari 2")
    expect(zoom).to_contain_text("Selamat datang")
    size = zoom.get_by_role("button", name="Ukuran asli")
    size.click()
    expect(size).to_have_attribute("aria-pressed", "true")


def test_every_face_of_the_page_can_be_used_by_everybody(windows, agent, ticket):
    # axe brings a style of its own, which our policy refuses.
    page = windows.open(user=agent, bypass_csp=True)
    faces = {"page": "", "note": "i", "keys": "?", "canned": "r/"}

    found = {}
    for name, keys in faces.items():
        page.goto(address(ticket))
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(300)
        found[name] = [each["id"] for each in Axe().run(page).response["violations"]]
    windows.complaints.clear()  # of what axe could not load

    assert found == {name: [] for name in faces}


def test_ticket_page_works_without_script(windows, agent, ticket):
    phone = windows.open(user=agent, **PHONE, java_script_enabled=False)
    phone.goto(address(ticket))

    box(phone).fill("Kak,")
    phone.get_by_role("button", name="Saran: Kirim kode").click()
    expect(box(phone)).to_have_value("Kak,\n\nHalo Rina.")
    phone.get_by_text("Catatan internal").first.click()
    phone.get_by_role("button", name="Simpan catatan").click()

    expect(phone.get_by_role("status")).to_contain_text("Catatan tersimpan")
