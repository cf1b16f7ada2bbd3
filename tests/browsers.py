"""Chromium for tests: found on the machine, with windows that remember what went wrong in them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.processes import until

SERVES = "process_request_thread"  # in the name of a thread of the live server that has a request
LATE_DRAFT = "409 (Conflict)"  # to a draft that was under way while its reply was sent; the page knows
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "locale": "id-ID",
    "timezone_id": "Asia/Jakarta",
    "user_agent": "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
}


@dataclass
class Windows:
    """Opens pages of the site at `url` and remembers what their consoles complained about."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, *, user: User | None = None, **options) -> Page:
        """A page in a window of its own, of a `user` who has signed in before."""
        context = self.browser.new_context(base_url=self.url, **options)
        if user:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": self.url}])
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close(self) -> None:
        """Close every window, and see that nothing of them is under way into the next test."""
        for context in self.browser.contexts:
            context.set_offline(True)  # pages save what was typed as they are left
            context.close()
        until(lambda: not _is_serving(), within=20, what="the live server has answered all requests")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and LATE_DRAFT not in message.text:
            self.complaints.append(f"{message.type}: {message.text}")


def _is_serving() -> bool:
    return any(SERVES in thread.name for thread in threading.enumerate())


def installed_browser() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def launched(program: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()
