"""People who report a second time: by another way, for another account, or just once more."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import intake, merging, pipeline
from tickets.demo import people
from tickets.demo.queue import call_mailed, let_pass
from tickets.models import Ticket
from tickets.models.ticket import SignupPrecision, Zone
from tickets.submission import Submission

AGAIN = (
    "kak ini saya lapor lagi, yang tadi belum ada kabar. kodenya tetap belum masuk",
    "permisi, melanjutkan laporan saya sebelumnya, masih gagal juga",
    "saya kirim ulang ya kak takut laporan pertama tidak masuk",
    "kemarin sudah lapor, mohon dibantu cek statusnya",
)
FRESH_MINUTES = 5
MERGED = 0.4  # of those that can be

Contact = dict[str, Any]


def add_repeat(*, agents: Sequence[User], chance: random.Random) -> Ticket | None:
    """Let the person behind a living ticket report again; None while there is nobody."""
    before = timezone.now() - timedelta(minutes=FRESH_MINUTES)
    living = Ticket.objects.filter(status__in=merging.TAKES_IN, earlier=None, created_at__lt=before)
    pks = list(living.exclude(registered_email="", reply_email="").values_list("pk", flat=True))
    if not pks:
        return None
    earlier = living.get(pk=chance.choice(pks))
    contact = chance.choice(WAYS)(earlier, chance)
    with transaction.atomic():
        ticket = intake.submit_ticket(_submission(earlier, contact, chance=chance))
        pipeline.triage(ticket.pk)
        call_mailed(ticket)
        let_pass(ticket, minutes=chance.randint(1, FRESH_MINUTES))
        lead = next(agent for agent in agents if agent.has_perm("tickets.assign_ticket"))
        if chance.random() < MERGED:
            _merge(ticket, into=earlier, by=lead)
    return ticket


def _merge(ticket: Ticket, *, into: Ticket, by: User) -> None:
    ticket.refresh_from_db()
    if merging.can_go_in(ticket):
        merging.merge(ticket, into=into, by=by)
        call_mailed(ticket)


def _submission(earlier: Ticket, contact: Contact, *, chance: random.Random) -> Submission:
    return Submission(
        key=uuid.uuid4(),
        description=chance.choice(AGAIN),
        language=earlier.language,
        signup_precision=SignupPrecision(earlier.signup_precision),
        signed_up_at=earlier.signed_up_at,
        zone=Zone(earlier.zone),
        tried=earlier.tried,
        device=earlier.device,
        user_agent=earlier.user_agent,
        ip_address=earlier.ip_address,
        **contact,
    )


def _once_more(earlier: Ticket, chance: random.Random) -> Contact:
    name, _, domain = earlier.mail_address.partition("@")
    return {
        "registered_email": earlier.registered_email,
        "registered_phone": earlier.registered_phone,
        "reply_email": f"{name}+lagi@{domain}" if earlier.reply_email else "",
    }


def _by_phone(earlier: Ticket, chance: random.Random) -> Contact:
    return {"registered_phone": people.phone(chance), "reply_email": earlier.mail_address}


def _second_account(earlier: Ticket, chance: random.Random) -> Contact:
    return {"registered_email": people.address(chance), "reply_email": earlier.mail_address}


WAYS: tuple[Callable[[Ticket, random.Random], Contact], ...] = (_once_more, _by_phone, _second_account)
