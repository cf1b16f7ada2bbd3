"""Two problems in one report: found by reading it clause by clause."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.classifier import Classifier
from triage.language import normalise
from triage.otp import as_one
from triage.playbooks import OTHER

# A clause names a problem of its own when it is this sure alone ...
CLAUSE_SURE = 0.85
# ... and the whole report leaves it some room; a stray "gagal" in a long story does not.
SHARE_OF_REPORT = 0.05
# Two clauses that are this sure need less room: the last words of a short report drown the first.
PLAIN = 0.98
SHARE_IF_PLAIN = 0.02
# The main problem needs a clause of its own as well, or one clause is read twice.
MAIN_CLAUSE_SURE = 0.6
# Above this the report speaks of one thing, and reading it again would find noise.
ONE_THING = 0.98
WORDS_AT_LEAST = 3
CLAUSES_READ = 12
# The clauses of a report that long are its beginning.
LETTERS_READ = 1_000

_MARKS = re.compile(r"[.,;:!?\n…]+")
# The word that opens a clause stays with it, in the spelling of lexicon.toml.
_OPENER = re.compile(
    r" (?=(?:tapi|malah|lalu|kemudian|giliran|begitu|pas|akhirnya|sekarang|setelah|sedangkan|selain|dan"
    r"|but|then|and|when|now) )"
)


@dataclass(frozen=True)
class Second:
    """Another problem the report tells of, and how sure the clauses of both are of themselves."""

    category: str
    share: float
    main_share: float


def clauses(text: str) -> Iterator[str]:
    """The clauses of a report, normalised; scraps of one or two words are left out."""
    for part in _MARKS.split(text[:LETTERS_READ]):
        for clause in _OPENER.split(normalise(part)):
            if len(clause.split()) >= WORDS_AT_LEAST:
                yield clause


def second_problem(text: str, shares: dict[str, float], *, model: Classifier) -> Second | None:
    """The problem beside the main one that a clause of its own is sure of.

    `shares` are those of the whole report, the family of missing codes in one place.
    """
    main = max(shares, key=shares.__getitem__)
    if main == OTHER or shares[main] > ONE_THING:
        return None
    sure = _sure_clauses(text, model=model)
    main_share = sure.get(main, 0.0)
    others = {slug: share for slug, share in sure.items() if slug not in (main, OTHER)}
    found = _of(others, least=CLAUSE_SURE, shares=shares, room=SHARE_OF_REPORT)
    if not found and main_share >= PLAIN:
        found = _of(others, least=PLAIN, shares=shares, room=SHARE_IF_PLAIN)
    if not found or main_share < MAIN_CLAUSE_SURE:
        return None
    category = max(found, key=found.__getitem__)
    return Second(category, share=found[category], main_share=main_share)


def _of(sure: dict[str, float], *, least: float, shares: dict[str, float], room: float) -> dict[str, float]:
    return {slug: share for slug, share in sure.items() if share >= least and shares.get(slug, 0.0) >= room}


def _sure_clauses(text: str, *, model: Classifier) -> dict[str, float]:
    """What single clauses are taken for, each category at its surest."""
    sure: dict[str, float] = {}
    for clause, _ in zip(clauses(text), range(CLAUSES_READ), strict=False):
        shares = as_one(model.probabilities(clause))
        best = max(shares, key=shares.__getitem__)
        sure[best] = max(shares[best], sure.get(best, 0.0))
    return sure
