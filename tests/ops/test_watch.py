"""The real processes, watched from outside: what /readyz, /metrics and the logs say of them."""

import json
import signal
import time
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db.models import F
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.clients import Client, report
from tests.processes import until
from tickets.models import Pulse, Round, Ticket
from tickets.models.ticket import Status

pytestmark = pytest.mark.slow

TOKEN = "a-token-of-the-operator"
PLANTED = {
    "description": "kode otp 482913 salah terus, password saya Kucing99! nik 3201014505900003, "
    "link https://contoh.id/aktivasi?token=abc123XYZ987 mati",
    "registered_email": "budi.santoso@contoh.id",
}
SECRETS = ["482913", "Kucing99!", "3201014505900003", "abc123XYZ987", "budi.santoso"]


@pytest.fixture
def own_settings():
    return {
        "SWEEP_SECONDS": "2",
        "LOG_FORMAT": "json",
        "NUM_PROXIES": "1",
        "METRICS_TOKEN": TOKEN,
        "LOG_LEVEL": "DEBUG",
    }


def ready(product):
    answer = httpx.get(f"{product.url}/readyz", timeout=10)
    return answer.status_code, answer.json()


def states(product):
    return {name: check["state"] for name, check in ready(product)[1]["checks"].items()}


def is_green(product):
    return ready(product)[1]["status"] == "ready"


def age_signs(role=None):
    """Let 40 seconds pass for what the processes have said so far."""
    pulses = Pulse.objects.filter(role=role) if role else Pulse.objects.all()
    pulses.update(seen_at=F("seen_at") - timedelta(seconds=40))


def test_readyz_turns_green_and_says_which_part_was_killed(product):
    product.start_web()
    first = ready(product)
    product.start_worker()
    product.start_beat()
    until(lambda: is_green(product), within=40, what="every check is green")

    product.worker.kill()
    age_signs("worker")
    Round.objects.update(ended_at=F("ended_at") - timedelta(seconds=40))
    until(lambda: states(product)["worker"] == "warning", within=20, what="the worker is missed")
    until(lambda: states(product)["sweep"] == "warning", within=20, what="the sweep is missed")
    status, found = ready(product)
    product.start_worker()
    until(lambda: is_green(product), within=40, what="green again with a new worker")

    assert first[0] == 200
    assert {name for name, check in first[1]["checks"].items() if check["state"] == "warning"} == {
        "worker",
        "beat",
        "sweep",
    }
    assert (status, found["status"], found["checks"]["beat"]["state"]) == (200, "degraded", "ok")


def test_processes_that_end_in_order_take_leave_and_killed_ones_are_missed(product):
    product.start()
    until(lambda: Pulse.objects.count() == 2, within=30, what="worker and beat have given a sign")
    beat = product.processes[-1]

    beat.kill()
    product.worker.stop()

    assert [pulse.role for pulse in Pulse.objects.all()] == ["beat"]


def test_beat_that_hangs_gives_no_sign(product):
    product.start()
    until(lambda: is_green(product), within=40, what="every check is green")

    product.processes[-1].send(signal.SIGSTOP)
    age_signs("beat")
    until(lambda: states(product)["beat"] == "warning", within=20, what="beat is missed")
    product.processes[-1].send(signal.SIGCONT)
    until(lambda: states(product)["beat"] == "ok", within=30, what="beat is back")


def test_a_request_is_followed_into_the_log_of_the_worker_and_nothing_personal_is(product):
    product.start()
    request_id = uuid.uuid4().hex
    answer = httpx.post(
        f"{product.url}/api/v1/tickets/",
        json={**report(0), **PLANTED},
        headers={"X-Request-Id": request_id, "Idempotency-Key": "1"},
        timeout=30,
    )
    ticket = Ticket.objects.get()
    until(lambda: Ticket.objects.exclude(status=Status.NEW).exists(), within=30, what="the ticket is triaged")
    until(lambda: has_ended(product.worker, "deliver_message"), within=30, what="the mail is delivered")
    httpx.get(f"{product.url}/tiket/{ticket.reference}/1abcde.rahasia/")

    assert (answer.status_code, answer.headers["X-Request-Id"]) == (201, request_id)
    web, worker = lines(product.web), lines(product.worker)
    [received] = [line for line in web if "received by" in line["message"]]
    assert (received["request_id"], received["ticket"]) == (request_id, ticket.reference)
    of_request = [line for line in worker if line.get("request_id") == request_id]
    assert {line.get("task") for line in of_request} >= {"triage_ticket", "deliver_message"}
    assert ticket.reference in {line.get("ticket") for line in of_request}
    said = "\n".join(
        [
            product.web.output,
            product.worker.output,
            httpx.get(f"{product.url}/readyz").text,
            scraped(product)[0],
        ]
    )
    assert [secret for secret in [*SECRETS, "rahasia"] if secret in said] == []


def test_metrics_of_two_web_processes_and_the_workers_add_up(product):
    product.start()
    client = Client(product.url)
    client.send_many(range(12), at_once=4)
    until(lambda: not Ticket.objects.filter(status=Status.NEW).exists(), within=60, what="all triaged")

    def reported():
        _, families = scraped(product)
        triaged = sum(sample.value for sample in families["kayasupport_triaged"].samples)
        received = sum(sample.value for sample in families["kayasupport_reports"].samples)
        return received, triaged

    until(lambda: reported() == (12.0, 12.0), within=30, what="all are counted")
    product.web.stop()
    product.worker.stop()
    product.start_web()

    assert reported() == (12.0, 12.0)


@pytest.mark.skipif(settings.EMBEDDED, reason="an embedded database cannot be away")
def test_readyz_leaves_the_rotation_while_the_database_is_away_and_comes_back(product):
    product.start_web()
    product.start_worker()
    product.start_beat()
    until(lambda: is_green(product), within=40, what="every check is green")

    close_database(product)
    time.sleep(1.5)  # each web process may remember its last look for a second
    began = time.monotonic()
    status, found = ready(product)
    waited = time.monotonic() - began
    text, families = scraped(product)
    administer(f'ALTER DATABASE "{product.name}" ALLOW_CONNECTIONS true')
    until(lambda: ready(product)[0] == 200, within=20, what="ready again")
    until(lambda: is_green(product), within=40, what="green again, without a restart of anybody")

    assert (status, found["status"], list(found["checks"])) == (503, "not_ready", ["database"])
    assert waited < 5
    assert families["kayasupport_ready"].samples[0].value == 0
    assert "password" not in text


def close_database(product):
    """Let nobody in and cut who is there, as far as the product can tell the same as a stop."""
    administer(f'ALTER DATABASE "{product.name}" ALLOW_CONNECTIONS false')
    administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{product.name}'")


def administer(statement):
    url = urlsplit(settings.DATABASE_URL)._replace(path="/postgres").geturl()
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement)


def has_ended(worker, task):
    return any(line.get("task") == task and "succeeded" in line["message"] for line in lines(worker))


def lines(process):
    return [json.loads(line) for line in process.output.splitlines() if line.startswith('{"time"')]


def scraped(product):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = httpx.get(f"{product.url}/metrics", headers=headers, timeout=10)
    assert answer.status_code == 200
    return answer.text, {family.name: family for family in text_string_to_metric_families(answer.text)}
