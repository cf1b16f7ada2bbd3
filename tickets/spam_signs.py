"""The signs that a report is a machine's or an advertisement: each has a name and a weight (docs/adr/0031).

Short on purpose: an agent is told which signs a report shows, and must be able to follow why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

# A field that people do not see was filled in.
TRAP = "trap"
# The form was sent sooner than anybody can read it. Autofill, a retry and our own tests are fast too.
TOO_FAST = "too_fast"
LINKS = "links"
MANY_LINKS = "many_links"
# The same long text came from several other places within a day. A disturbance makes people write alike.
SAME_TEXT = "same_text"
# An agent has lately called another report of the same mailbox or number spam. Anybody can type it.
KNOWN = "known"

WEIGHTS = {TRAP: 5, MANY_LINKS: 5, TOO_FAST: 3, SAME_TEXT: 3, KNOWN: 3, LINKS: 2}
# From here on a human looks first. What a real person may well show is never enough alone.
SUSPECT_FROM = 5

MACHINE_SPEED = timedelta(seconds=2)
MANY = 5  # links
ALIKE = 3  # other places
LINK = re.compile(r"https?://|(?<![\w/.])www\.", re.IGNORECASE)
# So many letters are not written alike by chance; "kode otp belum masuk" is.
LONG = 80
NO_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a report before it is stored."""

    text: str
    # A mail carries the links of signatures and footers: there they say nothing.
    has_footers: bool = False
    fell_for_trap: bool = False
    filled_in: timedelta | None = None  # how long the form was open; None where there was none
    places_alike: int = 0
    is_known: bool = False


def signs_of(facts: Facts) -> list[str]:
    """Return the names of the signs, the heaviest first."""
    links = 0 if facts.has_footers else len(LINK.findall(facts.text))
    shown = {
        TRAP: facts.fell_for_trap,
        MANY_LINKS: links >= MANY,
        TOO_FAST: facts.filled_in is not None and facts.filled_in < MACHINE_SPEED,
        SAME_TEXT: facts.places_alike >= ALIKE,
        KNOWN: facts.is_known,
        LINKS: 0 < links < MANY,
    }
    return [name for name in WEIGHTS if shown[name]]


def score_of(signs: Iterable[str]) -> int:
    return sum(WEIGHTS.get(sign, 0) for sign in signs)


def are_suspect(signs: Iterable[str]) -> bool:
    return score_of(signs) >= SUSPECT_FROM


def letters_of(text: str) -> str:
    """Return what two texts have in common that differ in numbers and spacing only; "" for a short one."""
    letters = NO_LETTERS.sub("", text).lower()
    return letters if len(letters) >= LONG else ""
