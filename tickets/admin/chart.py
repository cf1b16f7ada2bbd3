"""Where the lines and bars of the desk's charts run, in the units of their drawing.

Coordinates are text: a template would write numbers with the language's decimal comma.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 80, 12, 20, 28
INNER = WIDTH - LEFT - RIGHT
# Of the room that one hour or day has.
BAR_SHARE = 0.76
# So many words under the axis; a week has room for all of its days.
TICKS, ALL_TICKS = 5, 7

Series = Mapping[str, Sequence[float | None]]


@dataclass(frozen=True)
class Scale:
    """How high the drawing reaches, and what is written beside a value."""

    top: float
    label: Callable[[float], str]


@dataclass(frozen=True)
class Grid:
    y: str
    label: str


@dataclass(frozen=True)
class Tick:
    """A word under the axis; those between the ends are left out where there is no room."""

    x: str
    label: str
    anchor: str  # "start" | "middle" | "end"


@dataclass(frozen=True)
class Line:
    """A line broken where there is nothing to show; what stands alone between two gaps is a dot."""

    name: str
    runs: list[str]
    dots: list[tuple[str, str]]


@dataclass(frozen=True)
class Bar:
    name: str  # one of ours, like every text here
    x: str
    y: str
    width: str
    height: str

    @property
    def drawn(self) -> str:
        place = f'x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}"'
        return f'<rect class="chart__bar chart__bar--{self.name}" {place}/>'


@dataclass(frozen=True)
class Slot:
    """One hour or day: its bars, and what a pointer that rests on them is told."""

    title: str
    bars: list[Bar]

    @property
    def drawn(self) -> SafeString:
        """In Python: by a template, or escaped one by one, hundreds of bars are half of a page's time."""
        bars = "".join(bar.drawn for bar in self.bars if bar.height != "0.0")
        text = f'<g class="chart__slot"><title>{escape(self.title)}</title>{bars}</g>'
        return mark_safe(text)  # noqa: S308 - the title is escaped, the rest is ours


@dataclass(frozen=True)
class Chart:
    grid: list[Grid]
    lines: list[Line] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def shares(series: Series) -> Scale:
    """Up to a quarter, a half or the whole, in percent."""
    return Scale(_fit((0.25, 0.5, 1.0), series), lambda share: f"{round(100 * share)} %")


def numbers(series: Series, *, stacked: bool = False) -> Scale:
    """Up to an even number, so that the half of it is one too."""
    steps = (step * 10**power for power in range(9) for step in (2, 4, 10))
    tallest = {"": [sum(value or 0 for value in slot) for slot in zip(*series.values(), strict=True)]}
    return Scale(_fit(steps, tallest if stacked else series), lambda number: str(round(number)))


def durations(series: Series, *, label: Callable[[float], str]) -> Scale:
    """Up to a round number of seconds, minutes, hours or days, written by `label`."""
    minute, hour, day = 60, 3600, 86400
    steps = [4, 10, 20, minute, 2 * minute, 10 * minute, 20 * minute, hour, 2 * hour, 4 * hour, 8 * hour]
    steps += [12 * hour, *(number * day for number in (1, 2, 4, 6, 10, 20, 40, 100, 400))]
    return Scale(_fit(steps, series), label)


def draw_lines(series: Series, *, scale: Scale, ticks: Sequence[str] = ()) -> Chart:
    """Draw one line per name over evenly spaced places; None is a place with nothing to show."""
    return Chart(
        grid=_grid(scale),
        lines=[_line(name, values, top=scale.top) for name, values in series.items()],
        ticks=_ticks(ticks, lambda place: LEFT + INNER * place / max(1, len(ticks) - 1)),
    )


def draw_bars(series: Series, *, scale: Scale, titles: Sequence[str], ticks: Sequence[str] = ()) -> Chart:
    """Draw the values of each place side by side."""
    width = _room(len(titles)) * BAR_SHARE / len(series)
    slots = [
        Slot(
            title,
            [
                _bar(
                    name,
                    values[place] or 0,
                    x=_left(place, of=len(titles)) + width * number,
                    width=width,
                    scale=scale,
                )
                for number, (name, values) in enumerate(series.items())
            ],
        )
        for place, title in enumerate(titles)
    ]
    return Chart(grid=_grid(scale), slots=slots, ticks=_ticks_of_bars(ticks))


def draw_stacks(series: Series, *, scale: Scale, titles: Sequence[str], ticks: Sequence[str] = ()) -> Chart:
    """Draw the values of each place on top of one another, the first at the bottom."""
    slots = []
    for place, title in enumerate(titles):
        bars, below = [], 0.0
        for name, values in series.items():
            value = values[place] or 0
            x, width = _left(place, of=len(titles)), _room(len(titles)) * BAR_SHARE
            bars.append(_bar(name, value, x=x, width=width, scale=scale, below=below))
            below += value
        slots.append(Slot(title, bars))
    return Chart(grid=_grid(scale), slots=slots, ticks=_ticks_of_bars(ticks))


def _fit(steps, series: Series) -> float:
    known = [value for values in series.values() for value in values if value is not None]
    highest, last = max(known, default=0), 1.0
    for last in steps:
        if last >= highest:
            break
    return last


def _grid(scale: Scale) -> list[Grid]:
    return [Grid(_y(scale.top * part, top=scale.top), scale.label(scale.top * part)) for part in (0, 0.5, 1)]


def _line(name: str, values: Sequence[float | None], *, top: float) -> Line:
    places = [
        None
        if value is None
        else (f"{LEFT + INNER * place / max(1, len(values) - 1):.1f}", _y(value, top=top))
        for place, value in enumerate(values)
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


def _bar(name: str, value: float, *, x: float, width: float, scale: Scale, below: float = 0) -> Bar:
    height = (HEIGHT - TOP - BOTTOM) * value / scale.top
    return Bar(name, f"{x:.1f}", _y(below + value, top=scale.top), f"{width:.1f}", f"{height:.1f}")


def _room(count: int) -> float:
    return INNER / max(1, count)


def _left(place: int, *, of: int) -> float:
    return LEFT + _room(of) * (place + (1 - BAR_SHARE) / 2)


def _ticks_of_bars(labels: Sequence[str]) -> list[Tick]:
    return _ticks(labels, lambda place: LEFT + _room(len(labels)) * (place + 0.5))


def _ticks(labels: Sequence[str], x: Callable[[int], float]) -> list[Tick]:
    """All words where they are few, or else TICKS, the first and the last among them."""
    last = len(labels) - 1
    places = list(range(len(labels)))
    if len(labels) > ALL_TICKS:
        places = sorted({round(last * number / (TICKS - 1)) for number in range(TICKS)})
    anchors = {0: "start", last: "end"}
    return [Tick(f"{x(place):.1f}", labels[place], anchors.get(place, "middle")) for place in places]


def _y(value: float, *, top: float) -> str:
    return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(value, top) / top:.1f}"
