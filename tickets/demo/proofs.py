"""Proofs of identity as a lead finds them: one asked for, one to decide about, one decided."""

from __future__ import annotations

import random
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet

from tickets import desk, screenshots
from tickets.demo.people import GIVEN
from tickets.demo.queue import call_mailed, let_pass, shift
from tickets.demo.screens import identity_card
from tickets.identity import asking, deciding, receiving
from tickets.models import IdentityRequest, Ticket
from tickets.models.identity import IdentityDecision, IdentityReason
from tickets.models.ticket import Status
from tickets.submission import Attachment

STAGES = ("asked", "received", "decided")
TIMES = ("created_at", "expires_at", "used_at", "decided_at", "delete_after_at")
DECISION = "Nama dan foto sama dengan akun. Pembatasan boleh dibuka."


def add_proofs(*, lead: User, chance: random.Random) -> None:
    """Once only, on tickets that nobody has, as far as there are any."""
    if IdentityRequest.objects.exists():
        return
    for ticket, stage in zip(_restricted()[: len(STAGES)], STAGES, strict=False):
        with transaction.atomic():
            _add(ticket, stage=stage, lead=lead, chance=chance)


def _restricted() -> QuerySet[Ticket]:
    waiting = Ticket.objects.filter(category=asking.CATEGORY, status=Status.OPEN, assignee=None)
    return waiting.order_by("-id")


def _add(ticket: Ticket, *, stage: str, lead: User, chance: random.Random) -> None:
    desk.take(ticket, by=lead)
    asked = asking.ask(ticket, because=IdentityReason.RESTRICTED, by=lead)
    call_mailed(ticket)
    _let_pass(ticket, minutes=chance.randint(20, 90))
    if stage == "asked":
        return
    receiving.receive(asked, [_picture(chance)])
    _let_pass(ticket, minutes=chance.randint(5, 30))
    if stage == "decided":
        deciding.look(asked.files.get(), ip_address=None, by=lead)
        deciding.decide(asked, decision=IdentityDecision.MATCH, words=DECISION, by=lead)


def _picture(chance: random.Random) -> Attachment:
    name = "kartu.png"
    file = ContentFile(identity_card(chance.choice(GIVEN).title(), chance=chance), name=name)
    return Attachment(file, name, screenshots.inspect(file, name=name))


def _let_pass(ticket: Ticket, *, minutes: int) -> None:
    let_pass(ticket, minutes=minutes)
    shift(ticket.identity_requests.all(), by=timedelta(minutes=minutes), columns=TIMES)
