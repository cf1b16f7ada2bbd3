"""The assessment card's buttons: triage's guess confirmed, or another one taken, with one press."""

from __future__ import annotations

from dataclasses import dataclass, field

from tickets.admin.queue_rows import label_of
from tickets.admin.wording import percent_of
from tickets.models import Assessment, Ticket
from triage.playbooks import playbooks

MOST = 3  # other guesses as buttons; the rest is in the list of all categories
WORTH = 3  # percent, from which another guess is a button


@dataclass(frozen=True)
class Choice:
    slug: str
    label: str
    percent: int


@dataclass(frozen=True)
class OneClick:
    can_confirm: bool = False
    others: list[Choice] = field(default_factory=list)


def one_click(ticket: Ticket, assessment: Assessment | None) -> OneClick:
    """What can be said of the category with one press; nothing once a human has said it."""
    if assessment is None or ticket.confidence is None:
        return OneClick()
    shares = dict(assessment.guesses)
    if ticket.second_category:
        # The report's other problem comes first, whatever its share.
        shares = {ticket.second_category: ticket.second_confidence or 0, **shares}
    others = [
        Choice(slug, label_of(slug), percent_of(share))
        for slug, share in shares.items()
        if slug != ticket.category and slug in playbooks()
    ]
    worth = [each for each in others if each.percent >= WORTH or each.slug == ticket.second_category]
    return OneClick(can_confirm=not assessment.abstained and bool(ticket.category), others=worth[:MOST])
