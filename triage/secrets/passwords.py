"""Passwords that stand behind the word for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from triage.secrets.cues import counts_something, data
from triage.secrets.kinds import PASSWORD, Secret

SHORTEST, LONGEST = 4, 64
QUOTED = re.compile(
    r"\"([^\"\n]{3,64})\"|“([^”\n]{3,64})”|'([^'\n]{3,64})'|‘([^’\n]{3,64})’|`([^`\n]{3,64})`"
)
WORD = re.compile(r"[^\s\x02]+")
# Sentences end with these; passwords seldom do, but "!" they do.
TRAILING = ".,;:?)]}\"'”’"
# masuk2, 20x, 150rb, 14.30, 3/4, 22-11-2026: everyday words with a digit.
EVERYDAY = re.compile(
    r"[a-z]+2(?:nya|an|kan)?|\d{1,3}x|\d+(?:rb|k|jt|ribu|juta)|\d+(?:[.,:/-]\d+)+", re.IGNORECASE
)
PHONE = re.compile(r"\+?(?:62|0)8\d{7,11}")
NAMED = re.compile(r"KS-?[0-9A-Z]{4}-?[0-9A-Z]{4}|[\w.+-]+@[\w-]+(?:\.[a-z]{2,})+", re.IGNORECASE)
CLAUSE_END = re.compile(r"\s*(?:$|[\n.,;)]|dan\b|and\b|tapi\b|but\b)")


@cache
def cue() -> re.Pattern[str]:
    """The word for a password, what may stand between, and how strongly it announces one."""
    words = data()["password"]
    cues, between, says = ("|".join(words[name]) for name in ("cues", "between", "says"))
    return re.compile(
        rf"(?<![^\W_])(?:{cues})(?:-?(?:nya|ku))?(?![^\W_])(?:\s+(?:{between})\b){{0,3}}"
        rf"(?P<says>\s*[:=]+>?|\s+(?:{says})\b\s*:?)?[\s(\[]*",
        re.IGNORECASE,
    )


def find_passwords(text: str) -> Iterator[Secret]:
    for match in cue().finditer(text):
        quoted = QUOTED.match(text, match.end())
        if quoted:
            group = quoted.lastindex or 0
            if not _is_ordinary(quoted[group].split()[0] if quoted[group].split() else ""):
                yield Secret(PASSWORD, quoted.start(group), quoted.end(group), quoted[group])
            continue
        word = WORD.match(text, match.end())
        if word is None or match.group()[-1:].isalnum():
            continue
        yield from _bare(text, word, says=match["says"] or "")


def _bare(text: str, word: re.Match[str], *, says: str) -> Iterator[Secret]:
    value = word.group()[: LONGEST + 1].rstrip(TRAILING)
    end = word.start() + len(value)
    if not SHORTEST <= len(value) <= LONGEST or _is_ordinary(value):
        return
    if counts_something(text, end) or any(each.fullmatch(value) for each in (EVERYDAY, PHONE, NAMED)):
        return
    if _looks_made_up(value) or (says and value.isalpha() and CLAUSE_END.match(text, end)):
        yield Secret(PASSWORD, word.start(), end, value)


def _is_ordinary(value: str) -> bool:
    return value.lower().strip(".,!?()\"'") in _ordinary()


@cache
def _ordinary() -> frozenset[str]:
    words = data()["password"]
    return frozenset([*words["ordinary"], *words["between"], *words["says"], *words["cues"]])


def _looks_made_up(value: str) -> bool:
    """Digits among letters, four digits or more, a sign inside: not as people write words."""
    if value.isdigit():
        return True
    has_digit, has_letter = (any(map(test, value)) for test in (str.isdigit, str.isalpha))
    has_sign = any(letter in "@#$%^&*_+=~!" for letter in value[:-1])
    return has_letter and (has_digit or has_sign)
