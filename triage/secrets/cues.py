"""The words of secrets.toml, and which of them stands nearest to a number."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

# Characters looked at before and behind a number: bounds the work, however long the text.
BEFORE, BEHIND = 80, 60
WORD = re.compile(r"[^\W\d_]+")
SENTENCE_END = re.compile(r"[!?;]|\.(?=\s)")
SUFFIX = re.compile(r"(?<=..)(?:nya|ny|ku|mu)$")
HARMLESS = "harmless"


@dataclass(frozen=True)
class Nearest:
    """A known word before a number: what it is about, and how many words lie between."""

    about: str = ""
    distance: int = 0


@cache
def data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("secrets.toml").read_text(encoding="utf-8"))


@cache
def _abouts() -> dict[str, str]:
    return {word: about for about, words in data()["near"].items() for word in words}


@cache
def _units() -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{_either(data()['counted']['units'])})\b|\s?%", re.IGNORECASE)


@cache
def _behind() -> re.Pattern[str]:
    links, fillers = (_either(data()["behind"][name]) for name in ("links", "fillers"))
    cue = rf"(?P<word>{_either(data()['near']['otp'] + data()['near']['pin'])})(?:nya|ku)?\b"
    # One more word, the name of a company, only after "is": "482913 is your Gojek code".
    said = rf"(?:{links})\s+(?:(?:{fillers})\s+){{0,2}}(?:[^\W\d_]+\s+)?"
    return re.compile(rf"[\s\"'”’)\].:,*_~-]{{1,3}}(?:{said}|(?:(?:{fillers})\s+)?){cue}", re.IGNORECASE)


@cache
def _other_code() -> re.Pattern[str]:
    """ "error code", "zip code": the word before says which, where nothing but a blank divides them."""
    return re.compile(rf"\b(?:{_either(data()['before_code']['words'])})\s(?:code|kode)$", re.IGNORECASE)


def _either(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def nearest_before(text: str, start: int) -> Nearest:
    """The known word that stands nearest before the place, in the same sentence."""
    window = SENTENCE_END.split(text[max(0, start - BEFORE) : start])[-1]
    words = list(WORD.finditer(window.lower()))[::-1]
    for distance, word in enumerate(words):
        about = _abouts().get(word.group()) or _abouts().get(SUFFIX.sub("", word.group()))
        if about:
            return Nearest(HARMLESS if _other_code().search(window, 0, word.end()) else about, distance)
    return Nearest()


def about_behind(text: str, end: int) -> str:
    """What "482913 is my code" says of the number that ends here: "otp", "pin" or ""."""
    found = _behind().match(text[end : end + BEHIND])
    return _abouts().get(found["word"].lower(), "") if found else ""


def counts_something(text: str, end: int) -> bool:
    """True for the 20 of "20 menit"."""
    return bool(_units().match(text[end : end + 16]))
