"""What looks misspelt about the addresses of a report: worth a question, never a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from triage.misspelling import is_near_miss, suggested_domain

REGISTERED, REPLY = "registered_email", "reply_email"
MISSPELT, NEAR_MISS = "misspelt_domain", "near_miss"

QUESTIONS = {
    (REGISTERED, MISSPELT): _(
        "Did you mean %(suggestion)s? If you did register with it as written, leave it: "
        "that tells us why no code came."
    ),
    (REPLY, MISSPELT): _("Did you mean %(suggestion)s?"),
    (REPLY, NEAR_MISS): _(
        "This is almost the address you registered with. Check the spelling of both; "
        "if it is the same mailbox, leave this one empty."
    ),
}


@dataclass(frozen=True)
class Doubt:
    """One question about an address: its field and code, and the address that may have been meant ("")."""

    field: str
    code: str
    suggestion: str = ""

    @property
    def question(self) -> str:
        return str(QUESTIONS[self.field, self.code]) % {"suggestion": self.suggestion}

    @property
    def domain(self) -> str:
        """The domain that may have been meant."""
        return self.suggestion.rpartition("@")[2]


def doubts_about(*, registered_email: str, reply_email: str) -> list[Doubt]:
    """Return the questions that the addresses raise, checked or as they were typed; at most one per field."""
    given = {REGISTERED: registered_email, REPLY: reply_email}
    found = [doubt for field, address in given.items() for doubt in _misspelt(field, address)]
    # A misspelt domain explains the nearness, and says it better.
    if not found and is_near_miss(registered_email, reply_email):
        return [Doubt(REPLY, NEAR_MISS)]
    return found


def _misspelt(field: str, address: str) -> Iterator[Doubt]:
    if meant := suggested_domain(address):
        local = address.rpartition("@")[0]
        yield Doubt(field, MISSPELT, f"{local}@{meant}")
