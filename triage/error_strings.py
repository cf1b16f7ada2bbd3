"""What platforms write when something fails, found in text that was read off a screenshot."""

import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from triage.playbooks import playbooks

CATALOGUE = Path(__file__).with_name("error_strings.toml")
# A phone's screen holds far less; whatever is longer was not read off one.
READ_AT_MOST = 6_000
# Matching starts where this many letters agree exactly.
SEED = 5
# Letters a misreading may cost, by the least length (in letters) that bears it.
ALLOWED_EDITS = ((24, 2), (12, 1))
# One misread letter in these turns a message round ("not available", "now available").
TURNING = frozenset({"not", "no", "tidak", "tak", "belum", "bukan", "gagal", "invalid", "cannot", "unable"})

# Readings that OCR mixes up are made one on both sides; accents, marks and punctuation divide nothing.
_ALIKE = str.maketrans({"1": "l", "i": "l", "|": "l", "0": "o", "5": "s"})
_ALIKE_PAIRS = (("rn", "m"), ("vv", "w"))


@dataclass(frozen=True)
class Sighting:
    """A wording of the catalogue that was seen; `line` counts from 0, as in text.splitlines()."""

    category: str
    wording: str
    line: int


@dataclass(frozen=True)
class Wording:
    """A catalogue entry ready to be looked for: `letters` without blanks, `turning` parts must be exact."""

    text: str
    category: str
    letters: str
    turning: tuple[str, ...]
    edits: int


@dataclass(frozen=True)
class Screen:
    """A text as letters without blanks, and where its words and lines begin."""

    letters: str
    word_starts: frozenset[int]
    line_starts: tuple[int, ...]
    lines: tuple[int, ...]

    def line_at(self, place: int) -> int:
        return self.lines[bisect_right(self.line_starts, place) - 1]


def read_catalogue() -> dict[str, Any]:
    return tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))


@cache
def wordings() -> tuple[Wording, ...]:
    return tuple(
        _wording(text, category)
        for category, entry in read_catalogue().items()
        for text in entry["wordings"]
        if category in playbooks()
    )


@cache
def tells_tried(wording: str) -> str:
    """What a message gives away as tried ("too many requests": resent), else ""."""
    entries = read_catalogue().values()
    known = (key for entry in entries for key, texts in entry.get("tried", {}).items() if wording in texts)
    return next(known, "")


def sightings(text: str) -> tuple[Sighting, ...]:
    """The messages seen in a text, in their order; of overlapping ones only the longest. Never raises."""
    screen = _screen(text[:READ_AT_MOST])
    found: list[tuple[int, int, Wording]] = []
    taken_to = 0
    # At equal starts the longer comes first.
    for start, end, wording in sorted(_matches(screen), key=lambda match: (match[0], -match[1])):
        if found and start < taken_to:
            if end - start > found[-1][1] - found[-1][0]:
                found[-1], taken_to = (start, end, wording), end
            continue
        found.append((start, end, wording))
        taken_to = end
    return tuple(
        Sighting(wording.category, wording.text, screen.line_at(start)) for start, _, wording in found
    )


def _wording(text: str, category: str) -> Wording:
    words = text.split()
    letters = "".join(map(_folded, words))
    edits = next((edits for length, edits in ALLOWED_EDITS if len(letters) >= length), 0)
    turning = tuple(_folded(word) for word in words if word.lower() in TURNING)
    return Wording(text=text, category=category, letters=letters, turning=turning, edits=edits)


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).casefold().translate(_ALIKE)
    letters = "".join(filter(str.isalnum, plain))
    for pair, single in _ALIKE_PAIRS:
        letters = letters.replace(pair, single)
    return letters


