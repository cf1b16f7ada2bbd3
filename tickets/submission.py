"""What any door hands in: a report and its attachments, checked and not stored yet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.files.base import File

from tickets import screenshots
from tickets.models import Ticket
from tickets.models.ticket import Channel, SignupPrecision, Zone


@dataclass(frozen=True)
class Attachment:
    """An upload that has passed the check at the door."""

    file: File
    name: str
    inspected: screenshots.Inspected


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A report as any door hands it in: checked field by field, not stored yet."""

    key: uuid.UUID
    description: str
    situation: str = ""  # the category whose words they picked
    channel: Channel = Channel.FORM
    language: str = "id"
    registered_email: str = ""
    registered_phone: str = ""  # E.164
    reply_email: str = ""
    signup_precision: SignupPrecision = SignupPrecision.UNKNOWN
    signed_up_at: datetime | None = None
    signup_claim: str = ""  # a time that cannot be, see forms/signup.py
    zone: Zone = Zone.WIB
    tried: frozenset[str] = frozenset()
    device: str = ""
    user_agent: str = ""
    ip_address: str | None = None
    attachments: Sequence[Attachment] = ()
    # The closed ticket whose story goes on here.
    follows: Ticket | None = None
    # What the platform said had failed when it sent the requester here; evidence, never a proof.
    platform_error: str = ""
    # What only a form can tell: a field that people do not see was filled in; how long it was open.
    fell_for_trap: bool = False
    filled_in: timedelta | None = None
    # Not looked through for signs of spam: it follows an old ticket, or an agent judges it in any case.
    is_trusted: bool = False
