"""Everyday Indonesian and English made comparable, by the word lists of lexicon.toml."""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from triage.secrets import PLACEHOLDER

LEXICON = Path(__file__).with_name("lexicon.toml")
# Longer texts add nothing, and the cost of the patterns must stay bounded.
READ_AT_MOST = 6000
END = "."

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|<\w+>")
_REPEATED = re.compile(r"\b([a-z]{2,})2(?=nya\b|\b)")
_TIMES = re.compile(r"\b(\d+) ?x\b")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_SUFFIX = re.compile(r"^([a-z]{3,})(?:nya|lah|kah)$")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*|[.!?\n;]")


@dataclass(frozen=True)
class Lexicon:
    """`words` maps a single token, `phrases` a run of tokens, each to the word it stands for."""

    words: dict[str, str]
    phrases: dict[str, str]
    phrase_pattern: re.Pattern[str]
    whole: frozenset[str]
    markers: dict[str, frozenset[str]]


def read_lexicon() -> dict[str, Any]:
    return tomllib.loads(LEXICON.read_text(encoding="utf-8"))


@cache
def lexicon() -> Lexicon:
    data = read_lexicon()
    pairs = [(variant, word) for word, variants in data["words"].items() for variant in variants]
    words = {variant: word for variant, word in pairs if " " not in variant}
    # Phrases meet a text whose single words were replaced already, so theirs are as well.
    phrases = {_worded(variant, words): word for variant, word in pairs if " " in variant}
    longest_first = sorted(phrases, key=len, reverse=True)
    return Lexicon(
        words=words,
        phrases=phrases,
        phrase_pattern=re.compile(r"(?<!\S)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\S)"),
        whole=frozenset(data["whole"]["words"]),
        markers={language: frozenset(words) for language, words in data["markers"].items()},
    )


def _worded(phrase: str, words: dict[str, str]) -> str:
    return " ".join(words.get(word, word) for word in phrase.split())


def contested_variants() -> list[str]:
    """Variants that two words claim; which of them would win is an accident."""
    claims = Counter(variant for variants in read_lexicon()["words"].values() for variant in set(variants))
    return sorted(variant for variant, count in claims.items() if count > 1)


def normalise(text: str) -> str:
    """Lower-case words divided by single spaces, sentence ends as ".", spellings replaced by the lexicon's
    word.

    Addresses, links and what stands for a masked secret are dropped: they say nothing about the problem, and
    the first are personal. Never raises; "" for a text without words.
    """
    tokens = _tokens(text)
    # Long texts repeat their words: each is looked up once.
    words = {token: _known_word(token) for token in set(tokens)}
    joined = lexicon().phrase_pattern.sub(_phrase, " ".join(words[token] for token in tokens))
    return joined if any(letter.isalnum() for letter in joined) else ""


def guess_language(text: str) -> str:
    """ "id" or "en". Indonesian when in doubt, and for mixed texts."""
    counts = Counter(
        language for token in _tokens(text) for language, words in lexicon().markers.items() if token in words
    )
    return "en" if counts["en"] > 2 * counts["id"] else "id"


def _tokens(text: str) -> list[str]:
    plain = PLACEHOLDER.sub(" ", text[:READ_AT_MOST])
    plain = unicodedata.normalize("NFKC", plain).lower().replace("’", "'")
    plain = _ADDRESS.sub(" ", plain)
    plain = _TIMES.sub(r"\1 kali", plain)
    plain = _REPEATED.sub(r"\1 \1", plain)
    return _TOKEN.findall(plain)


def _known_word(found: str) -> str:
    if not found[0].isalpha():
        return END if found in "!?;\n" else found
    known = lexicon().words
    form = found
    for form in _forms(found):
        if form in known:
            return known[form]
    return form


def _forms(token: str) -> Iterator[str]:
    """The spellings to look up: as it is, stretched letters cut to two and to one, without its suffix."""
    yield token
    single = _STRETCHED.sub(r"\1", token)
    if single != token:
        yield _STRETCHED.sub(r"\1\1", token)
        yield single
    yield _bare(single)


def _bare(token: str) -> str:
    found = _SUFFIX.match(token)
    return found.group(1) if found and token not in lexicon().whole else token


def _phrase(match: re.Match[str]) -> str:
    return lexicon().phrases[match.group()]
