"""A candidate model beside the one in use: it is asked about every ticket, and decides nothing."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tickets.models import ShadowAssessment, Ticket
from triage import classifier
from triage.assess import Assessment, assess_by
from triage.report import Report

logger = logging.getLogger(__name__)

# What is compared: the latest so many.
WINDOW = 5000
DIFFERING = 25
KEPT_FOR = timedelta(days=90)
BATCH = 5000


def try_candidate(ticket: Ticket, *, report: Report, live: Assessment, now: datetime) -> None:
    """Store what the candidate makes of the report, if there is one; never raise."""
    try:
        model = classifier.candidate()
        if model is None:
            return
        said = assess_by(model, report, now=now)
        with transaction.atomic():
            ShadowAssessment.objects.create(
                ticket=ticket,
                version=model.version,
                category=said.category,
                confidence=said.confidence,
                route=said.route,
                live_category=live.category,
                live_route=live.route,
            )
    except Exception:
        # The ticket has its assessment; what is only tried must not cost it anything.
        logger.exception("the candidate model failed on %s", ticket.reference)


@dataclass(frozen=True)
class Compared:
    """One ticket that both have read; `human` is the category an agent set, or ""."""

    ticket_pk: int
    live: str
    candidate: str
    live_route: str
    candidate_route: str
    human: str


@dataclass(frozen=True)
class Comparison:
    """What the candidate would have changed, over the latest tickets both have read."""

    rows: list[Compared]

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def agreed(self) -> int:
        return sum(row.live == row.candidate for row in self.rows)

    @property
    def same_route(self) -> int:
        return sum(row.live_route == row.candidate_route for row in self.rows)

    @property
    def pairs(self) -> Counter[tuple[str, str]]:
        """How often (live, candidate) said what."""
        return Counter((row.live, row.candidate) for row in self.rows)

    @property
    def differing(self) -> list[Compared]:
        return [row for row in self.rows if row.live != row.candidate][:DIFFERING]

    @property
    def verdicts(self) -> Counter[str]:
        """Where they differ and an agent has set the category: "live", "candidate" or "neither" was right."""
        judged = [row for row in self.rows if row.human and row.live != row.candidate]
        return Counter(
            "live" if row.human == row.live else "candidate" if row.human == row.candidate else "neither"
            for row in judged
        )


def compare(version: str) -> Comparison:
    latest = ShadowAssessment.objects.filter(version=version).order_by("-id")
    columns = ("ticket_id", "live_category", "category", "live_route", "route")
    rows = latest.values_list(*columns, "ticket__category", "ticket__confidence")[:WINDOW]
    # A category without a confidence is a human's word.
    return Comparison(
        [
            Compared(pk, live, tried, live_route, route, category if confidence is None else "")
            for pk, live, tried, live_route, route, category, confidence in rows
        ]
    )


def discard_old() -> int:
    """Forget what candidates said long ago; return how many rows."""
    before = timezone.now() - KEPT_FOR
    old = ShadowAssessment.objects.filter(created_at__lt=before).order_by("created_at")
    deleted, _ = ShadowAssessment.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:BATCH])
    ).delete()
    return deleted
