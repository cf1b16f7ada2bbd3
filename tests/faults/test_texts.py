"""A change of texts, in a worker and a web process that have been running all along."""

import time

import httpx
import pytest

from tests.factories import AgentFactory
from tests.faults.clients import report
from tests.processes import until
from tickets import texts
from tickets.models import Message

SLUG = "otp_not_received"
PROMISED = 5.0  # seconds until a change is in force


def subject_of(reference):
    def answered():
        return Message.objects.filter(ticket__reference=reference).exclude(subject="").exists()

    until(answered, within=20, what="the ticket is answered")
    return Message.objects.get(ticket__reference=reference).subject


@pytest.fixture
def sari(product):
    return AgentFactory(username="sari", password="rahasia-sekali-123")


def test_running_worker_answers_by_the_changed_text(product, client, sari):
    product.start()
    before = subject_of(client.send(1))

    texts.change(SLUG, {"subject.id": "Kode Anda kami urus"}, version=0, by=sari)
    time.sleep(PROMISED)
    after = subject_of(client.send(2))

    assert (before, after) == ("Kode verifikasi Anda sedang kami periksa", "Kode Anda kami urus")


def test_running_web_process_shows_the_changed_name(product, sari):
    product.start()
    made = httpx.post(f"{product.url}/api/v1/tickets/", json=report(1), timeout=30).json()
    subject_of(made["reference"])

    def label():
        headers = {"Authorization": f"Bearer {made['token']}"}
        address = f"{product.url}/api/v1/tickets/{made['reference']}/"
        return httpx.get(address, headers=headers, timeout=30).json()["category_label"]

    before = label()
    texts.change(SLUG, {"label.id": "Kode nyasar"}, version=0, by=sari)
    time.sleep(PROMISED)

    # Each of the web processes, whichever answers.
    assert (before, {label() for _ in range(12)}) == ("OTP tidak masuk", {"Kode nyasar"})
