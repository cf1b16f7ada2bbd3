"""How the outbox does: what waits longest, what breakers hold back, which domains fail; at a bounded cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from tickets.models import Message, SuppressedAddress
from tickets.models.message import Delivery, MessageKind

RECENT = timedelta(days=1)
# The caps that are there for storms and abuse; a mailbox that was mailed just now is everyday life.
BREAKERS = ("everyone_hour", "ip_hour", "network_hour", "mail_everyone_hour", "mail_domain_hour")
# Failed messages that are looked at, the latest, and domains that are named.
LOOKED_AT = 1000
NAMED = 5
COUNTED = 1000


@dataclass(frozen=True)
class FailingDomain:
    domain: str
    failed: int
    status: str  # the latest, RFC 3463, or ""


@dataclass(frozen=True)
class Tripped:
    """A breaker that has kept automatic replies off the wire in the last hour."""

    code: str
    held_back: int  # COUNTED at most, with all the others


@dataclass(frozen=True)
class Health:
    oldest: Message | None
    unsent: int  # COUNTED at most
    failing: list[FailingDomain]
    suppressed: int  # COUNTED at most
    tripped: list[Tripped]


def look() -> Health:
    # Each state by itself: the index gives its first row at once.
    waiting = [
        Message.objects.filter(delivery=state).select_related("ticket").order_by("id").first()
        for state in (Delivery.QUEUED, Delivery.SENDING)
    ]
    unsent = Message.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.SENDING])
    return Health(
        oldest=min((each for each in waiting if each), key=lambda each: each.pk, default=None),
        unsent=unsent.order_by()[:COUNTED].count(),
        failing=failing_domains(),
        suppressed=SuppressedAddress.objects.standing().order_by()[:COUNTED].count(),
        tripped=tripped_breakers(),
    )


def tripped_breakers() -> list[Tripped]:
    """The breakers that work right now, the busiest first."""
    held_back = Message.objects.filter(
        kind=MessageKind.AUTO_REPLY,
        created_at__gt=timezone.now() - timedelta(hours=1),
        suppressed_because__in=BREAKERS,
    )
    codes = held_back.order_by("-created_at").values_list("suppressed_because", flat=True)[:COUNTED]
    return [Tripped(code, count) for code, count in Counter(codes).most_common()]


def failing_domains() -> list[FailingDomain]:
    """The domains with most failures in the last day, the worst first."""
    failed = Message.objects.filter(delivery=Delivery.FAILED, failed_at__gt=timezone.now() - RECENT)
    rows = failed.order_by("-failed_at").values_list("recipient", "bounce_status")[:LOOKED_AT]
    counts: Counter[str] = Counter()
    latest: dict[str, str] = {}
    for recipient, status in rows:
        domain = recipient.rpartition("@")[2].lower()
        counts[domain] += 1
        latest.setdefault(domain, status)
    return [FailingDomain(domain, count, latest[domain]) for domain, count in counts.most_common(NAMED)]
