"""One row of the queue: what an agent must know of a ticket to choose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language

from tickets.admin.wording import age, percent_of, since_signup, tried_in_short
from tickets.models import Assessment, Screenshot, Ticket
from tickets.models.ticket import Status
from triage.playbooks import playbooks

TITLE = 120  # characters


@dataclass(frozen=True)
class Guess:
    label: str
    percent: int


@dataclass(frozen=True)
class Row:
    ticket: Ticket
    assessment: Assessment | None
    images: int

    @property
    def title(self) -> str:
        return Truncator(" ".join(self.ticket.description.split())).chars(TITLE)

    @property
    def is_unsure(self) -> bool:
        """Triage named no category, and no human has since."""
        return bool(self.assessment and self.assessment.abstained and self.ticket.confidence is not None)

    @cached_property
    def guess(self) -> Guess | None:
        """What the bar shows: the category's share, or the best guess when none was good enough."""
        if self.is_unsure and self.guesses:
            return self.guesses[0]
        if self.ticket.confidence is None:
            return None
        return Guess(label_of(self.ticket.category), percent_of(self.ticket.confidence))

    @cached_property
    def guesses(self) -> list[Guess]:
        """The two best guesses, for a row that is unsure."""
        pairs = self.assessment.guesses[:2] if self.assessment else []
        return [Guess(label_of(slug), percent_of(share)) for slug, share in pairs]

    @property
    def second(self) -> Guess | None:
        """The other problem of a report that tells of two."""
        ticket = self.ticket
        if self.is_unsure or not ticket.second_category:
            return None
        return Guess(label_of(ticket.second_category), percent_of(ticket.second_confidence or 0))

    @property
    def label(self) -> str:
        return label_of(self.ticket.category) if self.ticket.category else ""

    @property
    def since_signup(self) -> str:
        return since_signup(self.ticket)

    @property
    def tried(self) -> str:
        return tried_in_short(tried_of(self.ticket, self.assessment))

    @property
    def age(self) -> str:
        """In the queue, for a ticket that is there; since it came in, for others."""
        ticket = self.ticket
        start = ticket.queued_at if ticket.status == Status.OPEN and ticket.queued_at else ticket.created_at
        return age(timezone.now() - start)


def rows_of(tickets: Sequence[Ticket]) -> list[Row]:
    """Gather what the rows show beside the tickets: two queries, however many rows."""
    pks = [ticket.pk for ticket in tickets]
    latest = {each.ticket_id: each for each in Assessment.objects.filter(ticket__in=pks).order_by("id")}
    counted = Screenshot.objects.filter(ticket__in=pks).order_by().values_list("ticket").annotate(Count("pk"))
    images = dict(counted)
    return [Row(ticket, latest.get(ticket.pk), images.get(ticket.pk, 0)) for ticket in tickets]


def tried_of(ticket: Ticket, assessment: Assessment | None) -> frozenset[str]:
    """What was tried already: the boxes ticked, and what the text says."""
    written = assessment.facts.get("tried", []) if assessment else []
    return ticket.tried | frozenset(written)


def label_of(slug: str) -> str:
    """The category's name for the agent; the bare slug for one whose playbook is gone."""
    playbook = playbooks().get(slug)
    return playbook.label(get_language() or "id") if playbook else slug
