"""/readyz and /metrics: what they say, to whom, and that they name nobody."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from tests.factories import MessageFactory, TicketFactory
from tickets import delivery, intake, outbox, pipeline, readiness, vitals
from tickets.backlog import take_stock
from tickets.meters import METERS
from tickets.models import Message, Pulse, Round
from tickets.submission import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house_at_work")]
TOKEN = "a-token-of-the-operator"


def ready(client):
    readiness.forget()
    answer = client.get("/readyz")
    return answer.status_code, answer.json()


def states(client):
    return {name: check["state"] for name, check in ready(client)[1]["checks"].items()}


def test_readyz_is_green_when_everybody_is_at_work(client):
    status, found = ready(client)

    assert (status, found["status"]) == (200, "ready")
    assert {check["state"] for check in found["checks"].values()} == {"ok"}
    assert list(found["checks"]) == list(readiness.CHECKS)
    assert found["checks"]["worker"]["last_seen_seconds"] < 5


def test_readyz_costs_nothing_when_asked_again_at_once(client, django_assert_num_queries):
    ready(client)

    with django_assert_num_queries(0):
        assert client.get("/readyz").status_code == 200


def queries_of(deed):
    with CaptureQueriesContext(connection) as captured:
        deed()
    return len(captured)


def test_readyz_asks_as_much_of_three_tickets_as_of_one(client):
    TicketFactory()
    MessageFactory(outgoing=True)
    one = queries_of(lambda: ready(client))
    TicketFactory.create_batch(2)
    MessageFactory.create_batch(2, outgoing=True)

    assert queries_of(lambda: ready(client)) == one < 15


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_readyz_warns_of_who_gives_no_sign_of_life_and_stays_in_rotation(client, role):
    Pulse.objects.filter(role=role).update(seen_at=timezone.now() - timedelta(seconds=50))

    status, found = ready(client)

    assert (status, found["status"]) == (200, "degraded")
    assert found["checks"][role]["state"] == "warning"
    assert 49 < found["checks"][role]["last_seen_seconds"] < 60


def test_readyz_counts_on_one_worker_of_several(client):
    Pulse.objects.create(role="worker", name="killed:7", seen_at=timezone.now() - timedelta(minutes=30))

    assert states(client)["worker"] == "ok"


def test_readyz_warns_of_a_worker_that_lives_and_does_nothing(client):
    Round.objects.update(ended_at=timezone.now() - timedelta(minutes=5))

    found = states(client)

    assert (found["worker"], found["sweep"]) == ("ok", "warning")


def test_readyz_warns_of_a_ticket_that_nobody_triages(client):
    TicketFactory(created_at=timezone.now() - timedelta(seconds=200))

    status, found = ready(client)

    assert status == 200
    assert found["checks"]["untriaged"] == {
        "state": "warning",
        "waiting": 1,
        "oldest_seconds": pytest.approx(200, abs=5),
    }


def unsent(*, created, due):
    now = timezone.now()
    return MessageFactory(
        outgoing=True,
        created_at=now - timedelta(seconds=created),
        deliver_after_at=now - timedelta(seconds=due),
    )


def test_readyz_warns_of_mail_that_no_worker_takes(client):
    unsent(created=400, due=400)

    assert states(client)["unsent"] == "warning"


def test_readyz_warns_while_the_mail_server_takes_nothing(client):
    unsent(created=400, due=-60)  # it rests until the next try

    assert states(client)["unsent"] == "warning"


def test_readyz_does_not_mind_one_server_that_is_away_while_other_mail_goes(client):
    unsent(created=4000, due=-60)
    later = unsent(created=100, due=100)
    later.delivery = "sending"
    Message.objects.filter(pk=later.pk).update(delivery="sending")
    outbox.mark_sent(later)

    assert states(client)["unsent"] == "ok"


def test_readyz_stays_in_rotation_without_a_broker(client, settings, monkeypatch):
    def away():
        raise ConnectionError("refused")

    monkeypatch.setattr(vitals, "bells_in_broker", away)

    status, found = ready(client)

    assert (status, found["status"]) == (200, "degraded")
    assert (found["checks"]["broker"]["state"], found["checks"]["broker"]["error"]) == (
        "warning",
        "ConnectionError",
    )


def test_readyz_warns_of_a_full_disk(client, settings):
    settings.DISK_LOW = 10**18

    assert states(client)["disk"] == "warning"


def test_readyz_goes_out_of_rotation_before_its_tables_are_there(client):
    MigrationRecorder(connection).record_unapplied("tickets", "0029_watch")

    status, found = ready(client)

    assert (status, found["status"]) == (503, "not_ready")
    assert found["checks"]["migrations"] == {"state": "failed", "missing": 1}


def test_readyz_takes_tables_that_are_ahead_in_a_rolling_upgrade(client):
    MigrationRecorder(connection).record_applied("tickets", "9999_of_the_next_release")

    assert ready(client)[0] == 200


def test_readyz_goes_out_of_rotation_without_its_database(client, monkeypatch):
    def gone():
        raise OperationalError("could not connect to 10.0.0.7 as kaya")

    monkeypatch.setitem(readiness.CHECKS, "database", gone)

    status, found = ready(client)

    assert (status, found["status"]) == (503, "not_ready")
    assert found["checks"] == {"database": {"state": "failed", "error": "OperationalError"}}


def test_readyz_says_no_when_the_look_hangs(client, monkeypatch):
    monkeypatch.setattr(readiness._looked, "patience", 0.01)
    readiness._looked._lock.acquire()

    status, found = (answer := client.get("/readyz")).status_code, answer.json()

    assert (status, found["checks"]["database"]["state"]) == (503, "failed")


def test_probes_are_reached_without_tls_where_pages_are_not(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.METRICS_TOKEN = TOKEN

    found = [client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics", "/")]

    assert found == [200, 200, 404, 301]


def scraped(client, **headers):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", **headers})
    assert answer.status_code == 200
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    return answer.text, families


@pytest.fixture
def open_metrics(settings):
    settings.METRICS_TOKEN = TOKEN


@pytest.mark.parametrize(
    ("token", "networks", "headers", "address", "status"),
    [
        ("", [], {}, "127.0.0.1", 404),
        ("", [], {"Authorization": "Bearer "}, "127.0.0.1", 404),
        (TOKEN, [], {}, "127.0.0.1", 404),
        (TOKEN, [], {"Authorization": "Bearer wrong"}, "127.0.0.1", 404),
        (TOKEN, [], {"Authorization": f"Basic {TOKEN}"}, "127.0.0.1", 404),
        (TOKEN, [], {"Authorization": f"Bearer {TOKEN}"}, "203.0.113.9", 200),
        ("", ["10.0.0.0/8", " 127.0.0.1"], {}, "10.1.2.3", 200),
        ("", ["10.0.0.0/8", " 127.0.0.1"], {}, "127.0.0.1", 200),
        ("", ["10.0.0.0/8"], {}, "203.0.113.9", 404),
        ("", ["10.0.0.0/8"], {"X-Forwarded-For": "10.1.2.3"}, "203.0.113.9", 404),
        ("", ["fd00::/8"], {}, "10.1.2.3", 404),
        (TOKEN, ["10.0.0.0/8"], {"Authorization": "Bearer wrong"}, "10.1.2.3", 404),
    ],
)
def test_metrics_are_for_those_who_are_allowed(client, settings, token, networks, headers, address, status):
    settings.METRICS_TOKEN, settings.METRICS_ALLOWED = token, networks

    answer = client.get("/metrics", headers=headers, REMOTE_ADDR=address)

    assert answer.status_code == status


def value(families, name, **labels):
    family = families[name.removesuffix("_total").removesuffix("_count")]
    return next(
        (sample.value for sample in family.samples if sample.name == name and sample.labels == labels), None
    )


def test_metrics_have_every_meter_before_anything_has_happened(client, open_metrics):
    _, families = scraped(client)

    assert {name.removesuffix("_total") for name in METERS} <= set(families)
    assert value(families, "kayasupport_ready") == 1
    assert value(families, "kayasupport_check_ok", check="worker") == 1
    assert value(families, "kayasupport_triage_failures_total") == 0


def test_metrics_count_requests_by_view_and_never_by_path(client, open_metrics):
    ticket = TicketFactory()
    client.get(f"/tiket/{ticket.reference}/1abcde.rahasia/")
    client.get("/wp-login.php?password=rahasia")

    text, families = scraped(client)

    assert value(families, "kayasupport_http_requests_total", view="status", method="GET", status="404") == 1
    assert value(families, "kayasupport_http_requests_total", view="none", method="GET", status="404") == 1
    assert value(families, "kayasupport_http_request_seconds_count", view="status") == 1
    assert "rahasia" not in text
    assert ticket.reference not in text
    assert "wp-login" not in text


def test_metrics_follow_a_report_to_its_mail(client, open_metrics, model, rung):
    ticket = intake.submit_ticket(
        Submission(key=uuid.uuid4(), description="kode otp belum masuk", registered_email="budi@contoh.id")
    )
    waiting = value(scraped(client)[1], "kayasupport_queue_size", queue="tickets")
    message = pipeline.triage(ticket.pk)
    delivery.deliver(message.pk)
    take_stock()
    vitals.forget()

    _, families = scraped(client)

    ticket.refresh_from_db()
    assert waiting == 1
    assert value(families, "kayasupport_queue_size", queue="tickets") == 0
    assert value(families, "kayasupport_reports_total", channel="form") == 1
    outcomes = families["kayasupport_triaged"].samples
    assert [(sample.labels["category"], sample.value) for sample in outcomes] == [(ticket.category, 1.0)]
    assert value(families, "kayasupport_advice_seconds_count") == 1
    assert value(families, "kayasupport_messages_total", kind="auto_reply", result="sent") == 1
    assert value(families, "kayasupport_tickets", category=ticket.category, status=ticket.status) == 1


def test_metrics_say_how_old_what_waits_is(client, open_metrics):
    TicketFactory(created_at=timezone.now() - timedelta(seconds=200))

    _, families = scraped(client)

    age = value(families, "kayasupport_queue_oldest_age_seconds", queue="tickets")
    assert age == pytest.approx(200, abs=5)


def test_metrics_cost_as_much_with_three_tickets_as_with_one(client, open_metrics):
    def scrape_anew():
        vitals.forget()
        readiness.forget()
        scraped(client)

    TicketFactory(open=True)
    scrape_anew()
    one = queries_of(scrape_anew)
    TicketFactory(open=True)
    TicketFactory()

    assert queries_of(scrape_anew) == one < 38


def test_metrics_ask_for_the_vitals_every_few_seconds_only(
    client, open_metrics, django_assert_max_num_queries
):
    scraped(client)

    # The counters: written, and read.
    with django_assert_max_num_queries(2):
        scraped(client)


def test_metrics_still_say_that_the_database_is_away(client, open_metrics, monkeypatch):
    def gone():
        raise OperationalError("gone")

    monkeypatch.setitem(readiness.CHECKS, "database", gone)
    monkeypatch.setattr(vitals._looked, "work_out", gone)

    _, families = scraped(client)

    assert value(families, "kayasupport_ready") == 0
    assert value(families, "kayasupport_check_ok", check="database") == 0


def test_metrics_speak_openmetrics_to_who_asks_for_it(client, open_metrics):
    text = client.get(
        "/metrics",
        headers={"Authorization": f"Bearer {TOKEN}", "Accept": "application/openmetrics-text;version=1.0.0"},
    ).text

    assert text.endswith("# EOF\n")


def test_labels_hold_names_and_codes_only(client, open_metrics):
    client.get("/")
    client.post("/", {"contact": "budi@contoh.id", "description": "nik 3201014505900003"})
    client.generic("BUDI", "/")

    text, families = scraped(client)

    labels = {
        each for family in families.values() for sample in family.samples for each in sample.labels.values()
    }
    assert [label for label in labels if not re.fullmatch(r"[\w.:+/<>-]{0,90}", label)] == []
    assert "budi" not in text.lower()
    assert json.dumps(sorted(labels)).count("3201014505900003") == 0
