"""Drafts: what was typed and not sent, kept for its author until it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import lifecycle, sealing
from tickets.models import Draft, Ticket

AT_ONCE = 1_000  # rows


class AlreadySent(Exception):
    """The page has sent what it wrote; this save was on its way before, and comes too late."""


class NewerDraft(Exception):
    """Another window has written a draft that this page has not seen."""

    def __init__(self, page: str):
        super().__init__(page)
        self.page = page


@dataclass(frozen=True)
class Kept:
    body: str  # "" when it was sent
    is_note: bool
    page: str
    saved_at: datetime


def read(ticket: Ticket, *, by: User) -> Kept | None:
    """Return what the agent has typed; None for nothing, and for what no key opens any more."""
    draft = Draft.objects.filter(ticket=ticket, author=by).first()
    if draft is None:
        return None
    try:
        body = sealing.unseal(bytes(draft.sealed)) if draft.sealed else ""
    except sealing.Unreadable:
        return None
    return Kept(body, draft.is_note, draft.page, draft.saved_at)


def save(ticket: Ticket, *, body: str, is_note: bool, page: str, base: str, by: User) -> Draft | None:
    """Keep what was typed, in place of what this page, or the one it began from (`base`), had kept.

    An empty text takes the draft away. Raises AlreadySent and NewerDraft; then what was kept
    stays as it is.
    """
    with transaction.atomic():
        # The ticket first, as who sends a reply does: a new row's foreign key is checked at COMMIT,
        # and would wait there for the sender, who waits for the row.
        lifecycle.lock(ticket)
        theirs = Draft.objects.filter(ticket=ticket, author=by)
        before = theirs.select_for_update().first()
        if before:
            _refuse_stale(before, page=page, base=base)
        if not body.strip():
            theirs.unsent().delete()
            return None
        draft, _ = Draft.objects.update_or_create(
            ticket=ticket,
            author=by,
            defaults={
                "sealed": sealing.seal(body),
                "is_note": is_note,
                "page": page,
                "saved_at": timezone.now(),
            },
        )
    return draft


def mark_sent(ticket: Ticket, *, page: str, base: str, by: User) -> None:
    """Take away what the page has sent just now; what another window has typed stays.

    For the transaction that sends it.
    """
    theirs = Draft.objects.select_for_update().filter(ticket=ticket, author=by)
    before = theirs.first()
    if before and before.sealed and before.page not in {page, base}:
        return
    sent = {"sealed": b"", "page": page, "saved_at": timezone.now()}
    Draft.objects.update_or_create(ticket=ticket, author=by, defaults=sent)


def drafted(tickets: Iterable[Ticket], *, by: User) -> set[int]:
    """The keys of those tickets on which the agent has a draft, in one query."""
    pks = [ticket.pk for ticket in tickets]
    return set(Draft.objects.unsent().filter(ticket__in=pks, author=by).values_list("ticket", flat=True))


def discard_old() -> int:
    """Delete what nobody has touched for settings.DRAFT_KEPT, at most AT_ONCE; return how many."""
    old = Draft.objects.filter(saved_at__lt=timezone.now() - settings.DRAFT_KEPT).order_by("saved_at")
    pks = list(old.values_list("pk", flat=True)[:AT_ONCE])
    return Draft.objects.filter(pk__in=pks).delete()[0]


def _refuse_stale(before: Draft, *, page: str, base: str) -> None:
    if not before.sealed and before.page == page:
        raise AlreadySent
    if before.sealed and before.page not in {page, base}:
        raise NewerDraft(before.page)
