"""Addresses that are not mailed: they bounced, or their owner called our mail spam."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tickets.digests import digests_of
from tickets.models import SuppressedAddress, Ticket
from tickets.models.suppressed_address import SuppressionReason
from tickets.people import GMAIL, mailbox_key

# A key that begins so is no address any more.
DIGEST = "sha256:"

# Why a message is not mailed, as Message.suppressed_because has it.
CODES = {
    SuppressionReason.BOUNCE.value: "address_bounced",
    SuppressionReason.COMPLAINT.value: "address_complained",
    SuppressionReason.MANUAL.value: "address_blocked",
}


def key_of(address: str) -> str:
    """Return one spelling for what surely is one mailbox, or "".

    Outside Gmail a +tag may be another mailbox, or none: that it bounces says nothing of the rest.
    """
    plain = address.strip().lower()
    return mailbox_key(plain) if plain.rpartition("@")[2] in GMAIL else plain


def spellings_of(address: str) -> list[str]:
    """Return what a row about the address may have as its key: the plain one first, or nothing at all."""
    key = key_of(address)
    return [key, *_digests(key)] if key else []


def is_suppressed(address: str) -> bool:
    return bool(because_of(address))


def because_of(address: str) -> str:
    """Return why the address is not mailed, as a code, or ""."""
    found = SuppressedAddress.objects.standing().filter(key__in=spellings_of(address))
    reason = found.values_list("reason", flat=True).first()
    return CODES[reason] if reason else ""


def suppress(address: str, *, reason: SuppressionReason, status: str = "", ticket: Ticket | None) -> None:
    """Mail this address no more; what is suppressed already stays as it was."""
    if not key_of(address) or is_suppressed(address):
        return
    # A conflict would break the transaction of who found out.
    with transaction.atomic():
        SuppressedAddress.objects.bulk_create(
            [
                SuppressedAddress(
                    key=key_of(address), address=address, reason=reason, status=status, ticket=ticket
                )
            ],
            ignore_conflicts=True,
        )


def lift(pk: int, *, by: User) -> SuppressedAddress | None:
    """Let the address be mailed again; None when it is already."""
    standing = SuppressedAddress.objects.standing().filter(pk=pk)
    if not standing.update(lifted_at=timezone.now(), lifted_by=by):
        return None
    return SuppressedAddress.objects.select_related("ticket").get(pk=pk)


def forget(rows: QuerySet[SuppressedAddress]) -> int:
    """Keep of these addresses only what says that they are not mailed; return of how many.

    What a lead has lifted says nothing any more, and goes. For a transaction.
    """
    named = rows.exclude(address="")
    forgotten = named.exclude(lifted_at=None).delete()[0]
    for row in named.filter(lifted_at=None):
        digests = _digests(row.key)
        if SuppressedAddress.objects.standing().filter(key__in=digests).exists():
            row.delete()
        else:
            SuppressedAddress.objects.filter(pk=row.pk).update(key=digests[0], address="", ticket=None)
        forgotten += 1
    return forgotten


def _digests(key: str) -> list[str]:
    return [f"{DIGEST}{digest}" for digest in digests_of(key, purpose="tickets.suppressed")]
