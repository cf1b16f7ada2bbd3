"""Clients that report issues over HTTP and remember what they were promised."""

from __future__ import annotations

import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
REFERENCE = re.compile(r"KS-\w{4}-\w{4}")


def report(number: int) -> dict:
    """A report as the API takes it; each number is another person's."""
    signed_up_at = datetime.now(UTC) - timedelta(minutes=25)
    return {
        "registered_email": f"pelapor{number}@contoh.id",
        "description": f"kode otp ga masuk2 udah 20 menit, udah cek spam, laporan {number}",
        "signed_up_at": signed_up_at.isoformat(),
        "tried": ["waited", "spam"],
    }


@dataclass
class Client:
    """Reports over the API; `references` are the tickets it was promised, `waits` the seconds each took."""

    url: str
    references: list[str] = field(default_factory=list)
    refused: list[tuple[int, dict]] = field(default_factory=list)
    unanswered: list[tuple[str, dict]] = field(default_factory=list)  # key and report
    waits: list[float] = field(default_factory=list)
    submitted: int = 0

    def send(self, number: int) -> str | None:
        self.submitted += 1
        return self.post(str(uuid.uuid4()), report(number))

    def send_many(self, numbers: range, *, at_once: int = 4) -> None:
        with ThreadPoolExecutor(at_once) as pool:
            list(pool.map(self.send, numbers))

    def post(self, key: str, body: dict) -> str | None:
        """Return the ticket number; None when there was no answer or a refusal, which is remembered."""
        began = time.monotonic()
        try:
            answer = httpx.post(
                f"{self.url}/api/v1/tickets/", json=body, headers={"Idempotency-Key": key}, timeout=30
            )
        except httpx.TransportError:
            self.unanswered.append((key, body))
            return None
        self.waits.append(time.monotonic() - began)
        if answer.status_code not in {200, 201}:
            self.refused.append((answer.status_code, body))
            return None
        reference = answer.json()["reference"]
        self.references.append(reference)
        return reference


@dataclass
class OpenForm:
    """Hubungi Kami, opened once, to be sent as often as one likes."""

    url: str
    cookies: dict[str, str]
    fields: dict[str, str]

    def send(self) -> str:
        """Return the ticket number, from the address one is led to."""
        answer = httpx.post(self.url, data=self.fields, cookies=self.cookies, timeout=30)
        found = REFERENCE.search(answer.headers.get("Location", ""))
        assert found, f"{answer.status_code}: {answer.text[:2000]}"
        return found[0]


def open_form(url: str, *, number: int) -> OpenForm:
    page = httpx.get(f"{url}/", timeout=30)
    token = TOKEN.search(page.text)
    csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    assert csrf
    fields = {
        "csrfmiddlewaretoken": csrf[1],
        "form_token": token[1],
        "description": "kode otp ga masuk2, udah cek spam",
        "signup_day": "unknown",
        "signup_zone": "Asia/Jakarta",
        "contact": f"pengirim{number}@contoh.id",
    }
    return OpenForm(f"{url}/", dict(page.cookies), fields)
