"""Screenshots before they are sent: chosen in every way, made smaller, put in order, covered."""

import pytest
from playwright.sync_api import expect

from tests import images
from tests.browsers import PHONE
from tests.factories import TicketFactory
from tests.screen_checks import faults
from tests.web.filling import (
    choose,
    drop,
    expect_prepared,
    fill_in,
    held,
    names,
    paste,
    photo,
    press,
    send,
    stored,
)
from tickets import links
from tickets.models import Screenshot, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MIB = 1024 * 1024
COVER = (0x3D, 0x49, 0x56)


@pytest.fixture
def page(windows):
    page = windows.open(locale="id-ID", viewport={"width": 1280, "height": 900})
    page.goto("/")
    yield page
    assert windows.complaints == []


def complaints(page):
    return page.locator("[data-complaints] p").all_inner_texts()


def card(page, name):
    return page.locator(".picture", has_text=name)


def test_choices_add_up_and_the_same_file_counts_once(page):
    choose(page, satu_png=images.png())
    modified = page.evaluate("document.querySelector('[name=screenshots]').files[0].lastModified")
    choose(page, dua_jpg=images.jpeg())
    page.evaluate(
        """(lastModified) => {
          const input = document.querySelector('[name=screenshots]');
          const held = new DataTransfer();
          held.items.add(new File([input.files[0]], 'satu.png', { type: 'image/png', lastModified }));
          input.files = held.files;
          input.dispatchEvent(new Event('change'));
        }""",
        modified,
    )

    assert names(page) == held(page) == ["satu.png", "dua.jpg"]
    assert complaints(page) == []


def test_files_that_do_not_fit_are_named_with_the_reason_and_cost_no_other(page):
    choose(
        page,
        satu_png=images.png(),
        catatan_pdf=images.PDF,
        raksasa_png=b"x" * (10 * MIB + 1),
        kosong_png=b"",
        dua_jpg=images.jpeg(),
    )

    assert held(page) == ["satu.png", "dua.jpg"]
    said = complaints(page)
    assert [line.split("”")[0] for line in said] == ["“catatan.pdf", "“kosong.png", "“raksasa.png"]
    assert "PNG, JPEG, WebP, GIF, atau HEIC" in said[0]
    assert "10 MB" in said[2]


def test_sixth_picture_is_named_and_left_out(page):
    choose(
        page, **{f"gambar{number}_png": images.png(images.screen((90 + number, 200))) for number in range(6)}
    )

    assert held(page) == [f"gambar{number}.png" for number in range(5)]
    assert complaints(page) == ["Paling banyak 5 gambar. Tidak ditambahkan: “gambar5.png”."]


def test_pictures_that_are_too_large_together_are_left_out(page):
    # No pictures: they stay as large as they are.
    choose(page, **{f"gambar{number}_png": bytes([65 + number]) * 9 * MIB for number in range(3)})

    assert held(page) == ["gambar0.png", "gambar1.png"]
    assert complaints(page) == ["Semua gambar paling besar 25 MB. Tidak ditambahkan: “gambar2.png”."]


def test_picture_dropped_anywhere_on_the_page_is_taken(page):
    assert drop(page, "[name=description]", satu_png=images.png())
    assert drop(page, "footer", dua_png=images.png(images.photograph()))

    expect_prepared(page)
    assert held(page) == ["satu.png", "dua.png"]


def test_pasted_picture_gets_a_name_that_says_so(page):
    assert paste(page, "body", image_png=images.png())
    assert paste(page, "[name=description]", image_png=images.png(images.photograph()))

    expect_prepared(page)
    assert held(page) == ["tempelan 1.png", "tempelan 2.png"]


def test_paste_of_text_is_left_to_the_field(page):
    was_taken = page.evaluate(
        """() => {
          const held = new DataTransfer();
          held.setData('text/plain', 'Kode OTP');
          held.items.add(new File(['x'], 'image.png', { type: 'image/png' }));
          const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: held });
          document.querySelector('[name=description]').dispatchEvent(event);
          return event.defaultPrevented;
        }"""
    )

    assert (was_taken, held(page)) == (False, [])


def test_photograph_is_sent_upright_and_small(page):
    fill_in(page)
    choose(page, foto_jpg=photo(orientation=6), layar_png=images.png())
    expect(card(page, "foto.jpg")).to_contain_text(" MB → ")
    send(page)

    small = stored("foto.jpg")
    assert small.size == (1200, 1600)
    # Green lies on top of the file, so to the right of the upright picture.
    left, right = small.getpixel((30, 800)), small.getpixel((1170, 800))
    assert (left[1] < 60, right[1] > 190) == (True, True)
    assert [shot.name for shot in Screenshot.objects.all()] == ["foto.jpg", "layar.png"]


