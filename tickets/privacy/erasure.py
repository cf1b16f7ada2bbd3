"""Erasing one person: everything that is theirs, in small transactions, with a receipt that names nobody."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import joining, search, suppression
from tickets.actors import SYSTEM
from tickets.models import Erasure, IncomingMail, RawMail, Ticket
from tickets.privacy import deletion, person
from tickets.privacy.identifiers import Identifier
from tickets.privacy.person import Theirs
from tickets.state_columns import in_queue
from tickets.webhooks import queueing

logger = logging.getLogger(__name__)

ALL_PAGES = 1_000_000  # of a search index: 4 GB
# What a ticket that had gone into an erased one takes over of how that one ended.
END_COLUMNS = ("status", "resolved_at", "resolution", "closed_at")


@dataclass(frozen=True)
class Preview:
    """What an erasure would remove, and what it would leave for somebody to look at."""

    counts: Counter[str]
    theirs: Sequence[Theirs] = ()
    mentions: Sequence[Ticket] = ()
    before: Sequence[Erasure] = ()  # receipts of the same address or number
    is_staff: bool = False  # somebody who works here has this address

    @property
    def is_empty(self) -> bool:
        return not self.counts

    @property
    def has_for_other(self) -> bool:
        return any(each.is_for_other for each in self.theirs)


def preview(identifier: Identifier) -> Preview:
    """Say what there is of the person; changes nothing."""
    theirs = person.tickets_of(identifier)
    pks = [each.ticket.pk for each in theirs]
    return Preview(
        counts=deletion.count(pks) + _loose(identifier, besides=pks),
        theirs=theirs,
        mentions=person.mentions_of(identifier, besides=pks),
        before=receipts_of(identifier),
        is_staff=User.objects.filter(email__iexact=identifier.value).exists(),
    )


def erase(identifier: Identifier, *, reason: str, by: User | None) -> Erasure:
    """Remove all that is the person's and return the receipt; `by` is None for the command line.

    A few tickets at a time. What is interrupted stays erased as far as it came, and its receipt says
    so; beginning anew finishes it. What they send meanwhile is a new ticket.
    """
    receipt = Erasure.objects.create(kind=identifier.kind, digest=identifier.digests[0], reason=reason, by=by)
    pks = [each.ticket.pk for each in person.tickets_of(identifier)]
    for start in range(0, len(pks), deletion.AT_ONCE):
        with transaction.atomic():
            _add(receipt, _erase_tickets(pks[start : start + deletion.AT_ONCE]))
    with transaction.atomic():
        _add(receipt, _erase_loose(identifier))
        search.forget_deleted(pages=ALL_PAGES)
        receipt.ended_at = timezone.now()
        receipt.save(update_fields=["ended_at"])
    logger.info("erasure %s: %s tickets", receipt.number, receipt.counts.get("tickets", 0))
    return receipt


def receipts_of(identifier: Identifier) -> list[Erasure]:
    """Return the receipts that were written for this address or number, the latest first."""
    return list(Erasure.objects.filter(digest__in=identifier.digests).select_related("by"))


def _erase_tickets(pks: Sequence[int]) -> Counter[str]:
    tickets = Ticket.objects.filter(pk__in=pks).defer("description", "screen_text")
    family = joining.lock_family(*tickets)
    mine = [family[pk] for pk in pks if pk in family]
    for ticket in family.values():
        into = ticket.merged_into_id
        if into and into in pks and ticket.pk not in pks:
            _let_go(ticket, of=family[into])
    theirs = [ticket.pk for ticket in mine]
    counts = deletion.count(theirs)
    deletion.delete(theirs)
    # Afterwards: the deletion takes away what waited to be told of them.
    queueing.tell_erased(ticket.reference for ticket in mine)
    return counts


def _let_go(ticket: Ticket, *, of: Ticket) -> None:
    """Give somebody else's ticket its own life back: the one it went into is about to be erased."""
    columns: dict[str, Any]
    if of.is_finished:
        columns = {name: getattr(of, name) for name in END_COLUMNS}
    else:
        columns = in_queue(ticket, at=timezone.now())
    joining.rewrite(ticket, columns={**columns, "merged_into": None}, because="unmerged_queued", by=SYSTEM)


def _loose(identifier: Identifier, *, besides: Sequence[int]) -> Counter[str]:
    """Count what is not on one of these tickets."""
    mails = _other_mails(identifier, besides=besides)
    found = {
        "mails": mails.count(),
        "sources": RawMail.objects.filter(mail__in=mails).count(),
        "suppressed": person.suppressed_of(identifier)
        .exclude(address="")
        .exclude(ticket__in=besides)
        .count(),
        "views": person.views_of(identifier).count(),
    }
    return Counter({name: number for name, number in found.items() if number})


def _other_mails(identifier: Identifier, *, besides: Sequence[int]):
    on_tickets = IncomingMail.objects.filter(deletion.of_mail(besides)).values("pk")
    return person.mails_of(identifier).exclude(pk__in=on_tickets)


def _erase_loose(identifier: Identifier) -> Counter[str]:
    counts = _loose(identifier, besides=[])
    person.mails_of(identifier).delete()
    person.views_of(identifier).delete()
    suppression.forget(person.suppressed_of(identifier))
    return counts


def _add(receipt: Erasure, counts: Counter[str]) -> None:
    receipt.counts = dict(Counter(receipt.counts) + counts)
    receipt.save(update_fields=["counts"])
