"""Tickets with all that belongs to them, gone for good: rows, files, and what stands elsewhere about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from django.db import transaction
from django.db.models import Q, QuerySet

from tickets import departed, identity_files, screenshots, suppression
from tickets.models import (
    Assessment,
    Draft,
    Event,
    IdentityFile,
    IncomingMail,
    Message,
    RawMail,
    Reading,
    Screenshot,
    SealedSecret,
    SuppressedAddress,
    Ticket,
    Trace,
    WebhookDelivery,
)

# Tickets that are deleted in one transaction; each has some dozen rows.
AT_ONCE = 50

Pks = Collection[int]


def of_mail(pks: Pks) -> Q:
    """Mail that is on one of these tickets, or that one of their messages came back with."""
    return Q(ticket__in=pks) | Q(linked_message__ticket__in=pks)


def _mails(pks: Pks) -> QuerySet[IncomingMail]:
    return IncomingMail.objects.filter(of_mail(pks))


def _deliveries(pks: Pks) -> QuerySet[WebhookDelivery]:
    tickets = Ticket.objects.filter(pk__in=pks)
    first = tickets.order_by("created_at").values_list("created_at", flat=True).first()
    references = list(tickets.values_list("reference", flat=True))
    # By their age first: that has an index, what is in a payload has none.
    later = WebhookDelivery.objects.filter(created_at__gte=first) if first else WebhookDelivery.objects.none()
    return later.filter(payload__data__ticket__in=references)


# What is counted, and what a receipt names; `delete` removes more, which says nothing of a person.
HOLDINGS: dict[str, Callable[[Pks], QuerySet]] = {
    "tickets": lambda pks: Ticket.objects.filter(pk__in=pks),
    "messages": lambda pks: Message.objects.filter(ticket__in=pks),
    "screenshots": lambda pks: Screenshot.objects.filter(ticket__in=pks),
    "readings": lambda pks: Reading.objects.filter(screenshot__ticket__in=pks),
    "identities": lambda pks: IdentityFile.objects.filter(request__ticket__in=pks),
    "secrets": lambda pks: SealedSecret.objects.filter(ticket__in=pks),
    "drafts": lambda pks: Draft.objects.filter(ticket__in=pks),
    "events": lambda pks: Event.objects.filter(ticket__in=pks),
    "assessments": lambda pks: Assessment.objects.filter(ticket__in=pks),
    "traces": lambda pks: Trace.objects.filter(ticket__in=pks),
    "mails": _mails,
    "sources": lambda pks: RawMail.objects.filter(mail__in=_mails(pks)),
    "deliveries": _deliveries,
    "suppressed": lambda pks: SuppressedAddress.objects.filter(ticket__in=pks).exclude(address=""),
}


def count(pks: Pks) -> Counter[str]:
    """What there is of these tickets, by kind."""
    return Counter({name: number for name, rows in HOLDINGS.items() if (number := rows(pks).count())})


def delete(pks: Pks) -> int:
    """Delete these tickets with all that is theirs; return how many there were. Files go after the commit.

    What was merged into one of them must be among them. What they count for in the figures stays.
    """
    with transaction.atomic():
        # The lowest id first, as everybody who locks several.
        locked = Ticket.objects.select_for_update().filter(pk__in=pks).order_by("pk")
        present = list(locked.values_list("pk", flat=True))
        departed.keep_counts(present)
        discard_files(Screenshot.objects.filter(ticket__in=present))
        discard_proofs(IdentityFile.objects.filter(request__ticket__in=present))
        suppression.forget(SuppressedAddress.objects.filter(ticket__in=present))
        _delete(_deliveries(present))
        _delete(_mails(present))
        # All of them in one call: a merged one may not outlive what it went into.
        Ticket.objects.filter(pk__in=present).delete()
    return len(present)


def discard_files(rows: QuerySet[Screenshot]) -> None:
    """Remove the files of these rows, which are about to be deleted, after the commit.

    A process that dies in between leaves them to cleaning.discard_orphan_files.
    """
    paths = [path for pair in rows.values_list("original_path", "clean_path") for path in pair if path]

    def discard() -> None:
        for path in paths:
            screenshots.discard(path)

    transaction.on_commit(discard, robust=True)


def discard_proofs(rows: QuerySet[IdentityFile]) -> None:
    """The same for the pictures of proofs of identity."""
    paths = list(rows.values_list("path", flat=True))

    def discard() -> None:
        for path in paths:
            identity_files.discard(path)

    transaction.on_commit(discard, robust=True)


def _delete(rows: QuerySet) -> None:
    # By their keys: a join in a DELETE is a sub-select that each engine plans in its own way.
    rows.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