def test_long_screenshot_keeps_the_width_its_words_need(page):
    fill_in(page)
    choose(page, panjang_jpg=photo((1080, 6000)))
    send(page)

    assert stored("panjang.jpg").size == (720, 4000)


def test_moving_picture_is_left_as_it_is(page):
    moving = images.animated("GIF")
    large = moving + b"\0" * (400 * 1024)  # after the end of a GIF anything may follow
    fill_in(page)
    choose(page, gerak_gif=large)
    send(page)

    assert Screenshot.objects.get().size == len(large)


def test_picture_that_the_browser_cannot_show_is_kept(page):
    fill_in(page)
    choose(page, IMG_heic=images.heic())
    expect(card(page, "IMG.heic")).to_contain_text("Browser Anda tidak bisa menampilkan gambar ini")
    expect(card(page, "IMG.heic").get_by_role("button", name="Tutupi")).to_have_count(0)
    send(page)

    assert Screenshot.objects.get().format == "heic"


def test_order_and_removal_decide_what_is_stored(page):
    fill_in(page)
    choose(page, satu_png=images.png(), dua_png=images.png(images.photograph()), tiga_jpg=images.jpeg())

    page.get_by_role("button", name="Majukan tiga.jpg").press("Enter")
    expect(page.get_by_role("button", name="Majukan tiga.jpg")).to_be_focused()
    page.get_by_role("button", name="Majukan tiga.jpg").press("Enter")
    expect(page.get_by_role("button", name="Mundurkan tiga.jpg")).to_be_focused()
    page.get_by_role("button", name="Hapus satu.png").press("Enter")
    expect(page.get_by_role("button", name="Hapus dua.png")).to_be_focused()
    expect(page.locator("[data-screenshots] > [data-said]")).to_have_text("“satu.png” dihapus.")
    send(page)

    assert [shot.name for shot in Screenshot.objects.all()] == ["tiga.jpg", "dua.png"]


def test_order_is_changed_by_dragging(page):
    choose(page, satu_png=images.png(), dua_png=images.png(images.photograph()))

    card(page, "dua.png").locator("[data-name]").drag_to(card(page, "satu.png").locator("[data-name]"))

    assert names(page) == held(page) == ["dua.png", "satu.png"]


def test_last_removal_leads_back_to_the_input(page):
    choose(page, satu_png=images.png())

    page.get_by_role("button", name="Hapus satu.png").press("Enter")

    expect(page.locator("[name=screenshots]")).to_be_focused()
    assert held(page) == []


def test_part_of_a_picture_is_covered_by_keyboard(page):
    fill_in(page)
    choose(page, layar_png=images.png(images.screen((400, 400))))

    button = page.get_by_role("button", name="Tutupi bagian layar.png")
    button.press("Enter")
    picture = page.locator("[data-picture]")
    expect(picture).to_be_focused()
    for _ in range(15):
        page.keyboard.press("ArrowLeft")  # to the left edge: 30 %
    for _ in range(22):
        page.keyboard.press("ArrowUp")  # to the top: 44 %
    for _ in range(5):
        page.keyboard.press("Shift+ArrowDown")  # 10 % higher
    expect(page.locator("#cover [data-said]")).to_have_text(
        "Kotak: 0 % dari kiri, 0 % dari atas, lebar 40 %, tinggi 22 %."
    )
    page.keyboard.press("Enter")
    expect(page.locator("#cover [data-said]")).to_have_text("Bagian yang ditutup: 1.")
    press(page, "Selesai")
    expect(button).to_be_focused()
    expect_prepared(page)
    send(page)

    covered = stored("layar.png")
    assert {covered.getpixel(point) for point in [(0, 0), (150, 80), (80, 40)]} == {COVER}
    assert {covered.getpixel(point) for point in [(200, 40), (80, 110), (390, 190)]} == {images.RED}
    assert Screenshot.objects.count() == 1


def test_box_is_drawn_and_undone(page):
    fill_in(page)
    choose(page, layar_png=images.png(images.screen((400, 400))))
    page.get_by_role("button", name="Tutupi bagian layar.png").click()
    frame = page.locator("#cover canvas").bounding_box()

    for start in (0.1, 0.5):  # of the picture
        page.mouse.move(frame["x"] + frame["width"] * start, frame["y"] + frame["height"] * start)
        page.mouse.down()
        page.mouse.move(
            frame["x"] + frame["width"] * (start + 0.3), frame["y"] + frame["height"] * (start + 0.3)
        )
        page.mouse.up()
    press(page, "Urungkan")
    press(page, "Selesai")
    expect_prepared(page)
    send(page)

    covered = stored("layar.png")
    assert covered.getpixel((100, 100)) == COVER
    assert covered.getpixel((260, 260)) == images.BLUE


