"""Reads the text on one cleaned picture with tesseract, in a process that is ended for sure."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from django.conf import settings

from tickets.recognition import CANNOT_BE_READ, IS_ABSENT
from tickets.sandbox import CODE_DIR, CRASHES

PROGRAM = "tesseract"
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-ind"
# A heavy picture must meet the limit on CPU time before the one on the clock: so they are told apart.
CPU_SHARE = 0.8
# What a page of noise could fill the database with.
MAX_LINES = 200
MAX_LINE = 300  # characters
# Icons, ornaments and stains are read too: as scraps that tesseract itself does not believe.
LEAST_WORD_CONFIDENCE = 0.25
LEAST_LINE_CONFIDENCE = 0.4
# Of the columns of tesseract's TSV: level, page, block, paragraph, line, word, left, top, width,
# height, confidence, text. Level 1 is the page, level 5 a word.
PAGE, WORD = "1", "5"
COLUMNS = 12


class Unreadable(Exception):
    """The picture is at fault: it cannot be opened, or is too much for the limits."""


class Interrupted(Exception):
    """The machine is at fault: too busy, out of memory, process killed. Worth another attempt."""


class Absent(Exception):
    """There is no tesseract, or none for our languages."""


@dataclass(frozen=True)
class Line:
    text: str
    box: tuple[float, float, float, float]  # left, top, width, height, in fractions of the picture
    confidence: float  # 0..1


@dataclass(frozen=True)
class Word:
    place: tuple[str, ...]  # block, paragraph and line
    text: str
    box: tuple[int, int, int, int]  # left, top, width, height in pixels of the page
    confidence: float


def is_available() -> bool:
    """Whether screenshots are read here: it is not switched off, and tesseract knows a language of ours."""
    return settings.OCR != "off" and bool(languages())


def languages() -> tuple[str, ...]:
    """Those of settings.OCR_LANGUAGES that the installed tesseract can read, in our order."""
    program = shutil.which(PROGRAM)
    known = _known_languages(program) if program else frozenset()
    return tuple(language for language in settings.OCR_LANGUAGES if language in known)


@cache
def _known_languages(program: str) -> frozenset[str]:
    try:
        done = subprocess.run(  # noqa: S603 (found on our own PATH)
            [program, "--list-langs"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(done.stdout.split())


def read(data: bytes) -> list[Line]:
    """Return the lines of a PNG or JPEG, from top to bottom.

    Takes settings.OCR_SECONDS at most; then the process and all it has started are killed. Raises
    Unreadable, Interrupted or Absent.
    """
    program = shutil.which(PROGRAM)
    if program is None or not languages():
        raise Absent
    job = {
        "program": program,
        "languages": languages(),
        "parent": os.getpid(),
        "cpu_seconds": max(1, int(settings.OCR_SECONDS * CPU_SHARE)),
        "wall_seconds": math.ceil(settings.OCR_SECONDS),
    }
    return lines(_run(job, data))


def _run(job: dict[str, object], data: bytes) -> str:
    # A session of its own: whatever tesseract starts is in its process group, and killed with it.
    # One thread: a turn stands for one processor.
    process = subprocess.Popen(  # noqa: S603 (fixed program; the picture goes to standard input)
        [sys.executable, "-E", "-s", "-m", "tickets.recognition", json.dumps(job)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=CODE_DIR,
        env={"OMP_THREAD_LIMIT": "1", **_training_data()},
        start_new_session=True,
    )
    with process:
        try:
            output, _ = process.communicate(data, timeout=settings.OCR_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Interrupted("out of time") from error
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    _judge(process.returncode)
    return output.decode(errors="replace")


def _training_data() -> dict[str, str]:
    """Where the operator keeps tesseract's languages, if they said so."""
    return {name: os.environ[name] for name in ("TESSDATA_PREFIX",) if name in os.environ}


def _judge(status: int) -> None:
    if status == 0:
        return
    if status == IS_ABSENT:
        raise Absent
    if status == CANNOT_BE_READ or -status in {*CRASHES, signal.SIGXCPU}:
        raise Unreadable(status)
    if status > 0:
        # tesseract says 1 for what it cannot open, and for what it has no memory for.
        raise Unreadable(status)
    raise Interrupted(signal.Signals(-status).name)


def lines(tsv: str) -> list[Line]:
    """Return the lines of tesseract's table, without the scraps it made of pictures."""
    # Not splitlines(): a word may hold what Unicode takes for a line break.
    rows = [row.split("\t", COLUMNS - 1) for row in tsv.split("\n")[1:]]
    rows = [row for row in rows if len(row) == COLUMNS]
    page = next((row for row in rows if row[0] == PAGE), None)
    if page is None:
        return []
    size = int(page[8]), int(page[9])
    made = (_line(list(words), size) for _, words in groupby(_words(rows), key=lambda word: word.place))
    found = sorted((line for line in made if _is_text(line)), key=lambda line: (line.box[1], line.box[0]))
    return found[:MAX_LINES]


def _words(rows: Iterable[list[str]]) -> Iterator[Word]:
    for row in rows:
        confidence, text = float(row[10]) / 100, _printable(row[11])
        if row[0] == WORD and text and confidence >= LEAST_WORD_CONFIDENCE:
            left, top, width, height = (int(value) for value in row[6:10])
            yield Word(tuple(row[2:5]), text, (left, top, width, height), confidence)


def _printable(text: str) -> str:
    """Without control and direction characters, and what else a picture can make tesseract say."""
    return "".join("".join(c if c.isprintable() else " " for c in text).split())


def _line(words: list[Word], size: tuple[int, int]) -> Line:
    left, top = min(word.box[0] for word in words), min(word.box[1] for word in words)
    right = max(word.box[0] + word.box[2] for word in words)
    bottom = max(word.box[1] + word.box[3] for word in words)
    box = (left / size[0], top / size[1], (right - left) / size[0], (bottom - top) / size[1])
    letters = sum(len(word.text) for word in words)
    return Line(
        text=" ".join(word.text for word in words)[:MAX_LINE],
        box=(round(box[0], 4), round(box[1], 4), round(box[2], 4), round(box[3], 4)),
        confidence=round(sum(word.confidence * len(word.text) for word in words) / letters, 3),
    )


def _is_text(line: Line) -> bool:
    return line.confidence >= LEAST_LINE_CONFIDENCE and sum(c.isalnum() for c in line.text) >= 2


def confidence(found: list[Line]) -> float:
    """How sure tesseract is of all the lines together, by their characters (0..1)."""
    letters = sum(len(line.text) for line in found)
    return round(sum(line.confidence * len(line.text) for line in found) / letters, 3)
