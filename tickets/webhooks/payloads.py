"""What is told: which event is which type, and how little of the ticket goes along."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from tickets.models import Event, Ticket
from tickets.models.event import EventKind
from tickets.models.ticket import Priority, Status
from tickets.models.webhook import WebhookEvent

TYPE_OF: Mapping[str, WebhookEvent] = {
    EventKind.SUBMITTED: WebhookEvent.TICKET_CREATED,
    EventKind.TRIAGED: WebhookEvent.TICKET_TRIAGED,
    EventKind.REPLIED: WebhookEvent.TICKET_REPLIED,
    EventKind.MAIL_FAILED: WebhookEvent.MESSAGE_FAILED,
}
TYPE_OF_MOVE: Mapping[str, WebhookEvent] = {
    Status.NEW: WebhookEvent.TICKET_CREATED,  # suspended until now, hence not told of
    Status.SELF_FIX: WebhookEvent.TICKET_HELD,
    Status.OPEN: WebhookEvent.TICKET_OPENED,
    Status.RESOLVED: WebhookEvent.TICKET_RESOLVED,
}


def type_of(event: Event) -> WebhookEvent | None:
    """Return what an event of a ticket is told as; None for what is nobody's business outside."""
    if event.kind == EventKind.MOVED:
        return TYPE_OF_MOVE.get(event.data.get("after", ""))
    return TYPE_OF.get(event.kind)


def new_event() -> tuple[uuid.UUID, datetime]:
    return uuid.uuid4(), timezone.now()


def envelope(event_id: uuid.UUID, *, type: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """The payload as Standard Webhooks has it: type, timestamp, data; and the id beside them."""
    return {"id": f"evt_{event_id.hex}", "type": type, "timestamp": at.isoformat(), "data": data}


def about(ticket: Ticket, event: Event) -> dict[str, Any]:
    """Codes and links only: whoever may know more asks for it with a key."""
    data = {
        "ticket": ticket.reference,
        "status": ticket.status,
        "category": ticket.category or None,
        "priority": Priority(ticket.priority).name.lower(),
        "links": {
            "api": settings.SITE_URL + reverse("api:ticket", args=[ticket.reference]),
            "desk": settings.SITE_URL + reverse("admin:tickets_ticket_change", args=[ticket.pk]),
        },
    }
    if "message" in event.data:
        data["message"] = event.data["message"]
    return data
