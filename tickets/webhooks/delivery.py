"""Deliver what is due to one endpoint, as long as it answers and its turn lasts."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from django.utils import timezone

from tickets import sealing, shared_clock
from tickets.models import WebhookDelivery, WebhookEndpoint
from tickets.models.webhook import OffBecause, WebhookState
from tickets.webhooks import endpoints
from tickets.webhooks.sending import Unreachable, post

logger = logging.getLogger(__name__)

# After each failed try, how long until the next one: about three days, as Standard Webhooks advises.
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# An endpoint at which nothing has arrived for so long is switched off.
OFF_AFTER = timedelta(days=3)
# One bell's work (seconds): triage shares the workers.
TURN = 5.0
# After a failed try the endpoint is left alone: so many times as long as the try took, and at least so long.
REST = 3
SHORTEST_REST = timedelta(seconds=5)
GONE = 410  # RFC 9110 15.5.11; Standard Webhooks: send no more
# How long the log of what was sent or failed is kept.
KEPT = timedelta(days=30)
DISCARDED_AT_ONCE = 5000


def deliver(pk: int) -> bool:
    """Deliver to the endpoint if it is there to be claimed; say whether more is due to it at once."""
    endpoint = WebhookEndpoint.objects.claim(pk)
    if endpoint is None:
        return False
    try:
        _take_turn(endpoint)
    finally:
        # The count begins anew: it is of workers that died, and nothing else ends it.
        held = WebhookEndpoint.objects.filter(pk=pk, attempts=endpoint.attempts)
        held.update(lease_until=None, attempts=0)
    return WebhookEndpoint.objects.due().filter(pk=pk).exists()


def discard_old() -> int:
    """Delete the oldest of what is over; what waits stays."""
    over = WebhookDelivery.objects.filter(created_at__lt=timezone.now() - KEPT)
    over = over.filter(state__in=[WebhookState.SENT, WebhookState.FAILED]).order_by("created_at")
    pks = list(over.values_list("pk", flat=True)[:DISCARDED_AT_ONCE])
    return WebhookDelivery.objects.filter(pk__in=pks).delete()[0]


def _take_turn(endpoint: WebhookEndpoint) -> None:
    ends = time.monotonic() + TURN
    while time.monotonic() < ends:
        due = WebhookDelivery.objects.due().filter(endpoint=endpoint).order_by("deliver_after_at", "pk")
        pk = due.values_list("pk", flat=True).first()
        if pk is None or not _try(endpoint, pk):
            return


def _try(endpoint: WebhookEndpoint, pk: int) -> bool:
    """Try one delivery; False when the endpoint should be left alone."""
    delivery = WebhookDelivery.objects.claim(pk, state=WebhookState.SENDING)
    if delivery is None:
        return True
    began = time.monotonic()
    try:
        status = post(
            endpoint.url,
            webhook_id=delivery.webhook_id,
            payload=delivery.payload,
            secret=sealing.unseal(bytes(endpoint.sealed_secret)),
        )
    except (Unreachable, sealing.Unreadable) as error:
        _failed(endpoint, delivery, status=None, error=str(error) or type(error).__name__)
    else:
        if 200 <= status < 300:
            _arrived(endpoint, delivery, status=status)
            return True
        _failed(endpoint, delivery, status=status, error=f"HTTP {status}")
        if status == GONE:
            endpoints.switch_off(endpoint, because=OffBecause.GONE)
    _let_rest(endpoint, seconds=time.monotonic() - began)
    return False


def _arrived(endpoint: WebhookEndpoint, delivery: WebhookDelivery, *, status: int) -> None:
    _finish(delivery, state=WebhookState.SENT, sent_at=timezone.now(), response_status=status, last_error="")
    if endpoint.failing_since_at:
        endpoint.failing_since_at = None
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since_at=None)


def _failed(endpoint: WebhookEndpoint, delivery: WebhookDelivery, *, status: int | None, error: str) -> None:
    now = timezone.now()
    logger.warning("webhook %s: delivery %s failed, try %s", endpoint.pk, delivery.pk, delivery.attempts)
    outcome = {"response_status": status, "last_error": error[:300]}
    if delivery.attempts > len(BACK_OFF):
        _finish(delivery, state=WebhookState.FAILED, **outcome)
    else:
        next_try = shared_clock.now() + BACK_OFF[delivery.attempts - 1]
        _finish(delivery, state=WebhookState.QUEUED, deliver_after_at=next_try, **outcome)
    if endpoint.failing_since_at is None:
        endpoint.failing_since_at = now
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since_at=now)
    elif now - endpoint.failing_since_at > OFF_AFTER:
        endpoints.switch_off(endpoint, because=OffBecause.FAILING)


def _let_rest(endpoint: WebhookEndpoint, *, seconds: float) -> None:
    rest = max(SHORTEST_REST, timedelta(seconds=REST * seconds))
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rests_until=timezone.now() + rest)


def _finish(delivery: WebhookDelivery, **columns) -> None:
    """Write the outcome if the lease is still ours."""
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
    mine.update(lease_until=None, **columns)
