"""The Idempotency-Key header: a retry ends at its first ticket."""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from tickets import masking
from tickets.fields import MAX_DEVICE
from tickets.models import Ticket
from tickets.submission import Submission

HEADER = "Idempotency-Key"
MAX_KEY = 255  # characters
NAMESPACE = uuid.UUID("0f9ab86c-1bb8-4bd6-8c0e-6c9f3a4b7a51")

# What makes two submissions one report. Not how they came: a retry may use another network.
SAME = (
    "language",
    "registered_email",
    "registered_phone",
    "reply_email",
    "signup_precision",
    "signed_up_at",
    "zone",
    "tried",
)


def idempotency_key(request: HttpRequest | Request) -> uuid.UUID | None:
    """Return what the header stands for, None without one; raises ValidationError."""
    header = request.headers.get(HEADER)
    if header is None:
        return None
    # The draft writes the key as a quoted string, most clients write it bare.
    key = header.strip().removeprefix('"').removesuffix('"')
    if not 0 < len(key) <= MAX_KEY:
        detail = _("Send a key of 1 to %(limit)s characters.") % {"limit": MAX_KEY}
        raise ValidationError({HEADER: ErrorDetail(detail, code="invalid")})
    return uuid.uuid5(NAMESPACE, key)


def is_same_report(ticket: Ticket, submission: Submission) -> bool:
    """Tell a retry from another report that was sent with the same key."""
    if any(getattr(ticket, name) != getattr(submission, name) for name in SAME):
        return False
    if ticket.device != masking.blot(submission.device, limit=MAX_DEVICE):
        return False
    # Last of the words: to compare them, the ticket's secrets may have to be unsealed.
    if ticket.description != masking.as_stored(ticket, submission.description):
        return False
    stored = ticket.screenshots.filter(message=None).values_list("sha256", flat=True)
    return sorted(stored) == sorted(attachment.inspected.sha256 for attachment in submission.attachments)
