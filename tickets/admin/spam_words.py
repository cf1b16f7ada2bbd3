"""Why a report is held back as possible spam, in words for the agent who decides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket
from tickets.models.ticket import Status
from tickets.spam_signs import KNOWN, LINKS, MANY_LINKS, SAME_TEXT, TOO_FAST, TRAP

SIGNS: dict[str, str | Promise] = {
    TRAP: _("a field that people do not see was filled in"),
    MANY_LINKS: _("many links"),
    TOO_FAST: _("filled in faster than a person can"),
    SAME_TEXT: _("the same long text came from several places"),
    KNOWN: _("another report of this mailbox or number was spam"),
    LINKS: _("a link in the text"),
}


def in_words(names: Iterable[str]) -> list[str | Promise]:
    return [SIGNS.get(name, name) for name in names]


def signs_of(ticket: Ticket) -> list[str | Promise]:
    """The signs of a ticket that is held back for them right now."""
    return in_words(ticket.suspended_because.split()) if ticket.status == Status.SUSPENDED else []


def until(ticket: Ticket) -> datetime | None:
    """When it is taken for spam if nobody decides; None for never."""
    if ticket.suspended_at is None or not settings.SUSPENDED_KEPT:
        return None
    return ticket.suspended_at + settings.SUSPENDED_KEPT
