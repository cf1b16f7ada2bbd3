"""By what a person names themselves: a mail address or a phone number, in one spelling, and its digest."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from tickets import fields, suppression
from tickets.digests import digests_of
from tickets.models.privacy import IdentifierKind
from tickets.people import is_same_mailbox, mailbox_key


@dataclass(frozen=True)
class Identifier:
    kind: IdentifierKind
    value: str  # an address as it was typed, or a number in E.164

    def __str__(self) -> str:
        return self.value

    def is_in(self, *contacts: str) -> bool:
        """Whether one of these is surely the same mailbox, or the same number."""
        if self.kind == IdentifierKind.PHONE:
            return self.value in contacts
        return any(is_same_mailbox(self.value, each) for each in contacts)

    @property
    def key(self) -> str:
        """The spelling that tickets and traces are found by; of an address, others may share it."""
        return self.value if self.kind == IdentifierKind.PHONE else mailbox_key(self.value)

    @property
    def digests(self) -> list[str]:
        """What a receipt keeps of it, by each key that is still believed; the first is for a new one."""
        surely = self.value if self.kind == IdentifierKind.PHONE else suppression.key_of(self.value)
        return digests_of(surely, purpose="tickets.erasure")


def read(text: str) -> Identifier:
    """Return what was typed; raises ValidationError with a sentence."""
    if "@" in text:
        return Identifier(IdentifierKind.EMAIL, fields.clean_email(text[: 2 * fields.MAX_EMAIL]))
    number = fields.clean_phone(text[: 2 * fields.MAX_PHONE])
    if not number:
        raise ValidationError(fields.MESSAGES["contact_required"], code="contact_required")
    return Identifier(IdentifierKind.PHONE, number)
