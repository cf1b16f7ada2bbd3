"""Nothing typed at the desk is lost: a browser, a server, and what may come between them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tests.processes import until
from tickets import desk, drafts, presence
from tickets.models import Presence

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PASSWORD = "rahasia-sekali-123"
TYPED = "Halo Budi, kodenya sudah kami kirim ulang."
QUEUE = reverse("admin:tickets_ticket_changelist")
Open = Callable[..., Page]


@pytest.fixture(autouse=True)
def asked_often(monkeypatch) -> None:
    monkeypatch.setattr(presence, "POLL", timedelta(seconds=1))


@pytest.fixture
def rina():
    return AgentFactory(username="rina", role="agent")


@pytest.fixture
def andi():
    return AgentFactory(username="andi", first_name="Andi", role="agent")


@pytest.fixture
def ticket():
    return TicketFactory(open=True)


@pytest.fixture
def open_window(windows) -> Open:
    """Open the desk as somebody who has signed in before."""

    def open_as(user, path: str) -> Page:
        page = windows.open(user=user, locale="id-ID")
        page.goto(path)
        return page

    return open_as


def sign_in(page: Page, user) -> None:
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url("**/change/")


def of(ticket) -> str:
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def kept(ticket, user) -> str:
    draft = drafts.read(ticket, by=user)
    return draft.body if draft else ""


def box(page: Page):
    return page.locator("#reply-body")


def test_killed_page_has_its_text_again(open_window, rina, ticket):
    page = open_window(rina, of(ticket))
    box(page).fill(TYPED)
    expect(page.get_by_text("Draf disimpan")).to_be_visible()

    context = page.context
    page.close()  # without a word to the page
    again = context.new_page()
    again.goto(page.url)

    expect(box(again)).to_have_value(TYPED)
    expect(again.get_by_text("Draf dipulihkan, disimpan")).to_be_visible()


def test_page_that_is_left_saves_at_once(open_window, rina, ticket):
    page = open_window(rina, of(ticket))
    box(page).fill(TYPED)

    page.goto(page.url.replace(of(ticket), QUEUE))

    until(lambda: kept(ticket, rina) == TYPED, within=5, what="the draft is saved")
    page.reload()
    expect(page.get_by_text("draf", exact=True)).to_be_visible()


def test_ended_session_keeps_the_text_until_one_is_back(open_window, rina, ticket):
    page = open_window(rina, of(ticket))
    Session.objects.all().delete()
    box(page).fill(TYPED)
    expect(page.get_by_text("Anda sudah keluar. Teksnya aman di jendela ini.")).to_be_visible()

    page.on("dialog", lambda dialog: dialog.accept())  # "leave the page?"
    page.reload()
    sign_in(page, rina)

    expect(box(page)).to_have_value(TYPED)
    until(lambda: kept(ticket, rina) == TYPED, within=5, what="the draft is saved")


def test_sign_in_in_another_tab_lets_the_page_go_on(open_window, rina, ticket):
    page = open_window(rina, of(ticket))
    Session.objects.all().delete()
    box(page).fill(TYPED)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Masuk lagi di tab baru").click()

    tab = opened.value
    sign_in(tab, rina)
    tab.close()
    box(page).press_sequentially(" Salam")

    until(lambda: kept(ticket, rina) == TYPED + " Salam", within=5, what="the draft is saved")
    page.get_by_role("button", name="Balas dan tunggu").click()
    page.get_by_text("Balasan Anda").wait_for()
    assert ticket.messages.get().body == TYPED + " Salam"


def test_reply_pressed_after_the_session_has_ended_is_not_lost(open_window, rina, ticket):
    page = open_window(rina, of(ticket))
    Session.objects.all().delete()
    box(page).fill(TYPED)
    page.get_by_role("button", name="Balas dan tunggu").click()
    expect(page.get_by_label("Yang sudah Anda ketik")).to_have_value(TYPED)
    page.get_by_role("link", name="Masuk lagi").click()
    sign_in(page, rina)

    expect(box(page)).to_have_value(TYPED)
    assert ticket.messages.count() == 0


def test_cut_network_is_said_and_made_up_for(open_window, rina, ticket):
    page = open_window(rina, of(ticket))
    page.context.set_offline(True)
    box(page).fill(TYPED)
    expect(page.get_by_text("tidak ada sambungan")).to_be_visible()

    page.context.set_offline(False)

    until(lambda: kept(ticket, rina) == TYPED, within=5, what="the draft is saved")
    expect(page.get_by_text("tidak ada sambungan")).to_be_hidden()


def test_reply_sent_into_a_cut_network_is_back_in_the_box(open_window, rina, ticket, live_server):
    page = open_window(rina, of(ticket))
    box(page).fill(TYPED)
    page.context.set_offline(True)
    page.get_by_role("button", name="Balas dan tunggu").click()
    page.wait_for_url("chrome-error://**", wait_until="commit")

    page.context.set_offline(False)
    page.goto(live_server.url + of(ticket))

    expect(box(page)).to_have_value(TYPED)


def test_sent_reply_does_not_come_back(open_window, rina, ticket):
    page = open_window(rina, of(ticket))
    box(page).fill(TYPED)  # too fresh for a draft of it
    page.get_by_role("button", name="Balas dan tunggu").click()
    page.get_by_text("Balasan Anda").wait_for()
    page.reload()

    expect(box(page)).to_have_value("")
    assert (ticket.messages.count(), kept(ticket, rina)) == (1, "")


def test_ticket_taken_meanwhile_is_told_and_reloading_keeps_the_text(open_window, rina, andi, ticket):
    page = open_window(rina, of(ticket))
    box(page).fill(TYPED)
    MessageFactory(ticket=ticket)
    desk.take(ticket, by=andi)
    expect(page.get_by_text("Ada tulisan baru. Tiket kini dipegang Andi.")).to_be_visible()

    page.get_by_role("link", name="Muat ulang").click()

    expect(page.get_by_text("Andi mengerjakan ini")).to_be_visible()
    expect(box(page)).to_have_value(TYPED)
    expect(page.get_by_text("Ada tulisan baru.")).to_be_hidden()


def test_two_who_write_at_once_see_it_without_reloading(open_window, rina, andi, ticket):
    hers, his = open_window(rina, of(ticket)), open_window(andi, of(ticket))
    expect(hers.get_by_text("Andi sedang membuka tiket ini")).to_be_visible()

    box(hers).press_sequentially("Halo")
    box(his).press_sequentially("Selamat siang")

    expect(hers.get_by_text("Andi juga sedang menulis balasan")).to_be_visible()
    expect(his.get_by_text("Rina juga sedang menulis balasan")).to_be_visible()
    his.get_by_role("button", name="Balas dan tunggu").click()
    expect(his.get_by_role("alert")).to_contain_text("Rina")
    his.get_by_role("button", name="Balas dan tunggu").click()
    his.get_by_text("Balasan Anda").wait_for()
    assert [message.body for message in ticket.messages.all()] == ["Selamat siang"]


def test_who_leaves_is_gone_at_once(open_window, rina, andi, ticket):
    page = open_window(andi, of(ticket))
    until(lambda: Presence.objects.running().exists(), within=5, what="Andi is here")

    page.goto(page.url.replace(of(ticket), QUEUE))

    until(lambda: not Presence.objects.running().exists(), within=5, what="Andi has left")


def test_other_window_overwrites_nothing_and_can_add_it(open_window, rina, ticket):
    page = open_window(rina, of(ticket))
    other = page.context.new_page()
    other.goto(page.url)
    box(other).fill("dari jendela lain")
    expect(other.get_by_text("Draf disimpan")).to_be_visible()
    box(page).fill(TYPED)
    expect(page.get_by_text("Di jendela lain ada draf yang lebih baru")).to_be_visible()
    assert kept(ticket, rina) == "dari jendela lain"

    page.get_by_role("button", name="Tambahkan di bawah").click()

    until(lambda: kept(ticket, rina) == f"{TYPED}\n\ndari jendela lain", within=5, what="both are saved")


def test_draft_that_was_thrown_away_can_be_brought_back(open_window, rina, ticket):
    drafts.save(ticket, body=TYPED, is_note=False, page="a", base="", by=rina)
    page = open_window(rina, of(ticket))
    page.get_by_role("button", name="Buang draf").click()
    until(lambda: kept(ticket, rina) == "", within=5, what="the draft is gone")

    page.get_by_role("button", name="Urungkan").click()

    expect(box(page)).to_have_value(TYPED)
    until(lambda: kept(ticket, rina) == TYPED, within=5, what="the draft is back")


def test_nothing_of_it_breaks_the_content_security_policy(open_window, windows, rina, andi, ticket):
    page = open_window(rina, of(ticket))
    presence.renew(ticket.pk, is_writing=True, by=andi)
    box(page).fill(TYPED)
    expect(page.get_by_text("Draf disimpan")).to_be_visible()
    expect(page.get_by_text("Andi juga sedang menulis balasan")).to_be_visible()

    assert windows.complaints == []
