"""The addresses that are told: added, changed, switched off; and who wants what, known without a query."""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from tickets import sealing
from tickets.models import WebhookDelivery, WebhookEndpoint
from tickets.models.webhook import OffBecause, WebhookState
from tickets.remembered import Kept
from tickets.webhooks import targets

logger = logging.getLogger(__name__)

# How long another process may still go by what was set before (seconds).
KEPT = 5.0
# Standard Webhooks: between 24 and 64 random bytes, in base64 after this mark.
SECRET_MARK = "whsec_"  # noqa: S105 - no secret, what one begins with
SECRET_BYTES = 32


@dataclass(frozen=True)
class Listener:
    """An endpoint that is switched on, as far as one has to know who queues an event."""

    pk: int
    events: frozenset[str]


def load() -> tuple[Listener, ...]:
    active = WebhookEndpoint.objects.filter(is_active=True).order_by("pk").values_list("pk", "events")
    return tuple(Listener(pk, frozenset(events)) for pk, events in active)


# Who is told of anything: it is asked at every event of a ticket.
_kept = Kept(load, seconds=KEPT)
listeners, keep, forget = _kept.get, _kept.keep, _kept.forget


def add(*, url: str, events: Collection[str], by: User) -> tuple[WebhookEndpoint, str]:
    """Return a new endpoint with its secret, which is shown once. Raises targets.Refused."""
    targets.parse(url)
    secret = _new_secret()
    endpoint = WebhookEndpoint.objects.create(
        url=url, events=sorted(events), sealed_secret=sealing.seal(secret), created_by=by
    )
    _changed(endpoint, what="added", by=by)
    return endpoint, secret


def change(endpoint: WebhookEndpoint, *, url: str, events: Collection[str], by: User) -> None:
    """Tell another address, or of other events. Raises targets.Refused."""
    targets.parse(url)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        url=url, events=sorted(events), failing_since_at=None, rests_until=None
    )
    _changed(endpoint, what="changed", by=by)


def rotate(endpoint: WebhookEndpoint, *, by: User) -> str:
    """Return a new secret; the one before signs nothing more."""
    secret = _new_secret()
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(sealed_secret=sealing.seal(secret))
    _changed(endpoint, what="given a new secret", by=by)
    return secret


def switch_on(endpoint: WebhookEndpoint, *, by: User) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        is_active=True, off_because="", failing_since_at=None, rests_until=None
    )
    _changed(endpoint, what="switched on", by=by)


def switch_off(endpoint: WebhookEndpoint, *, because: OffBecause, by: User | None = None) -> None:
    """Tell it nothing more; what waits is given up, and can be sent again by hand."""
    with transaction.atomic():
        WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=True).update(
            is_active=False, off_because=because
        )
        waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookState.QUEUED)
        waiting.update(state=WebhookState.FAILED, last_error="the webhook was switched off")
    _changed(endpoint, what=f"switched off: {because}", by=by)


def _new_secret() -> str:
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _changed(endpoint: WebhookEndpoint, *, what: str, by: User | None) -> None:
    transaction.on_commit(forget)
    logger.info("webhook %s %s by %s", endpoint.pk, what, f"user {by.pk}" if by else "the system")
