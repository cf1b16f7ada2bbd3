"""What every page must be on every screen: for everybody to use, no wider than it, in the language chosen."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

DESKTOP = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "id-ID"}
PHONE = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark", "locale": "en-GB"}
# What each page is looked at on. Indonesian on two, English on the others.
SCREENS = {
    "desktop": DESKTOP,
    "desktop-dark": {**DESKTOP, "color_scheme": "dark", "locale": "en-GB"},
    "phone": {**PHONE, "color_scheme": "light", "locale": "id-ID"},
    "phone-dark": PHONE,
}
NARROW = {"width": 320, "height": 568}  # 1280 px at 400 % (WCAG 2.2, 1.4.10)
# WCAG 2.2, 2.5.5. A radio button or a tick is as large as its label.
SMALL_TARGETS = """() => [...document.querySelectorAll("button, summary, select, textarea, input, a.button")]
  .map((each) => (each.matches("[type=radio], [type=checkbox]") && each.closest("label")) || each)
  .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest(".visually-hidden"))
  .filter((each) => each.getBoundingClientRect().height < 44 || each.getBoundingClientRect().width < 44)
  .map((each) => `smaller than 44 px: ${each.outerHTML.slice(0, 160)}`)"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def speak(page: Page, screen: dict) -> None:
    """Indonesian comes first; another language is chosen, and kept in a cookie."""
    language = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language_of(screen)}
    page.context.add_cookies([{**language, "domain": "localhost", "path": "/"}])


def language_of(screen: dict) -> str:
    return screen["locale"][:2]


def faults(page: Page, screen: dict) -> list[str]:
    """Say what is wrong with what `page` shows."""
    found = [
        f"{each['id']}: {node['html']}"
        for each in Axe().run(page).response["violations"]
        for node in each["nodes"]
    ]
    if page.evaluate(TOO_WIDE):
        found.append("wider than the screen")
    if page.get_attribute("html", "lang") != language_of(screen):
        found.append("another language")
    return found


def faults_under_a_thumb(page: Page) -> list[str]:
    """Say what of a public page is too small to be hit, or is wider than the narrowest screen."""
    found = page.evaluate(SMALL_TARGETS)
    page.set_viewport_size(NARROW)
    return [*found, *(["wider than 320 px"] if page.evaluate(TOO_WIDE) else [])]
