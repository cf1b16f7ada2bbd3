from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from tests.factories import WEBHOOK_SECRET, WebhookDeliveryFactory, WebhookEndpointFactory
from tickets.models import WebhookDelivery, WebhookEndpoint
from tickets.webhooks import delivery, tasks
from tickets.webhooks.delivery import BACK_OFF
from tickets.webhooks.sending import Unreachable

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(monkeypatch):
    """What endpoints answer: statuses or exceptions, one for each try, then 204; and what was sent."""
    given, sent = [], []

    def post(url, *, webhook_id, payload, secret):
        sent.append((url, webhook_id))
        answer = given.pop(0) if given else 204
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(delivery, "post", post)
    return given, sent


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def due_again(row):
    WebhookDelivery.objects.filter(pk=row.pk).update(deliver_after_at=timezone.now())
    WebhookEndpoint.objects.update(rests_until=None)


def test_deliver_sends_what_is_due_in_order(answers):
    _given, sent = answers
    endpoint = WebhookEndpointFactory()
    rows = [WebhookDeliveryFactory(endpoint=endpoint) for _ in range(3)]
    later = timezone.now() + timedelta(minutes=1)
    WebhookDeliveryFactory(endpoint=endpoint, deliver_after_at=later)

    is_more = delivery.deliver(endpoint.pk)

    assert [webhook_id for _url, webhook_id in sent] == [row.webhook_id for row in rows]
    assert {(fresh(row).state, fresh(row).response_status) for row in rows} == {("sent", 204)}
    assert (is_more, fresh(endpoint).lease_until, fresh(endpoint).attempts) == (False, None, 0)


def test_deliver_gives_way_when_its_turn_is_over(answers, monkeypatch, rung):
    monkeypatch.setattr(delivery, "TURN", 0.0)
    row = WebhookDeliveryFactory()

    tasks.deliver_webhooks(row.endpoint_id)

    assert fresh(row).state == "queued"
    assert [pk for _name, pk in rung] == [row.endpoint_id]


def test_one_worker_at_a_time(answers):
    _given, sent = answers
    endpoint = WebhookDeliveryFactory().endpoint
    WebhookEndpoint.objects.claim(endpoint.pk)

    assert (delivery.deliver(endpoint.pk), sent) == (False, [])


@pytest.mark.parametrize("answer", [500, 302, 404, Unreachable("no answer within 10 s")])
def test_failed_try_backs_off_and_lets_the_endpoint_rest(answers, answer):
    given, sent = answers
    given.append(answer)
    row = WebhookDeliveryFactory()
    WebhookDeliveryFactory(endpoint=row.endpoint)

    delivery.deliver(row.endpoint_id)
    delivery.deliver(row.endpoint_id)

    tried, endpoint = fresh(row), fresh(row.endpoint)
    assert (tried.state, tried.attempts, tried.lease_until, len(sent)) == ("queued", 1, None, 1)
    assert tried.last_error == (f"HTTP {answer}" if isinstance(answer, int) else "no answer within 10 s")
    assert tried.response_status == (answer if isinstance(answer, int) else None)
    assert timezone.now() < tried.deliver_after_at < timezone.now() + timedelta(seconds=6)
    assert endpoint.rests_until > timezone.now() + timedelta(seconds=4)
    assert endpoint.failing_since_at is not None


def test_back_off_lasts_about_three_days_then_it_is_over(answers):
    given, _sent = answers
    row = WebhookDeliveryFactory()
    waits = []
    for _ in range(len(BACK_OFF) + 1):
        given.append(503)
        due_again(row)
        delivery.deliver(row.endpoint_id)
        waits.append(fresh(row).deliver_after_at - timezone.now())

    assert (fresh(row).state, fresh(row).attempts, fresh(row).last_error) == ("failed", 10, "HTTP 503")
    assert timedelta(days=3) < sum(BACK_OFF, timedelta()) < timedelta(days=3.5)
    assert [round(wait.total_seconds(), -1) for wait in waits[1:3]] == [300, 1800]


def test_success_ends_the_failing(answers):
    row = WebhookDeliveryFactory(endpoint__failing_since_at=timezone.now() - timedelta(days=2))

    delivery.deliver(row.endpoint_id)

    assert fresh(row.endpoint).failing_since_at is None


def test_endpoint_that_fails_for_long_is_switched_off(answers):
    given, _sent = answers
    given.append(500)
    row = WebhookDeliveryFactory(endpoint__failing_since_at=timezone.now() - timedelta(days=3, hours=1))
    WebhookDeliveryFactory(endpoint=row.endpoint)

    delivery.deliver(row.endpoint_id)

    endpoint = fresh(row.endpoint)
    assert (endpoint.is_active, endpoint.off_because) == (False, "failing")
    assert set(endpoint.deliveries.values_list("state", flat=True)) == {"failed"}


def test_gone_switches_off_at_once(answers):
    given, _sent = answers
    given.append(410)
    row = WebhookDeliveryFactory()

    delivery.deliver(row.endpoint_id)

    assert (fresh(row.endpoint).off_because, fresh(row).state) == ("gone", "failed")


def test_switched_off_is_not_sent_to(answers):
    _given, sent = answers
    row = WebhookDeliveryFactory(endpoint__is_active=False, endpoint__off_because="by_hand")

    delivery.deliver(row.endpoint_id)

    assert sent == []


def test_secret_that_cannot_be_opened_is_an_error_like_others(answers):
    row = WebhookDeliveryFactory(endpoint__sealed_secret=b"rusak")

    delivery.deliver(row.endpoint_id)

    assert (fresh(row).state, fresh(row).last_error) == ("queued", "Unreadable")


def test_sweep_rings_for_endpoints_with_something_due(rung):
    due = WebhookDeliveryFactory()
    WebhookDeliveryFactory(deliver_after_at=timezone.now() + timedelta(minutes=1))
    WebhookDeliveryFactory(endpoint__rests_until=timezone.now() + timedelta(minutes=1))
    WebhookDeliveryFactory(state="failed")
    WebhookEndpointFactory()

    tasks.sweep_webhooks()

    assert [pk for _name, pk in rung] == [due.endpoint_id]


def test_discard_old_keeps_what_waits():
    old = timezone.now() - timedelta(days=31)
    WebhookDeliveryFactory(created_at=old, state="failed")
    WebhookDeliveryFactory(created_at=old, state="sent", sent_at=old)
    kept = {WebhookDeliveryFactory(created_at=old).pk, WebhookDeliveryFactory(state="failed").pk}

    delivery.discard_old()

    assert set(WebhookDelivery.objects.values_list("pk", flat=True)) == kept


def test_delivered_over_the_wire_with_the_secret_of_the_endpoint(receiver):
    endpoint = WebhookEndpointFactory(url=receiver.url)
    row = WebhookDeliveryFactory(endpoint=endpoint, payload={"type": "ticket.created"})

    delivery.deliver(endpoint.pk)

    headers, body = receiver.got[0]
    assert fresh(row).state == "sent"
    assert headers["webhook-id"] == row.webhook_id
    assert Webhook(WEBHOOK_SECRET).verify(body, headers) == {"type": "ticket.created"}
