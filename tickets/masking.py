"""Masking: no text of a person is stored with its secrets; those that may be needed are sealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tickets import lifecycle, sealing
from tickets.models import SealedSecret, Ticket
from tickets.models.sealed_secret import SecretSource
from triage import secrets
from triage.secrets import Secret, identity, placeholder

# The secrets of a ticket and their numbers.
Known = dict[tuple[str, str], int]


@dataclass
class Masked:
    """A masked text, and what must be kept of it once its ticket is there."""

    text: str = ""
    new: dict[int, Secret] = field(default_factory=dict)

    def keep(self, ticket: Ticket, *, source: SecretSource) -> None:
        """Seal what was taken out of the text; belongs in the transaction that stores the text."""
        if self.new:
            SealedSecret.objects.bulk_create(
                SealedSecret(
                    ticket=ticket,
                    number=number,
                    kind=secret.kind,
                    sealed=sealing.seal(secret.value),
                    source=source,
                )
                for number, secret in self.new.items()
            )


def mask(ticket: Ticket, text: str, *, source: SecretSource) -> str:
    """Return the text to store; its secrets are sealed with the ticket, each one once.

    Expects a transaction. The ticket is locked and read only when a secret was found.
    """
    masked = hide(text, known=lambda: known_on(lifecycle.lock(ticket)))
    masked.keep(ticket, source=source)
    return masked.text


def hide(text: str, *, known: Callable[[], Known] = dict) -> Masked:
    """Take the secrets out of a text. `known` is asked only when there are any."""
    masked = Masked()
    numbers: Known | None = None

    def place(secret: Secret) -> str:
        nonlocal numbers
        if not secret.is_kept:
            return placeholder(secret)
        numbers = known() if numbers is None else numbers
        number = numbers.get(secret.identity)
        if number is None:
            number = numbers[secret.identity] = max(numbers.values(), default=0) + 1
            masked.new[number] = secret
        return placeholder(secret, number)

    masked.text = secrets.mask(text, place=place)
    return masked


def blot(text: str, *, limit: int) -> str:
    """Mask a short text of so many characters whose secrets nobody needs: a file's name, a device."""
    return secrets.mask(text, place=placeholder)[:limit]


def as_stored(ticket: Ticket, text: str) -> str:
    """Return the text as the ticket would carry it, to compare with one that it carries."""
    return hide(text, known=lambda: known_on(ticket)).text


def known_on(ticket: Ticket) -> Known:
    return {_identity(sealed): sealed.number for sealed in ticket.secrets.all()}


def _identity(sealed: SealedSecret) -> tuple[str, str]:
    try:
        return identity(sealed.kind, sealing.unseal(bytes(sealed.sealed)))
    except sealing.Unreadable:
        # Its key is gone. The number stays taken.
        return "", str(sealed.number)
