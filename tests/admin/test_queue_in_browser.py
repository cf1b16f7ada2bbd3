"""The queue in a real browser: filters apply themselves, news are told and move nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tests.test_journey import SHOWN_WITHIN
from tickets.models import Incident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Somebody comes back to the window: the desk asks at once and not in half a minute.
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
def page(windows):
    """An agent's window, on a queue with two tickets."""
    rina = AgentFactory(role="agent")
    incident = Incident.objects.create(title="SMS terlambat")
    TicketFactory(open=True, category="form_rejected", priority=1, incident=incident)
    TicketFactory(open=True)
    page = windows.open(user=rina, locale="id-ID", viewport={"width": 1280, "height": 900})
    page.goto(reverse("admin:tickets_ticket_changelist"))
    return page


def test_news_are_told_without_moving_a_row(page, windows):
    bar = page.locator(".news__bar")
    before = (bar.is_visible(), page.locator("tbody tr").first.bounding_box())
    TicketFactory.create_batch(2, open=True, priority=1)

    page.evaluate(COME_BACK)
    page.get_by_text("2 tiket baru, muat").wait_for(timeout=SHOWN_WITHIN)
    after = (
        page.locator("tbody tr").count(),
        page.locator("tbody tr").first.bounding_box(),
        page.title()[:4],
    )
    bar.click()
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 4", timeout=SHOWN_WITHIN)

    assert before[0] is False
    assert after == (2, before[1], "(2) ")
    assert windows.complaints == []


def test_filters_apply_themselves_and_a_view_is_kept(page, windows):
    page.select_option("[name=category]", "form_rejected")
    page.wait_for_url("**category=form_rejected**", timeout=SHOWN_WITHIN)
    rows = page.locator("tbody tr").count()
    page.click("summary:has-text('Simpan daftar')")
    page.fill("#view-name", "Formulir")
    violations = Axe().run(page).violations_count
    page.press("#view-name", "Enter")
    page.wait_for_selector(".saved a[aria-current]", timeout=SHOWN_WITHIN)

    assert (rows, violations) == (1, 0)
    assert page.locator(".saved").inner_text().split() == ["Tersimpan:", "Formulir", "1"]
    assert windows.complaints == []


def test_badge_of_a_duplicate_fits_a_phone(windows):
    rina = AgentFactory(role="agent")
    widest = TicketFactory(open=True, reference="KS-WMWM-WMWM")
    TicketFactory(open=True, earlier=widest)
    page = windows.open(user=rina, locale="id-ID", viewport={"width": 360, "height": 740})

    page.goto(reverse("admin:tickets_ticket_changelist"))

    badge = page.get_by_text("ganda dari").bounding_box()
    assert badge["x"] + badge["width"] <= 360
