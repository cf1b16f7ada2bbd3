"""Secrets that people paste into a report: where they stand, and the text without them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from triage.secrets.kinds import KEPT, NEVER_KEPT, PLACEHOLDER, Secret, identity, placeholder
from triage.secrets.links import LINK, find_links
from triage.secrets.numbers import find_numbers
from triage.secrets.passwords import cue, find_passwords

__all__ = ["KEPT", "NEVER_KEPT", "PLACEHOLDER", "Secret", "find", "identity", "mask", "placeholder"]

# Numbers of ours and addresses: full of digits, and no secrets (what links carry is looked for before).
SPARED = re.compile(
    r"\bKS[- ]?[0-9A-Z]{4}[- ]?[0-9A-Z]{4}\b|[^\s@\x02]{1,64}@[^\s@\x02]{1,255}", re.IGNORECASE
)
BLANK = "\x02"
DIGIT = re.compile(r"\d")
# A secret taken out may bring the next number nearer to its word; the windows bound how often.
MOST_PASSES = 12


def find(text: str) -> list[Secret]:
    """Return the secrets in the text in order, none over another. Never raises, in linear time."""
    if not DIGIT.search(text) and not cue().search(text):
        return []
    plain = PLACEHOLDER.sub(_blank, text)
    taken = bytearray(len(plain))
    found = []
    for secret in _candidates(plain):
        if BLANK not in secret.value and taken.find(1, secret.start, secret.end) < 0:
            taken[secret.start : secret.end] = b"\x01" * (secret.end - secret.start)
            found.append(secret)
    return sorted(found, key=lambda secret: secret.start)


def mask(text: str, *, place: Callable[[Secret], str]) -> str:
    """Return the text with each secret replaced by what `place` gives for it, a placeholder.

    Masked once more, it stays as it is.
    """
    for _ in range(MOST_PASSES):
        found = find(text)
        if not found:
            break
        pieces, until = [], 0
        for secret in found:
            pieces += [text[until : secret.start], place(secret)]
            until = secret.end
        text = "".join([*pieces, text[until:]])
    return text


def _candidates(text: str) -> Iterator[Secret]:
    """The surest first: where two overlap, the first one counts."""
    yield from find_links(text)
    text = LINK.sub(_blank, text)
    yield from find_passwords(text)
    yield from find_numbers(SPARED.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match.group())
