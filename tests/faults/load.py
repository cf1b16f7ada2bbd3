"""Many people who report at once, over the form and the API, and who do not give up."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from tests.faults.clients import REFERENCE, TOKEN, report
from tests.images import png, screen

AT_ONCE = 8
A_SECOND = 25.0  # reports begun
PAUSE = 1.0  # seconds before somebody tries again
GIVES_UP = 120.0  # seconds
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Refusal:
    """An answer that was not a thank-you."""

    number: int
    at: float  # seconds since the epoch
    status: int
    says_when: bool  # Retry-After
    keeps_text: bool  # what was typed stands on the page again; true of the API, where the client has it


@dataclass
class Load:
    """`taken` is the ticket number that each person was told; everything is written down as it is seen."""

    url: str
    total: int
    at_once: int = AT_ONCE
    a_second: float = A_SECOND
    taken: dict[int, str] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    unanswered: int = 0
    waits: list[float] = field(default_factory=list)  # seconds, of every answer to a report
    faults: list[Exception] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.at_once)
        self._done: list[Future] = []

    def start(self) -> None:
        began = time.monotonic()
        for number in range(self.total):
            self._done.append(self._pool.submit(self._person, number, began + number / self.a_second))

    def reach(self, share: float, *, within: float = 20.0) -> None:
        """Wait until that share was taken; no longer than `within`, for a fault may let nothing through."""
        ends = time.monotonic() + within
        while len(self.taken) < share * self.total and time.monotonic() < ends:
            time.sleep(0.02)

    def finish(self) -> None:
        self._pool.shutdown(wait=True)
        for each in self._done:
            each.result()

    def with_picture(self) -> list[int]:
        """Those of the people who were thanked for a picture too."""
        return [number for number in self.taken if has_picture(number)]

    def _person(self, number: int, begins_at: float) -> None:
        time.sleep(max(0.0, begins_at - time.monotonic()))
        send = self._over_form if number % 2 else self._over_api
        until = time.monotonic() + GIVES_UP
        with httpx.Client(base_url=self.url, timeout=30, verify=False) as line:
            once_more = send(line, number)
            while number not in self.taken and time.monotonic() < until:
                try:
                    once_more()
                except httpx.TransportError:
                    with self._lock:
                        self.unanswered += 1
                if number not in self.taken:
                    time.sleep(PAUSE)

    def _over_api(self, line: httpx.Client, number: int) -> Callable[[], None]:
        key, body = str(uuid.uuid4()), report(number)

        def post() -> None:
            answer = self._timed(
                lambda: line.post("/api/v1/tickets/", json=body, headers={"Idempotency-Key": key})
            )
            found = REFERENCE.search(answer.text) if answer.status_code in {200, 201} else None
            self._note(number, answer, found, keeps_text=True)

        return post

    def _over_form(self, line: httpx.Client, number: int) -> Callable[[], None]:
        """The page is opened once; what is tried again is the same form, with the same token and picture."""
        form: dict[str, str] = {}
        body = report(number)
        picture = ("layar.png", png(screen()), "image/png")
        files = {"screenshots": picture} if has_picture(number) else None

        def post() -> None:
            if not form:
                page = line.get("/")
                if page.status_code != 200:
                    return
                form.update(_filled(page.text, body))
            answer = self._timed(lambda: line.post("/", data=form, files=files))
            found = REFERENCE.search(answer.headers.get("Location", ""))
            self._note(number, answer, found, keeps_text=body["description"] in answer.text)

        return post

    def _timed(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        began = time.monotonic()
        answer = ask()
        with self._lock:
            self.waits.append(time.monotonic() - began)
        return answer

    def _note(
        self, number: int, answer: httpx.Response, found: re.Match[str] | None, *, keeps_text: bool
    ) -> None:
        with self._lock:
            if found:
                self.taken[number] = found[0]
                return
            says_when = "Retry-After" in answer.headers
            self.refusals.append(Refusal(number, time.time(), answer.status_code, says_when, keeps_text))


def has_picture(number: int) -> bool:
    return number % 4 == 1


def _filled(page: str, body: dict) -> dict[str, str]:
    token, csrf = TOKEN.search(page), CSRF.search(page)
    assert token, page[:2000]
    assert csrf, page[:2000]
    return {
        "csrfmiddlewaretoken": csrf[1],
        "form_token": token[1],
        "description": body["description"],
        "signup_day": "unknown",
        "signup_zone": "Asia/Jakarta",
        "contact": body["registered_email"],
    }
