"""How often mail is answered by itself: caps per sender, per domain and for all, beside the outbox's own."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from tickets import digests
from tickets.counters import ask_cache
from tickets.models import IncomingMail, Ticket
from tickets.models.incoming_mail import MailState
from tickets.models.ticket import Channel
from tickets.people import mailbox_key
from triage.misspelling import is_known

logger = logging.getLogger(__name__)

SENDER, DOMAIN, EVERYONE = "mail_sender_hour", "mail_domain_hour", "mail_everyone_hour"
# Of a sender's mailbox as IncomingMail has it.
SENDER_PURPOSE, SENDER_DIGITS = "tickets.incoming", 32
TOLD_AGAIN = 3600  # seconds


def unanswered_because(ticket: Ticket) -> str:
    """Say why the mail that started this ticket is not answered by mail, or ""."""
    if ticket.channel != Channel.EMAIL:
        return ""
    # By its key, or by the mail that went on in it after the end of another.
    started = IncomingMail.objects.filter(
        Q(key=ticket.submission_key) | Q(ticket=ticket, linked_message=None)
    )
    return started.order_by("pk").values_list("unanswered_because", flat=True).first() or ""


def cap_reached(*, digest: str, domain: str) -> str:
    """Return the code of the cap that one more answer would break, or ""."""
    answered = answered_since(timezone.now() - timedelta(hours=1))
    caps: list[tuple[str, QuerySet[IncomingMail], int]] = [
        (SENDER, answered.filter(sender_digest=digest), settings.MAILS_ANSWERED_PER_SENDER_HOUR),
        (EVERYONE, answered, settings.MAILS_ANSWERED_PER_HOUR),
    ]
    if not is_known(domain):  # a public provider is not one sender
        of_domain = answered.filter(from_domain=domain)
        caps.append((DOMAIN, of_domain, settings.MAILS_ANSWERED_PER_DOMAIN_HOUR))
    for code, counted, limit in caps:
        if counted[:limit].count() >= limit:
            _tell(code)
            return code
    return ""


def answered_since(moment: datetime) -> QuerySet[IncomingMail]:
    return IncomingMail.objects.filter(
        ended_at__gt=moment, state=MailState.FILED, reason="new", unanswered_because=""
    )


def digest_of(address: str) -> str:
    """Return what a sender is counted by: keyed, so that nobody can try addresses out."""
    return digests.digest_of(mailbox_key(address), purpose=SENDER_PURPOSE)[:SENDER_DIGITS]


def _tell(code: str) -> None:
    """Once an hour: a storm must not fill the log too."""
    if ask_cache(lambda: cache.add(f"mail-cap-{code}", True, TOLD_AGAIN), otherwise=False):
        logger.warning("mail is not answered for now: %s", code)
