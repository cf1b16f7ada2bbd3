"""Every page of the desk in Chromium: for everybody to use, within the policy, no wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

from tests.admin.desk_urls import addresses, rows_of
from tests.admin.test_who_may_what import TABLE
from tests.factories import AgentFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "id-ID"},
    "phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "en-GB"},
}
# Asked for by scripts, or shown inside another page.
NO_PAGE = {
    "admin:jsi18n",
    "admin:tickets_bulkjob_progress",
    "admin:tickets_message_html",
    "admin:tickets_presence",
    "admin:tickets_queue_news",
    "admin:tickets_ticket_macros",
    "admin:tickets_ticket_screenshot",
}
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def shown_to_administrators() -> list[str]:
    names = [name for name, (get, _post) in TABLE.items() if get.split()[-1] == "200"]
    return [name for name in names if name not in NO_PAGE]


def speak(page: Page, screen: dict) -> None:
    """Indonesian comes first; another language is chosen, and kept in a cookie."""
    language = {"name": settings.LANGUAGE_COOKIE_NAME, "value": screen["locale"][:2]}
    page.context.add_cookies([{**language, "domain": "localhost", "path": "/"}])


def faults(page: Page, language: str) -> list[str]:
    found = [
        f"{each['id']}: {node['html']}"
        for each in Axe().run(page).response["violations"]
        for node in each["nodes"]
    ]
    if page.evaluate(TOO_WIDE):
        found.append("wider than the screen")
    if page.get_attribute("html", "lang") != language:
        found.append("another language")
    return found


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_of_the_desk_is_sound(windows, screen):
    administrator = AgentFactory(role="administrator")
    pages = addresses(rows_of(administrator))
    page = windows.open(user=administrator, **SCREENS[screen])
    speak(page, SCREENS[screen])
    found = {}

    for name in shown_to_administrators():
        answer = page.goto(pages[name])
        of_page = [] if answer.ok else [f"status {answer.status}"]
        of_page += windows.complaints
        of_page += faults(page, SCREENS[screen]["locale"][:2])
        windows.complaints.clear()  # also of what axe has tried
        if of_page:
            found[name] = of_page

    assert found == {}


@pytest.mark.parametrize("screen", SCREENS)
def test_sign_in_is_sound(windows, screen):
    page = windows.open(**SCREENS[screen])
    speak(page, SCREENS[screen])
    page.goto("/desk/login/")

    assert faults(page, SCREENS[screen]["locale"][:2]) + windows.complaints == []
