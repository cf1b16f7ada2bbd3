"""Proof of identity in a real browser: asked for, photographed and covered on a phone, looked at, decided."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests import images
from tests.browsers import PHONE
from tests.factories import AgentFactory, IdentityRequestFactory, TicketFactory
from tests.screen_checks import DESKTOP, SCREENS, faults, faults_under_a_thumb, speak
from tests.web.filling import choose, expect_prepared, press
from tickets import identity_files, identity_links, links
from tickets.models import IdentityFile, IdentityLook, IdentityRequest, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

COVER = (0x3D, 0x49, 0x56)
SMALL_PHONE = {**PHONE, "viewport": {"width": 360, "height": 740}, "locale": "id-ID"}


def desk_page(ticket):
    return f"/desk/tickets/ticket/{ticket.pk}/change/"


def test_proof_is_asked_for_sent_and_decided_about(windows):
    ticket = TicketFactory(open=True, category="account_restricted")
    agent = windows.open(user=AgentFactory(role="agent"), **DESKTOP)
    agent.goto(desk_page(ticket))
    agent.get_by_text("Minta bukti identitas", exact=True).click()
    assert faults(agent, DESKTOP) == []
    press(agent, "Kirim permintaan")
    expect(agent.locator("[aria-labelledby=side-identity] .badge")).to_have_text("Menunggu pelapor")

    phone = windows.open(**SMALL_PHONE)
    phone.goto(links.status_path(ticket))
    phone.get_by_role("link", name="Kirim gambar").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kirim bukti identitas")
    expect(phone.get_by_role("button", name="Ambil foto")).to_be_visible()
    choose(phone, depan_jpg=images.jpeg(images.photograph((1200, 800))), belakang_png=images.png())
    phone.locator("[data-do=cover]").first.click()
    expect(phone.locator("[data-picture]")).to_be_focused()
    phone.keyboard.press("Enter")
    expect(phone.locator("#cover [data-said]")).to_have_text("Bagian yang ditutup: 1.")
    press(phone, "Selesai")
    expect_prepared(phone)
    assert faults(phone, SMALL_PHONE) == []
    press(phone, "Kirim ke ketua tim kami")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Bukti identitas Anda sudah kami terima")
    assert faults(phone, SMALL_PHONE) == []

    agent.goto(desk_page(ticket))
    expect(agent.locator("[aria-labelledby=side-identity]")).to_contain_text("ketua tim memeriksa")
    assert faults(agent, DESKTOP) == []

    lead = windows.open(user=AgentFactory(role="lead", first_name="Sari"), **DESKTOP)
    lead.goto("/desk/tickets/ticket/")
    lead.get_by_role("link", name="Tampilkan").first.click()
    lead.get_by_role("link", name=ticket.reference).click()
    shown = lead.locator(".proof__picture img")
    expect(shown).to_have_count(2)
    for number in range(2):
        shown.nth(number).scroll_into_view_if_needed()
        assert shown.nth(number).evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    assert faults(lead, DESKTOP) == []
    lead.get_by_label("Sesuai", exact=True).check()
    press(lead, "Simpan keputusan")
    expect(lead.locator("main")).to_contain_text("memeriksa bukti identitas: sesuai")
    expect(lead.locator("main")).to_contain_text("melihat bukti identitas (2×)")

    assert IdentityRequest.objects.get().decision == "match"
    assert IdentityLook.objects.count() == 2
    assert covered(IdentityFile.objects.get(number=1))
    assert windows.complaints == []


def covered(file):
    picture = Image.open(io.BytesIO(identity_files.read(file.path))).convert("RGB")
    found = picture.getcolors(picture.width * picture.height)
    return any(all(abs(a - b) < 8 for a, b in zip(colour, COVER, strict=True)) for _count, colour in found)


def test_everything_works_without_a_script(windows):
    asked = IdentityRequestFactory()
    page = windows.open(**SMALL_PHONE, java_script_enabled=False)
    page.goto(identity_links.path_of(asked))

    page.set_input_files("[name=screenshots]", [])
    press(page, "Kirim ke ketua tim kami")
    expect(page.locator("#errors")).to_contain_text("Pilih dulu gambar kartu Anda.")
    page.set_input_files(
        "[name=screenshots]", {"name": "ktp.png", "mimeType": "image/png", "buffer": images.png()}
    )
    press(page, "Kirim ke ketua tim kami")

    expect(page.get_by_role("heading", level=1)).to_have_text("Bukti identitas Anda sudah kami terima")
    assert asked.files.count() == 1


def test_third_picture_is_not_taken(windows):
    page = windows.open(**SMALL_PHONE)
    page.goto(identity_links.path_of(IdentityRequestFactory()))

    choose(page, a_png=images.png(), b_jpg=images.jpeg(), c_gif=images.gif())

    expect(page.locator("[data-complaints]")).to_have_text(
        "Paling banyak 2 gambar. Tidak ditambahkan: “c.gif”."
    )
    expect(page.locator(".picture")).to_have_count(2)


def test_link_that_dies_while_the_page_is_open_says_so_there(windows):
    asked = IdentityRequestFactory()
    page = windows.open(**SMALL_PHONE)
    page.goto(identity_links.path_of(asked))
    choose(page, a_png=images.png())
    Ticket.objects.filter(pk=asked.ticket_id).update(status="spam", pending_since_at=None)

    press(page, "Kirim ke ketua tim kami")

    expect(page.locator("[data-failed]")).to_contain_text("Ini tidak diperlukan lagi")
    assert asked.files.count() == 0


@pytest.mark.parametrize("screen", SCREENS)
def test_states_of_the_card_are_sound(windows, album, screen):
    lead = AgentFactory(role="lead")
    ticket = TicketFactory(open=True, category="account_restricted")
    page = windows.open(user=lead, **SCREENS[screen])
    speak(page, SCREENS[screen])
    page.goto(desk_page(ticket))
    page.locator("[aria-labelledby=side-identity] summary").first.click()
    album.add(page, "identity-card-to-ask", screen)
    found = faults(page, SCREENS[screen])
    asked = IdentityRequestFactory(ticket=ticket, asked_by=lead)
    page.goto(desk_page(ticket))
    album.add(page, "identity-card-open", screen)
    found += faults(page, SCREENS[screen])
    IdentityRequest.objects.filter(pk=asked.pk).update(
        used_at=asked.created_at,
        discarded_at=asked.created_at,
        decision="mismatch",
        decided_at=asked.created_at,
    )
    IdentityLook.objects.create(request=asked, number=1, by=lead, ip_address="203.0.113.9")
    page.goto(desk_page(ticket))
    page.locator("[aria-labelledby=side-identity] summary").first.click()
    album.add(page, "identity-card-decided", screen)
    found += faults(page, SCREENS[screen])
    page.goto("/desk/tickets/identityrequest/")
    found += faults(page, SCREENS[screen])

    assert found == []


def test_page_is_no_wider_than_the_narrowest_screen(windows):
    page = windows.open(**SMALL_PHONE)
    page.goto(identity_links.path_of(IdentityRequestFactory()))

    assert faults_under_a_thumb(page) == []
