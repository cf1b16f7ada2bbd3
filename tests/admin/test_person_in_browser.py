"""One person's data in a real browser: looked up, erased, and the receipt; nothing that axe complains of."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tickets import linking
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1280])
def test_lead_looks_a_person_up_and_erases_them(windows, width):
    linking.leave_traces(TicketFactory(open=True, registered_email="budi@contoh.id"))
    dewi = AgentFactory(role="lead", first_name="Dewi")
    page = windows.open(user=dewi, locale="id-ID", viewport={"width": width, "height": 900})
    complaints = []

    def check():
        found = Axe().run(page)
        complaints.extend(found.response["violations"])
        assert page.evaluate("document.documentElement.scrollWidth") == width

    page.goto(reverse("admin:tickets_erasure_changelist"))
    check()
    page.get_by_label("Alamat email atau nomor telepon").fill("budi@contoh.id")
    page.get_by_role("button", name="Cari", exact=True).last.click()
    page.get_by_role("heading", name="budi@contoh.id").wait_for()
    assert "budi" not in page.url
    check()
    page.get_by_label("Orangnya meminta").check()
    page.get_by_label("Saya sudah memeriksa").check()
    page.get_by_role("button", name="Hapus", exact=True).click()
    page.get_by_role("heading", name="Tanda terima HP-").wait_for()
    check()
    page.goto(reverse("admin:tickets_retention_changelist"))
    check()

    assert complaints == []
    assert Ticket.objects.count() == 0
    assert windows.complaints == []
