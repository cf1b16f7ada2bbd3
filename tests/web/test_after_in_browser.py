"""After sending, in a real browser: drafts, the page that brings itself up to date, copying, the way back."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browsers import PHONE
from tests.factories import AgentFactory, TicketFactory
from tickets import desk, links

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TEXT = "kode otp ga masuk2 udah 20 menit"
NOTICE = "[data-draft-notice] > *"
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('kaya-draft:'))"


@pytest.fixture
def phone(windows):
    return windows.open(**PHONE)


def fill_in(page):
    page.fill("[name=description]", TEXT)
    page.get_by_label("Kemarin").check()
    page.fill("[name=signup_hour]", "14.30")
    page.select_option("[name=signup_zone]", "Asia/Makassar")
    page.fill("[name=contact]", "budi@contoh.id")
    page.get_by_label("Sudah menunggu minimal 10 menit").check()
    page.fill("[name=device]", "HP lain, bukan yang ini")


def filled(page):
    values = "(form) => [...new FormData(form)].filter(([name, value]) => typeof value === 'string')"
    data = dict(page.eval_on_selector("#report", values))
    return [
        data.get(name)
        for name in ("description", "signup_day", "signup_hour", "signup_zone", "contact", "tried", "device")
    ]


FILLED = [TEXT, "yesterday", "14.30", "Asia/Makassar", "budi@contoh.id", "waited", "HP lain, bukan yang ini"]


def test_draft_survives_a_reload_and_can_be_thrown_away(windows, phone):
    phone.goto("/")
    blank = filled(phone)
    expect(phone.locator(NOTICE)).to_be_hidden()
    fill_in(phone)

    phone.reload()

    expect(phone.locator(NOTICE)).to_contain_text("Tulisan Anda yang tadi kami pulihkan")
    assert filled(phone) == FILLED
    phone.get_by_role("button", name="Mulai dari awal").click()
    expect(phone.locator(NOTICE)).to_be_hidden()
    assert filled(phone) == blank
    assert phone.evaluate(KEPT) == []
    phone.reload()
    expect(phone.locator(NOTICE)).to_be_hidden()
    assert windows.complaints == []


def test_draft_survives_the_change_of_language(windows, phone):
    phone.goto("/")
    fill_in(phone)

    phone.get_by_role("button", name="English").click()

    expect(phone.get_by_role("heading", name="Contact us")).to_be_visible()
    expect(phone.locator(NOTICE)).to_contain_text("We have put back what you wrote before.")
    assert filled(phone) == FILLED
    assert windows.complaints == []


def test_draft_is_of_its_window_and_of_its_page(windows, phone):
    ticket = TicketFactory(open=True)
    phone.goto("/")
    fill_in(phone)
    phone.goto(links.status_path(ticket))
    other = phone.context.new_page()
    other.goto("/")

    expect(other.locator(NOTICE)).to_be_hidden()
    assert phone.input_value("[name=body]") == ""


def test_draft_keeps_no_token_and_no_trap(phone):
    phone.goto("/")
    fill_in(phone)
    phone.evaluate("document.querySelector('[name=website]').value = 'terisi'")
    phone.reload()

    kept = phone.evaluate("JSON.stringify(sessionStorage)")
    assert TEXT in kept
    assert not any(word in kept for word in ("csrf", "form_token", "website", "terisi"))


def test_old_draft_is_not_put_back(phone):
    phone.goto("/")
    fill_in(phone)
    phone.reload()
    expect(phone.locator(NOTICE)).to_be_visible()
    phone.evaluate(
        """for (const key of Object.keys(sessionStorage)) {
            const draft = JSON.parse(sessionStorage[key]);
            sessionStorage[key] = JSON.stringify({ ...draft, at: draft.at - 86400001 });
        }"""
    )
    phone.reload()

    expect(phone.locator(NOTICE)).to_be_hidden()
    assert phone.input_value("[name=description]") == ""


def test_page_works_where_nothing_may_be_kept(windows, phone):
    phone.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no'); } });"
    )
    phone.goto("/")
    fill_in(phone)
    phone.reload()

    expect(phone.locator(NOTICE)).to_be_hidden()
    assert windows.complaints == []


def test_draft_goes_when_the_report_has_arrived(windows, phone):
    phone.goto("/")
    fill_in(phone)

    phone.get_by_role("button", name="Kirim laporan").click()

    expect(phone.locator("#number")).to_be_visible()
    assert phone.evaluate(KEPT) == []
    phone.goto("/")
    expect(phone.locator(NOTICE)).to_be_hidden()
    assert windows.complaints == []


def test_draft_stays_when_the_report_did_not_arrive(phone):
    phone.goto("/")
    fill_in(phone)
    phone.route("**/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    phone.get_by_role("button", name="Kirim laporan").click(no_wait_after=True)
    phone.wait_for_timeout(500)
    phone.unroute("**/")

    phone.goto("/")

    assert filled(phone) == FILLED


def test_form_with_errors_is_not_written_over(phone):
    phone.goto("/")
    fill_in(phone)
    phone.fill("[name=contact]", "budi")
    phone.get_by_role("button", name="Kirim laporan").click()
    expect(phone.locator("#errors")).to_be_visible()

    expect(phone.locator(NOTICE)).to_be_hidden()
    phone.fill("[name=contact]", "budi@contoh.id")
    phone.get_by_role("button", name="Kirim laporan").click()
    expect(phone.locator("#number")).to_be_visible()
    assert phone.evaluate(KEPT) == []


def test_drafts_end_when_another_script_has_sent_the_form(phone):
    phone.goto("/")
    fill_in(phone)
    phone.evaluate("document.dispatchEvent(new CustomEvent('kaya:sent'))")

    phone.goto("/cari-laporan/")

    assert phone.evaluate(KEPT) == []


def test_addition_is_kept_and_then_forgotten(windows, phone):
    ticket = TicketFactory(open=True)
    phone.goto(links.status_path(ticket))
    phone.fill("[name=body]", TEXT)
    phone.wait_for_timeout(1100)  # the next link is of another second
    phone.goto(links.status_path(ticket))
    expect(phone.locator(NOTICE)).to_be_visible()
    assert phone.input_value("[name=body]") == TEXT

    phone.get_by_role("button", name="Kirim keterangan").click()

    expect(phone.locator("#live")).to_contain_text(TEXT)
    assert phone.input_value("[name=body]") == ""
    assert phone.evaluate(KEPT) == []
    assert windows.complaints == []


def test_answer_appears_by_itself_and_what_is_typed_stays(windows, phone):
    ticket = TicketFactory(open=True)
    phone.goto(links.status_path(ticket))
    phone.fill("[name=body]", TEXT)

    desk.reply_and_wait(ticket, body="Kodenya sudah kami kirim ulang.", by=AgentFactory())

    expect(phone.locator("#answer-title")).to_have_text("Jawaban petugas", timeout=15_000)
    expect(phone.locator("#announce")).to_contain_text("Petugas kami sudah menjawab")
    assert phone.input_value("[name=body]") == TEXT
    assert windows.complaints == []


def test_unchanged_page_asks_with_what_it_knows(phone):
    ticket = TicketFactory(open=True)
    with phone.expect_response("**/*part=live") as first:
        phone.goto(links.status_path(ticket))
    with phone.expect_response("**/*part=live") as second:
        pass

    assert (first.value.status, second.value.status) == (200, 304)


def test_cut_connection_is_said_and_gone_when_it_is_back(phone):
    phone.goto(links.status_path(TicketFactory(open=True)))
    phone.context.set_offline(True)

    expect(phone.locator("#connection")).to_contain_text("Sambungan terputus")

    phone.context.set_offline(False)
    expect(phone.locator("#connection p")).to_be_hidden()


def test_page_waits_as_long_as_it_is_told_to(phone):
    phone.goto(links.status_path(TicketFactory()))
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(status=429, headers={"Retry-After": "30"})

    phone.route("**/*part=live", refuse)

    phone.wait_for_timeout(3000)

    assert len(asked) == 1


def test_hidden_page_asks_nothing(phone):
    phone.goto(links.status_path(TicketFactory()))
    phone.evaluate(
        """Object.defineProperty(document, "hidden", { get: () => true });
        document.dispatchEvent(new Event("visibilitychange"));"""
    )
    phone.wait_for_timeout(500)  # what was under way
    asked = []
    phone.on("request", lambda request: asked.append(request.url))

    phone.wait_for_timeout(2000)

    assert asked == []


def test_number_and_link_are_copied(windows):
    page = windows.open(permissions=["clipboard-read", "clipboard-write"])
    ticket = TicketFactory(open=True)
    path = links.status_path(ticket)
    page.goto(path)

    page.get_by_role("button", name="Salin", exact=True).click()
    expect(page.locator("#announce")).to_have_text("Tersalin")
    number = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Salin tautan").click()
    expect(page.get_by_role("button", name="Tersalin").nth(1)).to_be_visible()

    assert number == ticket.reference
    assert page.evaluate("navigator.clipboard.readText()").endswith(path)
    assert windows.complaints == []


@pytest.mark.parametrize("scripted", [True, False])
def test_link_is_sent_elsewhere_and_asked_for_again(windows, scripted):
    page = windows.open(**PHONE, java_script_enabled=scripted)
    ticket = TicketFactory(open=True, registered_email="budi@contoh.id")
    page.goto(links.status_path(ticket))

    page.get_by_text("Kirim tautan ini ke email lain").click()
    page.get_by_label("Kirim ke alamat ini").fill("teman@contoh.id")
    page.get_by_role("button", name="Kirim tautan", exact=True).click()
    expect(page.get_by_text("Tautannya sedang kami kirim ke alamat itu.")).to_be_visible()
    page.get_by_role("link", name="Cari laporan Anda").click()
    page.get_by_label("Nomor tiket").fill(ticket.reference.lower())
    page.get_by_label("Alamat email di laporan itu").fill("budi@contoh.id")
    page.get_by_role("button", name="Kirimi saya tautannya").click()

    expect(page.get_by_role("heading", name="Periksa email Anda")).to_be_visible()
    assert page.url.endswith(reverse("find") + "?terkirim=1")
    assert [message.recipient for message in ticket.messages.links()] == ["teman@contoh.id"]
    assert windows.complaints == []