def _screen(text: str) -> Screen:
    words, word_starts, line_starts, lines, place = [], set(), [0], [0], 0
    for number, line in enumerate(text.splitlines()):
        line_starts.append(place)
        lines.append(number)
        for word in line.split():
            # A frame is no letter.
            folded = _folded(word) if word.strip("|") else ""
            if folded:
                words.append(folded)
                word_starts.add(place)
                place += len(folded)
    word_starts.add(place)
    return Screen("".join(words), frozenset(word_starts), tuple(line_starts), tuple(lines))


@cache
def _seeds() -> dict[str, list[tuple[int, Wording]]]:
    """Where matching may start: of n + 1 pieces of a wording one survives n misread letters."""
    seeds: dict[str, list[tuple[int, Wording]]] = {}
    for wording in wordings():
        pieces = wording.edits + 1
        for piece in range(pieces):
            offset = piece * len(wording.letters) // pieces
            seeds.setdefault(wording.letters[offset : offset + SEED], []).append((offset, wording))
    return seeds


def _matches(screen: Screen) -> Iterator[tuple[int, int, Wording]]:
    seeds, letters = _seeds(), screen.letters
    for place in range(len(letters) - SEED + 1):
        for offset, wording in seeds.get(letters[place : place + SEED], ()):
            span = _span(letters, place, offset, wording)
            if span and _stands_alone(screen, *span, wording):
                yield *span, wording


def _span(letters: str, place: int, offset: int, wording: Wording) -> tuple[int, int] | None:
    """Where the wording stands around a seed, with no more misread letters than it bears."""
    before, after = wording.letters[:offset], wording.letters[offset + SEED :]
    margin = wording.edits
    left = letters[max(0, place - len(before) - margin) : place]
    right = letters[place + SEED : place + SEED + len(after) + margin]
    cost, back = _reach(before[::-1], left[::-1], margin)
    if cost > margin:
        return None
    further, ahead = _reach(after, right, margin - cost)
    if cost + further > margin:
        return None
    span = place - back, place + SEED + ahead
    window = letters[slice(*span)]
    return span if all(part in window for part in wording.turning) else None


def _reach(wanted: str, text: str, most: int) -> tuple[int, int]:
    """The fewest edits that make `wanted` a beginning of `text`, and how long that beginning is.

    Gives up with most + 1 as soon as more would be needed (Ukkonen's band).
    """
    if text.startswith(wanted):
        return 0, len(wanted)
    row = {column: column for column in range(most + 1)}
    for index, letter in enumerate(wanted, start=1):
        above, row = row, {}
        for column in range(max(0, index - most), min(len(text), index + most) + 1):
            replaced = above.get(column - 1, most + 1) + (text[column - 1 : column] != letter)
            row[column] = min(replaced, above.get(column, most + 1) + 1, row.get(column - 1, most + 1) + 1)
        if min(row.values(), default=most + 1) > most:
            return most + 1, 0
    cost = min(row.values())
    # Of equally good ends the one nearest to the wanted length.
    return cost, min((c for c in row if row[c] == cost), key=lambda column: abs(column - len(wanted)))


def _stands_alone(screen: Screen, start: int, end: int, wording: Wording) -> bool:
    """A short wording has to be whole words; a long one may have lost the blanks around it."""
    return wording.edits > 0 or (start in screen.word_starts and end in screen.word_starts)


def catalogue_errors() -> Iterator[str]:
    """What is wrong with the catalogue: unknown categories and keys, shared and too short wordings."""
    owners: dict[str, str] = {}
    for category, entry in read_catalogue().items():
        if category not in playbooks():
            yield f"{category} is no category"
        listed = entry.get("wordings", [])
        for text in listed:
            letters = "".join(map(_folded, text.split()))
            owner = owners.setdefault(letters, category)
            if len(letters) < SEED:
                yield f"“{text}” is too short to be told from other text"
            elif owner != category:
                yield f"“{text}” belongs to both {owner} and {category}"
        for key, texts in entry.get("tried", {}).items():
            yield from (
                f"“{text}” ({key}) is no wording of {category}" for text in texts if text not in listed
            )
