"""Where a search hit: its words marked in what a row shows, or an excerpt of where else they stand."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tickets.search import Run, read_reference, terms

# As in the index: all of ASCII but letters and digits parts words.
BREAK = r"[\x00-/:-@\[-`{-\x7f]+"
LETTER = r"[^\W_]"
BEFORE, AFTER = 40, 90  # characters of an excerpt around its first hit
READ = 20_000  # characters looked through

Pattern = re.Pattern[str]


class Excerpt(NamedTuple):
    text: SafeString | str
    is_on_screen: bool = False


def pattern_of(words: str) -> Pattern | None:
    """What the search looks for, as it may stand in a text; None when nothing is looked for."""
    found = [_pattern(run) for run in terms(words)]
    reference = read_reference(words)
    if reference:
        found.append(re.escape(reference))
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def _pattern(run: Run) -> str:
    end = rf"(?!{LETTER})" if run.is_whole else rf"{LETTER}*"
    return rf"(?<!{LETTER}){BREAK.join(map(re.escape, run.words))}{end}"


def marked(text: str, pattern: Pattern | None) -> SafeString | str:
    """The text with every hit between <mark> and </mark>, and all else escaped."""
    if pattern is None or not pattern.search(text):
        return text
    parts, until = [], 0
    for hit in pattern.finditer(text):
        parts += [conditional_escape(text[until : hit.start()]), format_html("<mark>{}</mark>", hit.group())]
        until = hit.end()
    return mark_safe("".join([*parts, conditional_escape(text[until:])]))  # noqa: S308 - each part is escaped


def excerpt(text: str, pattern: Pattern) -> SafeString | str:
    """Some words around the first hit, marked; "" where there is none."""
    text = " ".join(text[:READ].split())
    hit = pattern.search(text)
    if hit is None:
        return ""
    start = _word_start(text, max(0, hit.start() - BEFORE))
    piece = text[start : hit.end() + AFTER]
    is_cut = start + len(piece) < len(text)
    if is_cut:
        piece = piece.rsplit(" ", 1)[0] if " " in piece[hit.end() - start :] else piece
    return marked(f"{'… ' if start else ''}{piece}{' …' if is_cut else ''}", pattern)


def _word_start(text: str, place: int) -> int:
    if place == 0:
        return 0
    return text.find(" ", place) + 1
