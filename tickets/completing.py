"""What was missing from a report, filled in by its requester; triage then looks again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tickets import fields, lifecycle, masking, tasks
from tickets.actors import REQUESTER
from tickets.bells import ring
from tickets.models import Ticket
from tickets.models.ticket import SignupPrecision, Status, Zone
from tickets.people import requester_key
from triage.report import DEVICE, RESENT, SPAM, WAITED


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What the page asks for, checked field by field; one of the two contacts is there."""

    registered_email: str = ""
    registered_phone: str = ""  # E.164
    signup_precision: SignupPrecision = SignupPrecision.UNKNOWN
    signed_up_at: datetime | None = None
    signup_claim: str = ""
    zone: Zone = Zone.WIB
    tried: frozenset[str] = frozenset()
    device: str = ""


def complete(ticket: Ticket, completion: Completion) -> None:
    """Put it on the ticket and let triage look again; does nothing when the ticket is finished.

    Answers go on to the address that the mail came from. One that waits for its requester, who is
    here now, goes back to the agents.
    """
    with transaction.atomic():
        ticket = lifecycle.lock(ticket)
        if ticket.is_finished:
            return
        lifecycle.complete(ticket, columns=_columns(ticket, completion), by=REQUESTER)
        if ticket.status == Status.PENDING:
            lifecycle.put_in_queue(ticket, because="requester_wrote", by=REQUESTER)
        transaction.on_commit(lambda: ring(tasks.look_again, ticket.pk), robust=True)


def _columns(ticket: Ticket, completion: Completion) -> dict[str, Any]:
    email, phone = completion.registered_email, completion.registered_phone
    reply_email = fields.second_address(ticket.mail_address, registered_email=email)
    return {
        "registered_email": email,
        "registered_phone": phone,
        "reply_email": reply_email,
        "requester_key": requester_key(email=email, phone=phone, reply_email=reply_email),
        "signup_precision": completion.signup_precision,
        "signed_up_at": completion.signed_up_at,
        "signup_claim": completion.signup_claim,
        "zone": completion.zone,
        "tried_waiting": WAITED in completion.tried,
        "tried_spam": SPAM in completion.tried,
        "tried_resend": RESENT in completion.tried,
        "tried_device": DEVICE in completion.tried,
        "device": masking.blot(completion.device, limit=fields.MAX_DEVICE),
    }
