"""What is queued for endpoints: events of tickets in the transaction of the change, and tests by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from tickets import shared_clock
from tickets.bells import ring
from tickets.models import Event, Ticket, WebhookDelivery, WebhookEndpoint
from tickets.models.ticket_choices import NO_REPORT
from tickets.models.webhook import TEST_EVENT, WebhookEvent, WebhookState
from tickets.webhooks import tasks
from tickets.webhooks.endpoints import listeners
from tickets.webhooks.payloads import about, envelope, new_event, type_of


def tell(ticket: Ticket, event: Event) -> None:
    """Queue the event for every endpoint that wants it; costs no query when none does.

    Nothing is told of spam, or of what may be: a flood at the form must not become one at somebody's door.
    """
    if ticket.status in NO_REPORT:
        _take_back(ticket)
        return
    type = type_of(event)
    wanting = _wanting(type)
    if type is None or not wanting:
        return
    event_id, now = new_event()
    payload = envelope(event_id, type=type, at=now, data=about(ticket, event))
    _queue(wanting, event_id=event_id, type=type, payload=payload)
    _ring(*wanting)


def tell_erased(references: Iterable[str]) -> None:
    """Queue for every endpoint that wants it that these tickets are erased at a person's wish.

    For the transaction that erases them: whoever keeps a copy is to delete it (GDPR, article 19).
    """
    type = WebhookEvent.TICKET_ERASED
    wanting = _wanting(type)
    if not wanting:
        return
    for reference in references:
        event_id, now = new_event()
        payload = envelope(event_id, type=type, at=now, data={"ticket": reference})
        _queue(wanting, event_id=event_id, type=type, payload=payload)
    _ring(*wanting)


def _take_back(ticket: Ticket) -> None:
    """Say nothing of a report that turns out to be spam before anybody was told of it."""
    if _wanting(WebhookEvent.TICKET_CREATED):
        untold = WebhookDelivery.objects.filter(state=WebhookState.QUEUED, attempts=0)
        untold.filter(type=WebhookEvent.TICKET_CREATED, payload__data__ticket=ticket.reference).delete()


def _queue(wanting: list[int], **columns: Any) -> None:
    now = shared_clock.now()
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(endpoint_id=pk, deliver_after_at=now, **columns) for pk in wanting
    )


def _wanting(type: WebhookEvent | None) -> list[int]:
    return [each.pk for each in listeners() if type in each.events]


def send_test(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Queue an event that is about nothing, to see whether it arrives."""
    event_id, now = new_event()
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_id=event_id,
        type=TEST_EVENT,
        deliver_after_at=shared_clock.now(),
        payload=envelope(event_id, type=TEST_EVENT, at=now, data={}),
    )
    _ring(endpoint.pk)
    return delivery


def send_again(delivery: WebhookDelivery) -> bool:
    """Queue a delivery anew under the same event id; False while a worker has it, or its endpoint is off."""
    again = WebhookDelivery.objects.filter(pk=delivery.pk, endpoint__is_active=True)
    done = again.exclude(state=WebhookState.SENDING).update(
        state=WebhookState.QUEUED, attempts=0, sent_at=None, deliver_after_at=shared_clock.now()
    )
    if done:
        WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(rests_until=None)
        _ring(delivery.endpoint_id)
    return bool(done)


def _ring(*pks: int) -> None:
    transaction.on_commit(lambda: ring(tasks.deliver_webhooks, *pks), robust=True)