def test_box_is_moved_and_sized_without_dragging(page):
    choose(page, layar_png=images.png(images.screen((400, 400))))
    page.get_by_role("button", name="Tutupi bagian layar.png").click()
    frame = page.locator("#cover canvas").bounding_box()

    page.mouse.click(frame["x"] + frame["width"] * 0.5, frame["y"] + frame["height"] * 0.5)
    press(page, "Kotak ke kanan")
    press(page, "Ukuran")
    press(page, "Kotak ke atas")

    expect(page.locator("#cover [data-said]")).to_have_text(
        "Kotak: 32 % dari kiri, 44 % dari atas, lebar 40 %, tinggi 10 %."
    )


def test_cancelled_cover_changes_nothing(page):
    choose(page, layar_png=images.png())
    before = page.evaluate("document.querySelector('[name=screenshots]').files[0].size")

    page.get_by_role("button", name="Tutupi bagian layar.png").click()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")

    expect(page.locator("#cover")).to_be_hidden()
    expect(page.get_by_role("button", name="Tutupi bagian layar.png")).to_be_focused()
    assert page.evaluate("document.querySelector('[name=screenshots]').files[0].size") == before


def test_thumbnails_let_go_of_their_pictures(page):
    page.evaluate(
        """() => {
          window.held = 0;
          const [make, let_go] = [URL.createObjectURL, URL.revokeObjectURL];
          URL.createObjectURL = (file) => { window.held += 1; return make.call(URL, file); };
          URL.revokeObjectURL = (url) => { window.held -= 1; let_go.call(URL, url); };
        }"""
    )
    choose(page, satu_png=images.png(), dua_jpg=images.jpeg())
    shown = page.evaluate("window.held")

    page.get_by_role("button", name="Hapus satu.png").click()
    page.get_by_role("button", name="Hapus dua.jpg").click()

    assert (shown, page.evaluate("window.held")) == (2, 0)


def test_phone_offers_its_camera(windows):
    phone = windows.open(**PHONE)
    phone.goto("/")

    with phone.expect_file_chooser() as chooser:
        phone.get_by_role("button", name="Ambil foto").click()
    chooser.value.set_files({"name": "image.jpg", "mimeType": "image/jpeg", "buffer": images.jpeg()})

    expect_prepared(phone)
    assert chooser.value.element.get_attribute("capture") == "environment"
    assert held(phone) == ["image.jpg"]
    assert windows.complaints == []


def test_pictures_are_added_to_a_report_in_the_same_way(page):
    ticket = TicketFactory(open=True)
    page.goto(links.status_path(ticket))
    choose(page, foto_jpg=photo())
    drop(page, "body", layar_png=images.png())
    expect_prepared(page)

    press(page, "Kirim keterangan")

    expect(page.get_by_text("Terima kasih. Keterangan Anda sudah kami tambahkan.")).to_be_visible()
    assert [shot.name for shot in ticket.screenshots.all()] == ["foto.jpg", "layar.png"]
    assert stored("foto.jpg").size == (1600, 1200)


def test_pictures_are_sent_without_javascript(windows):
    phone = windows.open(**PHONE, java_script_enabled=False)
    phone.goto("/")
    fill_in(phone)
    phone.set_input_files(
        "[name=screenshots]", [{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": images.jpeg()}]
    )
    send(phone)

    assert [shot.name for shot in Ticket.objects.get().screenshots.all()] == ["a.jpg"]
    assert windows.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_used_by_everybody(windows, scheme):
    # axe brings a style of its own, which our policy refuses.
    screen = {**PHONE, "viewport": {"width": 360, "height": 740}}
    page = windows.open(**screen, color_scheme=scheme, bypass_csp=True)
    found = {}

    def look(state):
        page.wait_for_timeout(200)  # colours that fade in
        found[state] = faults(page, screen)

    page.goto("/")
    look("empty")
    choose(page, layar_png=images.png(), IMG_heic=images.heic(), catatan_pdf=images.PDF)
    look("chosen, and one refused")
    page.get_by_role("button", name="Tutupi bagian layar.png").click()
    page.keyboard.press("Enter")
    look("covering")

    assert found == {state: [] for state in found}
    assert [text for text in windows.complaints if "axe" not in text] == []
