"""Labels from the desk: what people there said a report is about, fit to learn from."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator

from django.db.models import Q, QuerySet

from tickets.models import Ticket
from tickets.models.ticket import Resolution, Status
from tickets.models.ticket_choices import NO_REPORT
from triage.examples import Example
from triage.language import END, normalise
from triage.playbooks import playbooks

# So many texts of one person count, the latest: nobody shall teach triage by writing often.
PER_REQUESTER = 3
# The latest labels say how people write now; more only makes training longer.
LABELS = 20_000

# Who wrote is of no use for learning what it is about, and must not end up in a model's list of words.
PERSONAL = re.compile(
    r"""
    https?://\S+ | www\.\S+                 # addresses of pages
    | \S*@\S+                               # mailboxes, and names in other services
    | \+?(?!\d{1,2}[.:]\d\d(?!\d))\d(?:[\s().-]{0,2}\d){3,}  # phone, NIK, card, code; no time of day
    """,
    re.VERBOSE,
)


def gather() -> list[Example]:
    """The labels there are, masked, the latest first; the writer of each is a number for its requester.

    Of the same words only the latest label counts: the same text from many senders is one text.
    """
    found: list[Example] = []
    of_requester: Counter[str] = Counter()
    seen: set[str] = set()
    for description, category, key in _rows():
        text = masked(description)
        words = " ".join(normalise(text).replace(END, " ").split())
        if category not in playbooks() or not words or words in seen or of_requester[key] >= PER_REQUESTER:
            continue
        seen.add(words)
        of_requester[key] += 1
        found.append(Example(category, text, _writer(key)))
        if len(found) == LABELS:
            break
    return found


def masked(text: str) -> str:
    """The text without what points to a person."""
    return " ".join(PERSONAL.sub(" ", text).split())


def labelled_tickets() -> QuerySet[Ticket]:
    """Tickets whose category is a human's word, or was left as it is by the agent who resolved them.

    An abstention that was left is no label: triage named nothing there that anybody could confirm. Neither
    is what only the requester or their silence resolved, and spam is nobody's report.
    """
    chosen = Q(confidence=None) & ~Q(category="")
    confirmed = Q(confidence__isnull=False, resolution=Resolution.AGENT)
    is_report = ~Q(status__in=[Status.NEW, *NO_REPORT, Status.MERGED])
    abstained = Q(confidence__isnull=False, assessments__abstained=True)
    return Ticket.objects.filter((chosen | confirmed) & is_report).exclude(abstained)


def _rows() -> Iterator[tuple[str, str, str]]:
    latest = labelled_tickets().order_by("-id").values_list("description", "category", "requester_key")
    return latest.iterator(chunk_size=1000)


def _writer(key: str) -> str:
    # Not salted with SECRET_KEY: a new key would deal out anew who is held out of training.
    return f"requester {hashlib.sha256(key.encode()).hexdigest()[:16]}"
