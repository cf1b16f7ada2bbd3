"""What kinds of secrets there are, and what stands in the text in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass

OTP, NIK, KK, ACCOUNT, CARD, TOKEN = "OTP", "NIK", "KK", "REKENING", "CARD", "TOKEN"
PASSWORD, PIN, CVV = "PASSWORD", "PIN", "CVV"
# Nobody may ever need these again (docs/adr/0007): they are masked, and kept nowhere.
NEVER_KEPT = frozenset({PASSWORD, PIN, CVV})
KEPT = (OTP, NIK, KK, ACCOUNT, CARD, TOKEN)

# [OTP ••• 1], [PASSWORD •••], [CARD •••4242 2]; the number is what it can be asked for by.
PLACEHOLDER = re.compile(
    rf"\[(?P<kind>{'|'.join(sorted([*KEPT, *NEVER_KEPT]))}) •••(?:\d{{4}})?(?: (?P<number>\d{{1,5}}))?\]"
)


@dataclass(frozen=True)
class Secret:
    """A secret where it stands in a text; `value` is what was written."""

    kind: str
    start: int
    end: int
    value: str

    @property
    def is_kept(self) -> bool:
        return self.kind not in NEVER_KEPT

    @property
    def identity(self) -> tuple[str, str]:
        """The same for the same secret in another spelling: 123 456 and 123456."""
        return identity(self.kind, self.value)


def identity(kind: str, value: str) -> tuple[str, str]:
    return kind, value if kind == TOKEN else "".join(letter for letter in value if letter.isalnum())


def placeholder(secret: Secret, number: int | None = None) -> str:
    """Of a card the last four digits stay: PCI DSS 3.4.1 allows them, and they tell two cards apart."""
    last = "".join(letter for letter in secret.value if letter.isdigit())[-4:] if secret.kind == CARD else ""
    return f"[{secret.kind} •••{last}{'' if number is None else f' {number}'}]"
