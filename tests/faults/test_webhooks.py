"""A receiver of webhooks that never answers, and a worker that dies while it is telling."""

import pytest
from django.utils import timezone

from tests.factories import WebhookEndpointFactory
from tests.processes import until
from tests.product import NEUTRAL
from tests.webhook_receiver import Receiver
from tickets.models import WebhookDelivery, WebhookEndpoint

# Longer than a try, which ends after ten seconds.
OWN = {"LEASE_SECONDS": "16", "TASK_SECONDS": "15", "SWEEP_SECONDS": "2", "WEBHOOKS_TO_LOOPBACK": "true"}


@pytest.fixture
def own_settings():
    return OWN


@pytest.fixture
def receiver(product, settings):
    settings.SECRET_KEY = NEUTRAL["SECRET_KEY"]  # the product's, which has to open the secret
    with Receiver() as receiver:
        WebhookEndpointFactory(url=receiver.url, events=["ticket.created"])
        yield receiver


def try_now():
    """Let rest and back-off be over: they are not what is tested here."""
    WebhookEndpoint.objects.update(rests_until=None)
    WebhookDelivery.objects.filter(state="queued").update(deliver_after_at=timezone.now())


def is_all_told():
    try_now()
    return not WebhookDelivery.objects.exclude(state="sent").exists()


def test_receiver_that_never_answers_holds_up_no_ticket(product, receiver, client, settle):
    product.start()
    receiver.drips = True
    client.send(1)
    until(lambda: receiver.got, within=20, what="the receiver was told")

    client.send_many(range(2, 12))
    outcome = settle("webhook receiver hangs")
    tried_meanwhile = len(receiver.got)
    receiver.drips = False
    until(is_all_told, within=60, what="all was told in the end")

    assert outcome.is_clean
    assert tried_meanwhile <= 3
    ids = {payload["id"] for payload in receiver.payloads}
    assert len(ids) == WebhookDelivery.objects.count() == 11


def test_worker_killed_while_telling_tells_it_again_under_the_same_id(product, receiver, client):
    product.start()
    receiver.drips = True
    client.send(1)
    until(lambda: receiver.got, within=20, what="the receiver was told")

    product.worker.kill()
    receiver.drips = False
    product.start_worker()
    until(is_all_told, within=60, what="it was told again")

    assert {payload["id"] for payload in receiver.payloads} == {WebhookDelivery.objects.get().webhook_id}
    assert len(receiver.got) >= 2
