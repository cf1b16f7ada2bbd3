"""How much automatic mail one mailbox may get, one network may cause, and all together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from tickets import suppression
from tickets.models import Message, Ticket
from tickets.models.message import MERGED_NOTICE, Delivery, MessageKind
from tickets.people import mailbox_key

logger = logging.getLogger(__name__)

# A cap: its code, those that count towards it, and how many are allowed.
Cap = tuple[str, QuerySet[Message], int]


def unreachable_because(to: str) -> str:
    """Say why nothing can be mailed there, or ""."""
    return suppression.because_of(to) if to else "no_address"


def withheld_because(to: str, *, caps: Sequence[Cap]) -> str:
    """Say why an automatic message must not go there, or which cap it would break, or "".

    OWASP calls it e-mail bombing: the form mails whatever address was typed into it.
    """
    because = unreachable_because(to)
    if because:
        return because
    _take_turns(mailbox_key(to))
    return broken(caps)


def broken(caps: Sequence[Cap]) -> str:
    """Say which of the caps one more message would break, or ""."""
    for code, counted, limit in caps:
        if counted[:limit].count() >= limit:
            logger.warning("an automatic message was suppressed: %s", code)
            return code
    return ""


def caps_of_form(ticket: Ticket, *, to: str) -> Sequence[Cap]:
    hour = timezone.now() - timedelta(hours=1)
    caps: list[Cap] = [
        (
            "address_hour",
            mailed_to(to).filter(created_at__gt=hour),
            settings.AUTO_REPLIES_PER_ADDRESS_HOUR,
        ),
        *caps_of_all(to),
    ]
    for code, column, limit in (
        ("ip_hour", "ip_address", settings.AUTO_REPLIES_PER_IP_HOUR),
        ("network_hour", "network", settings.AUTO_REPLIES_PER_NETWORK_HOUR),
    ):
        if caused_from := getattr(ticket, column):
            counted = automatic().filter(**{f"ticket__{column}": caused_from}, created_at__gt=hour)
            caps.append((code, counted, limit))
    return caps


def caps_of_merge(ticket: Ticket) -> Sequence[Cap]:
    """An agent causes a notice of a merge, not a form: the hour counts such notices only."""
    hour = timezone.now() - timedelta(hours=1)
    told = mailed_to(ticket.mail_address).filter(
        purpose=MERGED_NOTICE, ticket__merged_into=ticket.merged_into, created_at__gt=hour
    )
    return [("just_told", told, 1), *caps_of_all(ticket.mail_address)]


def caps_of_all(to: str) -> Sequence[Cap]:
    now = timezone.now()
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    return [
        ("address_day", mailed_to(to).filter(created_at__gt=day), settings.AUTO_REPLIES_PER_ADDRESS_DAY),
        ("everyone_hour", automatic().filter(created_at__gt=hour), settings.AUTO_REPLIES_PER_HOUR),
    ]


def mailed_to(to: str) -> QuerySet[Message]:
    return automatic().filter(recipient_key=mailbox_key(to))


def automatic() -> QuerySet[Message]:
    outgoing = Message.objects.outgoing().filter(kind=MessageKind.AUTO_REPLY)
    return outgoing.exclude(delivery=Delivery.SUPPRESSED)


def _take_turns(key: str) -> None:
    """Let replies to one mailbox be counted one after the other.

    SQLite's IMMEDIATE transactions take turns as they are.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
