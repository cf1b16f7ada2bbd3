"""What goes by age: one rule per kind of data, run by beat in small transactions, with a count kept of each.

A rule removes at most a batch and says how much that was; nothing of it depends on what ran before, so a
run that dies or a setting that changes needs no care.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets import clock, drafts, joining, lifecycle, search, sessions
from tickets.actors import SYSTEM
from tickets.mail import sealed_mail
from tickets.models import (
    IncomingMail,
    Message,
    Retention,
    Screenshot,
    SealedSecret,
    SuppressedAddress,
    Ticket,
    Trace,
)
from tickets.models.event import EventKind
from tickets.models.ticket import Status
from tickets.models.ticket_indexes import HAS_TECHNICAL
from tickets.models.trace import TraceKind
from tickets.privacy import deletion, identity_retention  # noqa: F401 - it registers its own rules
from tickets.privacy.rules import RULES, Rule, rule
from tickets.webhooks import delivery

logger = logging.getLogger(__name__)

# Rows in one transaction; tickets are fewer, see deletion.AT_ONCE.
BATCH = 500
PICTURES = 100  # screenshots: a line goes into the history of each of their tickets
# Seconds a rule has in one run: triage shares the workers. What is left over goes in the next one.
BUDGET = 2.0
# Of the search index, in one run: 2 MB, some milliseconds.
INDEX_PAGES = 500


def run(*, within: float = BUDGET) -> Counter[str]:
    """Apply every rule, each for so many seconds; return what was removed. One that fails stops no other."""
    removed: Counter[str] = Counter()
    for name, each in RULES.items():
        if not each.is_on:
            continue
        has_failed = is_behind = False
        try:
            removed[name], is_behind = _apply(each, within=within)
        except Exception:
            logger.exception("the retention rule %s failed", name)
            has_failed = True
        _report(name, removed[name], is_behind=is_behind, has_failed=has_failed)
    removed = +removed
    if removed:
        search.forget_deleted(pages=INDEX_PAGES)
        logger.info("removed by age: %s", ", ".join(f"{name} {number}" for name, number in removed.items()))
    return removed


def _apply(each: Rule, *, within: float) -> tuple[int, bool]:
    """Return how much was removed, and whether more is left."""
    until = time.monotonic() + within
    before = timezone.now() - each.kept()
    total = 0
    while number := each.discard(before):
        total += number
        if time.monotonic() > until:
            return total, True
    return total, False


def _report(name: str, removed: int, *, is_behind: bool, has_failed: bool) -> None:
    now = timezone.now()
    columns = {"ran_at": now, "is_behind": is_behind, "has_failed": has_failed}
    Retention.objects.bulk_create([Retention(rule=name, ran_at=now)], ignore_conflicts=True)
    mine = Retention.objects.filter(pk=name)
    if removed:
        mine.update(**columns, removed=removed, removed_at=now, total=F("total") + removed)
    else:
        mine.update(**columns)


@rule(
    _("Tickets with messages, notes, history and everything else on them"),
    _("after closing"),
    "TICKETS_KEPT_DAYS",
    lambda: settings.TICKETS_KEPT,
)
def tickets(before: datetime) -> int:
    closed = Ticket.objects.filter(status=Status.CLOSED, closed_at__lt=before).order_by("closed_at")
    return _delete_families(list(closed.values_list("pk", flat=True)[: deletion.AT_ONCE]))


@rule(
    _("Reports held back as possible spam on which nobody has decided: they become spam"),
    _("after they came"),
    "SUSPENDED_DAYS",
    lambda: settings.SUSPENDED_KEPT,
)
def suspended(before: datetime) -> int:
    return clock.give_up_on_suspended(before=before)


@rule(_("What was taken for spam"), _("after the last change"), "SPAM_KEPT_DAYS", lambda: settings.SPAM_KEPT)
def spam(before: datetime) -> int:
    old = Ticket.objects.filter(status=Status.SPAM, updated_at__lt=before).order_by("updated_at")
    return _delete_families(list(old.values_list("pk", flat=True)[: deletion.AT_ONCE]))


@rule(
    _("Screenshots and what was read off them"),
    _("after the ticket was closed"),
    "SCREENSHOTS_KEPT_DAYS",
    lambda: settings.SCREENSHOTS_KEPT,
)
def screenshots(before: datetime) -> int:
    return sum(
        _discard_screenshots(list(_older(Screenshot, over, before).values_list("ticket", "pk")[:PICTURES]))
        for over in _ticket_over(before)
    )


@rule(
    _("Masked codes and numbers; the text stays masked"),
    _("after the ticket was closed"),
    "SECRETS_KEPT_DAYS",
    lambda: settings.SECRETS_KEPT,
)
def secrets(before: datetime) -> int:
    removed = 0
    for over in _ticket_over(before):
        pks = list(_older(SealedSecret, over, before).values_list("pk", flat=True)[:BATCH])
        removed += SealedSecret.objects.filter(pk__in=pks).delete()[0]
    return removed


@rule(
    _("IP address, browser, and the digest of both"),
    _("after the report"),
    "TECHNICAL_KEPT_DAYS",
    lambda: settings.TECHNICAL_KEPT,
)
def technical(before: datetime) -> int:
    old = Ticket.objects.filter(HAS_TECHNICAL, created_at__lt=before).order_by("created_at")
    pks = list(old.values_list("pk", flat=True)[:BATCH])
    with transaction.atomic():
        Trace.objects.filter(ticket__in=pks, kind=TraceKind.DEVICE).delete()
        return Ticket.objects.filter(pk__in=pks).update(ip_address=None, network="", user_agent="")


@rule(
    _("What mail servers said about a delivery"),
    _("after the message"),
    "TECHNICAL_KEPT_DAYS",
    lambda: settings.TECHNICAL_KEPT,
)
def server_words(before: datetime) -> int:
    old = Message.objects.filter(~Q(last_error=""), created_at__lt=before).order_by("created_at")
    pks = list(old.values_list("pk", flat=True)[:BATCH])
    return Message.objects.filter(pk__in=pks).update(last_error="")


@rule(
    _("The source of received mail"), _("after filing"), "INCOMING_KEPT_DAYS", lambda: settings.INCOMING_KEPT
)
def sources(before: datetime) -> int:
    return sealed_mail.discard_old()


@rule(
    _("Received mail that is on no ticket: what became of it, and its source"),
    _("after filing"),
    "TICKETS_KEPT_DAYS",
    lambda: settings.TICKETS_KEPT,
)
def mails(before: datetime) -> int:
    old = IncomingMail.objects.filter(ended_at__lt=before, ticket=None).order_by("ended_at")
    pks = list(old.values_list("pk", flat=True)[:BATCH])
    IncomingMail.objects.filter(pk__in=pks).delete()
    return len(pks)


@rule(
    _("Replies that were begun and never sent"),
    _("after the last key"),
    "DRAFT_DAYS",
    lambda: settings.DRAFT_KEPT,
)
def drafted(before: datetime) -> int:
    return drafts.discard_old()


@rule(
    _("Addresses that are not mailed"),
    _("after the bounce or complaint"),
    "SUPPRESSED_KEPT_DAYS",
    lambda: settings.SUPPRESSED_KEPT,
)
def suppressed(before: datetime) -> int:
    old = SuppressedAddress.objects.filter(created_at__lt=before).order_by("pk")
    pks = list(old.values_list("pk", flat=True)[:BATCH])
    return SuppressedAddress.objects.filter(pk__in=pks).delete()[0]


@rule(_("The log of webhooks: numbers of tickets, no texts"), _("after the event"), "", lambda: delivery.KEPT)
def deliveries(before: datetime) -> int:
    return delivery.discard_old()


@rule(
    _("Sessions of staff"), _("after signing in"), "", lambda: timedelta(seconds=settings.SESSION_COOKIE_AGE)
)
def sessions_over(before: datetime) -> int:
    return sessions.discard_old()


def _ticket_over(before: datetime) -> tuple[Q, Q]:
    """Of rows on tickets: those of a ticket that is closed so long, or that is merged into such a one.

    Two questions instead of one with OR, which neither engine answers by an index.
    """
    return (
        Q(ticket__status=Status.CLOSED, ticket__closed_at__lt=before),
        Q(ticket__status=Status.MERGED, ticket__merged_into__closed_at__lt=before),
    )


def _older(model: type[Screenshot | SealedSecret], over: Q, before: datetime) -> QuerySet:
    # Nothing is newer than the end of its ticket: by its own age, only what is nearly due is looked at.
    return model.objects.filter(over, created_at__lt=before).order_by("created_at")


def _delete_families(pks: list[int]) -> int:
    """Delete finished tickets and all that was merged into them; return how many."""
    if not pks:
        return 0
    with transaction.atomic():
        found = Ticket.objects.filter(pk__in=pks).only("pk")
        return deletion.delete(list(joining.lock_family(*found)))


def _discard_screenshots(rows: Sequence[tuple[int, int]]) -> int:
    """Remove screenshots, given with their tickets, and the words that were read off them."""
    of_ticket = Counter(ticket for ticket, _pk in rows)
    with transaction.atomic():
        tickets = Ticket.objects.select_for_update().filter(pk__in=of_ticket).order_by("pk")
        locked = list(tickets.defer("description"))
        gone = Screenshot.objects.filter(pk__in=[pk for _ticket, pk in rows])
        deletion.discard_files(gone)
        gone.delete()
        for ticket in locked:
            if ticket.screen_text:
                lifecycle.keep_screen_text(ticket, text="")
            count = of_ticket[ticket.pk]
            lifecycle.record(ticket, EventKind.SCREENSHOTS_DISCARDED, by=SYSTEM, count=count)
    return len(rows)
