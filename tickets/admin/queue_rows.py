"""One row of the queue: what an agent must know of a ticket to choose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import cast

from django.db.models import OuterRef
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tickets.admin import hits, spam_words
from tickets.admin.hits import Excerpt, Pattern, marked
from tickets.admin.promise_badge import Badge, badge_of
from tickets.admin.wording import age, percent_of, since_signup, tried_in_short
from tickets.models import Assessment, Message, Screenshot, Ticket
from tickets.models.message import MessageKind
from tickets.models.ticket import Channel, Priority, Status
from tickets.queue_counts import CappedCount
from triage.playbooks import playbooks

TITLE = 120  # characters
TITLE_SEEN = 48  # of these, so many are sure to be seen on one line
MOST = 10  # contacts and images that are counted


@dataclass(frozen=True)
class Guess:
    label: str
    percent: int


@dataclass(frozen=True)
class Row:
    ticket: Ticket
    assessment: Assessment | None
    images: int
    contacts: int = 1  # the how manieth word of this person this ticket's latest is
    hit: Pattern | None = None
    excerpt: Excerpt | None = None
    earlier: Ticket | None = None  # of the same person, found when this one came in

    @property
    def key(self) -> str:
        """Its id as text: a template would put a number into the reader's format first."""
        return str(self.ticket.pk)

    @property
    def title(self) -> SafeString | str:
        return marked(self.plain_title, self.hit)

    @cached_property
    def plain_title(self) -> str:
        text = " ".join(self.ticket.description[: 4 * TITLE].split())
        return text if len(text) <= TITLE else f"{text[: TITLE - 1]}…"

    @property
    def reference(self) -> SafeString | str:
        return marked(self.ticket.reference, self.hit)

    @property
    def contact(self) -> SafeString | str:
        return marked(self.ticket.contact or self.ticket.reply_email, self.hit)

    @property
    def status_word(self) -> str:
        # Not get_status_display(): that makes a dictionary of all choices for each call.
        return str(Status(self.ticket.status).label)

    @property
    def channel_word(self) -> str:
        return str(Channel(self.ticket.channel).label)

    @property
    def priority_word(self) -> str:
        """The priority where it is out of the ordinary."""
        return str(Priority(self.ticket.priority).label) if self.ticket.priority <= Priority.HIGH else ""

    @property
    def repeats(self) -> str:
        """Which ticket of the same person came before, while this one is to be worked on."""
        if self.earlier is None or self.ticket.is_finished:
            return ""
        words = _("again after %(ticket)s") if self.earlier.is_finished else _("duplicate of %(ticket)s")
        return words % {"ticket": self.earlier.reference}

    @property
    def spam_signs(self) -> list[str | Promise]:
        return spam_words.signs_of(self.ticket)

    @property
    def contact_number(self) -> str:
        """How often they have written, from the second time on."""
        if self.contacts < 2:
            return ""
        return f"{MOST}+" if self.contacts > MOST else str(self.contacts)

    @property
    def is_unsure(self) -> bool:
        return self.ticket.is_unsure

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

    @cached_property
    def second(self) -> Guess | None:
        """The other problem of a report that tells of two."""
        ticket = self.ticket
        if self.is_unsure or not ticket.second_category:
            return None
        return Guess(label_of(ticket.second_category), percent_of(ticket.second_confidence or 0))

    @cached_property
    def label(self) -> str:
        return label_of(self.ticket.category) if self.ticket.category else ""

    @property
    def since_signup(self) -> str:
        return since_signup(self.ticket)

    @property
    def tried(self) -> str:
        return tried_in_short(tried_of(self.ticket, self.assessment))

    @property
    def promise(self) -> Badge | None:
        return badge_of(self.ticket)

    @property
    def age(self) -> str:
        """In the queue, for a ticket that is there; since it came in, for others."""
        ticket = self.ticket
        start = ticket.queued_at if ticket.status == Status.OPEN and ticket.queued_at else ticket.created_at
        return age(max(timezone.now() - start, timedelta()))


def rows_of(tickets: Sequence[Ticket], *, words: str = "") -> list[Row]:
    """Gather what the rows show beside the tickets: three queries at most, and one more after a search."""
    pks = [ticket.pk for ticket in tickets]
    latest = {each.ticket_id: each for each in Assessment.objects.filter(ticket__in=pks).order_by("id")}
    counts = counts_of(pks)
    named = Ticket.objects.only("reference", "status")
    linked = named.in_bulk([ticket.earlier_id for ticket in tickets if ticket.earlier_id])
    pattern = hits.pattern_of(words)
    excerpts = excerpts_of(tickets, pattern) if pattern else {}
    return [
        Row(
            ticket,
            latest.get(ticket.pk),
            counted["images"],
            contacts=1 + counted["reports"] + counted["said"],
            hit=pattern,
            excerpt=excerpts.get(ticket.pk),
            earlier=linked.get(ticket.earlier_id),
        )
        for ticket in tickets
        if (counted := counts.get(ticket.pk))  # none: deleted since its row was read
    ]


def counts_of(pks: Sequence[int]) -> dict[int, dict[str, int]]:
    """Of each ticket: images, earlier reports of the same person, and what was added to this one."""
    of_ticket = {"ticket": OuterRef("pk")}
    earlier = Ticket.objects.of_person(OuterRef("requester_key")).filter(pk__lt=OuterRef("pk"))
    said = Message.objects.filter(kind=MessageKind.REQUESTER, **of_ticket)
    images = Screenshot.objects.filter(**of_ticket)
    counted = {
        name: CappedCount(rows.order_by().values("pk")[:MOST])
        for name, rows in (("images", images), ("reports", earlier), ("said", said))
    }
    rows = Ticket.objects.filter(pk__in=pks).values("pk", **counted)
    return {row["pk"]: cast(dict[str, int], row) for row in rows}


def excerpts_of(tickets: Sequence[Ticket], pattern: Pattern) -> dict[int, Excerpt]:
    """Where the words stand in tickets whose row does not show them, by ticket."""
    hidden = [ticket for ticket in tickets if not _is_seen(ticket, pattern)]
    found = {ticket.pk: hits.excerpt(ticket.description, pattern) for ticket in hidden}
    elsewhere = [pk for pk, text in found.items() if not text]
    # Read here and for these alone: the text of its screenshots may be ten times all else of a ticket.
    screens = Ticket.objects.filter(pk__in=elsewhere).exclude(screen_text="").values_list("pk", "screen_text")
    on_screen = {pk: hits.excerpt(text, pattern) for pk, text in screens}
    shown = {pk: Excerpt(text) for pk, text in found.items() if text}
    return shown | {pk: Excerpt(text, is_on_screen=True) for pk, text in on_screen.items() if text}


def _is_seen(ticket: Ticket, pattern: Pattern) -> bool:
    title = " ".join(ticket.description[: 4 * TITLE].split())[:TITLE_SEEN]
    contact = ticket.contact or ticket.reply_email
    return any(pattern.search(text) for text in (title, contact, ticket.reference))


def tried_of(ticket: Ticket, assessment: Assessment | None) -> frozenset[str]:
    """What was tried already: the boxes ticked, and what the text says."""
    written = assessment.facts.get("tried", []) if assessment else []
    return ticket.tried | frozenset(written)


def label_of(slug: str) -> str:
    """The category's name for the agent; the bare slug for one whose playbook is gone."""
    playbook = playbooks().get(slug)
    return playbook.label(get_language() or "id") if playbook else slug
