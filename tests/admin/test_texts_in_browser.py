"""The page about texts in a real browser: parts as tabs, a trial in place, nothing the policy refuses."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import AgentFactory
from tests.test_journey import SHOWN_WITHIN
from tickets.models import PlaybookOverride

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(windows):
    """A lead's window, on the texts of a code that is on its way."""
    sari = AgentFactory(role="lead")
    page = windows.open(user=sari, locale="id-ID", viewport={"width": 1280, "height": 900})
    page.goto("/desk/tickets/playbookoverride/self_otp_waiting/")
    return page


def test_lead_tries_a_text_and_saves_it(page, windows):
    page.fill("[name='subject.id']", "Kode Anda menyusul")
    page.click("button[value=try]")
    page.get_by_role("heading", name="Kode Anda menyusul").wait_for(timeout=SHOWN_WITHIN)
    tried_before_saving = PlaybookOverride.objects.exists()
    page.click("a[href='#part-settings']")
    page.fill("[name=hold_minutes]", "45")
    page.click("button[value=save]")
    page.get_by_role("status").wait_for(timeout=SHOWN_WITHIN)

    assert (tried_before_saving, PlaybookOverride.objects.get().changes) == (
        False,
        {"subject.id": "Kode Anda menyusul", "hold_minutes": 45},
    )
    assert page.is_visible("[name=hold_minutes]")
    assert not page.is_visible("[name='subject.id']")
    assert Axe().run(page).violations_count == 0
    assert windows.complaints == []


def test_part_with_an_error_is_the_one_shown(page):
    page.click("a[href='#part-en']")
    page.fill("[name='subject.en']", "{nothing}")
    page.click("button[value=save]")
    page.wait_for_selector(".error-summary", timeout=SHOWN_WITHIN)

    assert page.is_visible("[name='subject.en']")
    assert page.input_value("[name='subject.en']") == "{nothing}"
    assert page.evaluate("document.activeElement.className") == "error-summary"
