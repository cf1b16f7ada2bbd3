"""The phrases of evidence.toml: what a text says about itself, by group."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from triage.language import END


@dataclass(frozen=True)
class Phrase:
    """One phrase of evidence.toml: its pattern, and the words a sentence needs for it to be worth trying."""

    pattern: re.Pattern[str]
    needed: tuple[frozenset[str], ...]

    def is_said(self, sentence: str, words: set[str]) -> bool:
        return self.may_be_said(words) and any(_counts(match) for match in self.pattern.finditer(sentence))

    def may_be_said(self, words: set[str]) -> bool:
        return not any(words.isdisjoint(any_of) for any_of in self.needed)


@cache
def phrase_book() -> dict[str, Any]:
    """evidence.toml with its phrases compiled, by group."""
    data = tomllib.loads(Path(__file__).with_name("evidence.toml").read_text(encoding="utf-8"))
    denials, softeners = ("|".join(map(re.escape, data[name])) for name in ("denials", "softeners"))
    data["phrases"] = {
        group: [_phrase(phrase, denials, softeners) for phrase in phrases]
        for group, phrases in data["phrases"].items()
    }
    return data


def _phrase(phrase: str, denials: str, softeners: str) -> Phrase:
    """One phrase of evidence.toml compiled; see there for its notation."""
    gap = rf"(?:(?!(?:{denials}) )[\w']+ ){{0,3}}"
    forms = {"~": gap, "#": r"(?P<number>\d{1,6}) "}
    slots = phrase.split()
    parts = [
        forms.get(slot) or "(?:{}) ".format(slot.replace("*", r"\w*").replace("#", r"\d{1,6}"))
        for slot in slots
    ]
    pattern = rf"(?<!\S)(?P<before>(?:{denials}) (?:(?:{softeners}) )?)?" + "".join(parts)
    needed = tuple(frozenset(slot.split("|")) for slot in slots if not set("~#*") & set(slot))
    return Phrase(re.compile(pattern), needed)


def groups_said(text: str) -> set[str]:
    """The groups of which normalised text says a phrase, and does not deny it."""
    words = set(text.split())
    # No phrase reaches over the end of a sentence, and most sentences of a long text need no pattern.
    sentences = [(f"{sentence} ", set(sentence.split())) for sentence in text.split(f" {END} ")]
    return {
        group
        for group, phrases in phrase_book()["phrases"].items()
        if not words.isdisjoint(phrase_book()["about"].get(group, words))
        and any(
            phrase.is_said(sentence, own)
            for phrase in phrases
            if phrase.may_be_said(words)
            for sentence, own in sentences
        )
    }


def _counts(match: re.Match[str]) -> bool:
    if match["before"]:
        return False
    number = match.groupdict().get("number")
    limits = (
        limit for unit, limit in phrase_book()["waiting"]["enough"].items() if f" {unit} " in match.group()
    )
    return number is None or int(number) >= next(limits, 0)
