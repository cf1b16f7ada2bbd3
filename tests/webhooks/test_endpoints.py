import base64

import pytest
from django.core.management import call_command

from tests.factories import AgentFactory, WebhookDeliveryFactory, WebhookEndpointFactory
from tickets import sealing
from tickets.models import WebhookEndpoint
from tickets.models.webhook import OffBecause
from tickets.webhooks import endpoints, queueing
from tickets.webhooks.targets import Refused

pytestmark = pytest.mark.django_db
URL = "https://hooks.contoh.id/kaya"


@pytest.fixture
def dewi():
    return AgentFactory()


def secret_of(endpoint):
    return sealing.unseal(bytes(WebhookEndpoint.objects.get(pk=endpoint.pk).sealed_secret))


def test_add_seals_the_secret(dewi):
    endpoint, secret = endpoints.add(url=URL, events=["ticket.held", "ticket.created"], by=dewi)

    kept = WebhookEndpoint.objects.get()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret.encode() not in bytes(kept.sealed_secret)
    assert secret_of(endpoint) == secret
    assert (kept.events, kept.created_by, kept.is_active) == (["ticket.created", "ticket.held"], dewi, True)


def test_add_and_change_refuse_our_own_network(dewi):
    endpoint = WebhookEndpointFactory()

    with pytest.raises(Refused):
        endpoints.add(url="https://10.0.0.1/", events=[], by=dewi)
    with pytest.raises(Refused):
        endpoints.change(endpoint, url="https://127.0.0.1/", events=[], by=dewi)

    assert [each.url for each in WebhookEndpoint.objects.all()] == [endpoint.url]


def test_rotate_gives_another_secret(dewi):
    endpoint, first = endpoints.add(url=URL, events=[], by=dewi)

    second = endpoints.rotate(endpoint, by=dewi)

    assert first != second == secret_of(endpoint)


def test_switched_off_gives_up_what_waits_and_hears_nothing_more(dewi):
    delivery = WebhookDeliveryFactory()
    endpoints.forget()

    endpoints.switch_off(delivery.endpoint, because=OffBecause.BY_HAND, by=dewi)
    endpoints.forget()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("failed", "the webhook was switched off")
    assert endpoints.listeners() == ()


def test_switched_on_forgets_its_failures(dewi):
    endpoint = WebhookEndpointFactory(is_active=False, off_because="failing")

    endpoints.switch_on(endpoint, by=dewi)

    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.off_because, endpoint.failing_since_at) == (True, "", None)


def test_listeners_are_asked_for_once(django_assert_num_queries):
    endpoint = WebhookEndpointFactory(events=["ticket.held"])
    endpoints.forget()

    with django_assert_num_queries(1):
        endpoints.listeners()
        found = endpoints.listeners()

    assert found == (endpoints.Listener(endpoint.pk, frozenset({"ticket.held"})),)


@pytest.mark.parametrize("state", ["failed", "sent", "queued"])
def test_send_again_queues_it_under_its_id(state):
    sent_at = {"sent_at": "2026-11-28T00:00:00Z"} if state == "sent" else {}
    delivery = WebhookDeliveryFactory(state=state, attempts=10, **sent_at)

    done = queueing.send_again(delivery)

    before = delivery.event_id
    delivery.refresh_from_db()
    assert (done, delivery.state, delivery.attempts, delivery.sent_at) == (True, "queued", 0, None)
    assert delivery.event_id == before


def test_send_again_leaves_what_a_worker_has_and_what_is_off():
    busy = WebhookDeliveryFactory(state="sending", attempts=1)
    off = WebhookDeliveryFactory(
        state="failed", endpoint=WebhookEndpointFactory(is_active=False, off_because="gone")
    )

    assert (queueing.send_again(busy), queueing.send_again(off)) == (False, False)


def test_secrets_are_sealed_anew_with_the_others(settings, capsys):
    endpoint = WebhookEndpointFactory()
    settings.SEALING_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    endpoint.sealed_secret = sealing.seal("whsec_abcd")
    endpoint.save()
    settings.SEALING_KEYS = ["MTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", *settings.SEALING_KEYS]

    call_command("rotate_seals")
    settings.SEALING_KEYS = settings.SEALING_KEYS[:1]

    assert secret_of(endpoint) == "whsec_abcd"
