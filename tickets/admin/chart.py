"""Where the lines of the desk's charts run, in the units of their drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 80, 12, 20, 28
STEPS = (0.25, 0.5, 1.0)  # where the scale may end


@dataclass(frozen=True)
class Grid:
    y: str
    percent: int


@dataclass(frozen=True)
class Line:
    """A line broken where a week has nothing to show; a week between two such gaps is a dot."""

    name: str
    runs: list[str]
    dots: list[tuple[str, str]]


@dataclass(frozen=True)
class Chart:
    lines: list[Line]
    grid: list[Grid]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def draw(shares: dict[str, Sequence[float | None]]) -> Chart:
    """Draw one line per name over evenly spaced weeks; None is a week without tickets.

    Coordinates are text: a template would write numbers with the language's decimal comma.
    """
    known = [share for line in shares.values() for share in line if share is not None]
    top = next((step for step in STEPS if step >= max(known, default=0)), STEPS[-1])
    return Chart(
        lines=[_line(name, line, top=top) for name, line in shares.items()],
        grid=[Grid(_y(top * part, top=top), round(100 * top * part)) for part in (0, 0.5, 1)],
    )


def _line(name: str, shares: Sequence[float | None], *, top: float) -> Line:
    places = [
        None if share is None else (_x(place, of=len(shares)), _y(share, top=top))
        for place, share in enumerate(shares)
    ]
    runs = [
        [place for place in run if place]
        for is_gap, run in groupby(places, key=lambda place: place is None)
        if not is_gap
    ]
    return Line(
        name,
        runs=[" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1],
        dots=[run[-1] for run in runs if len(run) == 1 or run is runs[-1]],
    )


def _x(place: int, *, of: int) -> str:
    return f"{LEFT + (WIDTH - LEFT - RIGHT) * place / max(1, of - 1):.1f}"


def _y(share: float, *, top: float) -> str:
    return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share / top:.1f}"
