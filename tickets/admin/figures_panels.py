"""The charts of the page Numbers: what each shows, in one sentence, and the table behind it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import figures
from tickets.admin.chart import (
    Chart,
    Series,
    draw_bars,
    draw_lines,
    draw_stacks,
    durations,
    numbers,
)
from tickets.admin.wording import percent_of
from tickets.durations import short_duration
from tickets.measures import COMES_BACK_HINT, MEASURES
from tickets.models import Figures
from tickets.models.figures import Grain
from tickets.sketch import Sketch

# More places than this are lines: bars would be hairs.
MOST_BARS = 48
MEDIAN, NINTH = 0.5, 0.9

# Every mark of a chart and its words; the colours and patterns are in desk_chart.css.
MARKS: dict[str, str | Promise] = {
    "arrived": gettext_lazy("Came in"),
    "resolved": gettext_lazy("Resolved"),
    "median": gettext_lazy("Median"),
    "ninth": gettext_lazy("9 of 10 within"),
    "met": gettext_lazy("Kept"),
    "breached": gettext_lazy("Broken"),
    "confirmed": gettext_lazy("Confirmed by the requester"),
    "assumed": gettext_lazy("Assumed after silence"),
    "failed": gettext_lazy("Failed"),
    "silent": gettext_lazy("No answer, went to the agents"),
    "came_back": gettext_lazy("Came back within 72 hours"),
}


@dataclass(frozen=True)
class Key:
    """One entry of a chart's legend, with its sum."""

    name: str
    label: str
    figure: str


@dataclass(frozen=True)
class Panel:
    slug: str
    title: str
    said: str  # the chart in one sentence
    hints: list[str]
    chart: Chart | None
    keys: list[Key]
    head: list[str]
    rows: list[list[str]]
    is_wide: bool = False

    @property
    def body(self) -> SafeString:
        """The rows of the table, in Python for the same reason as the bars of a chart."""
        rows = ([html.escape(cell) for cell in row] for row in self.rows)
        lines = (
            f'<tr><th scope="row">{name}</th><td>{"</td><td>".join(cells)}</td></tr>' for name, *cells in rows
        )
        return mark_safe("".join(lines))  # noqa: S308 - each part is escaped


def panels_of(rows: Sequence[Figures], *, grain: Grain) -> list[Panel]:
    """The panels that have anything to show, for the figures of one period."""
    period = Period(rows, grain)
    return [
        _arrivals(period),
        _first_answer(period, "first_human", _("First answer by an agent")),
        _first_answer(period, "first_auto", _("Automatic first answer")),
        _promise(period, "response", _("Promised first answer")),
        _promise(period, "resolution", _("Promised resolution")),
        _self_fix(period),
        _came_back(period),
    ]


class Period:
    """The figures of consecutive hours or days, with their names."""

    def __init__(self, rows: Sequence[Figures], grain: Grain) -> None:
        self.rows, self.grain = rows, grain
        self.total = figures.total(rows)
        self.names = [name_of(row, grain) for row in rows]

    def values(self, column: str) -> list[int]:
        return [getattr(row, column) for row in self.rows]

    def draw(self, series: Series, *, stacked: bool = False) -> Chart:
        scale = numbers(series, stacked=stacked)
        if len(self.rows) > MOST_BARS and not stacked:
            return draw_lines(series, scale=scale, ticks=self.names)
        draw = draw_stacks if stacked else draw_bars
        return draw(series, scale=scale, titles=self._titles(series), ticks=self.names)

    def _titles(self, series: Series) -> list[str]:
        words = {mark: str(MARKS[mark]) for mark in series}
        return [
            f"{name}: "
            + ", ".join(f"{words[mark]} {round(values[place] or 0)}" for mark, values in series.items())
            for place, name in enumerate(self.names)
        ]


def name_of(row: Figures, grain: Grain) -> str:
    """The hour or day in short, on the desk's clock."""
    local = timezone.localtime(row.start)
    return date_format(local, _("H:i") if grain == Grain.HOUR else "j M", use_l10n=False)


def _arrivals(period: Period) -> Panel:
    total = period.total
    series = {"arrived": period.values("arrived"), "resolved": period.values("resolved")}
    busiest = max(range(len(period.rows)), key=lambda place: period.rows[place].arrived)
    said = _("%(arrived)s came in, %(resolved)s were resolved. Most came in at %(busiest)s: %(most)s.") % {
        "arrived": total.arrived,
        "resolved": total.resolved,
        "busiest": period.names[busiest],
        "most": period.rows[busiest].arrived,
    }
    return Panel(
        "arrivals",
        _("Came in and resolved"),
        said,
        _hints("arrivals", "resolutions"),
        period.draw(series) if total.arrived or total.resolved else None,
        _keys(arrived=total.arrived, resolved=total.resolved),
        [_("Came in"), _("By agents"), _("By requesters"), _("Assumed"), _("Resolved in all")],
        _table(
            period,
            ("arrived", "resolved_agent", "resolved_requester", "resolved_assumed", "resolved"),
        ),
        is_wide=True,
    )


def _first_answer(period: Period, column: str, title: str) -> Panel:
    sketches = [Sketch(getattr(row, column)) for row in period.rows]
    total = Sketch(getattr(period.total, column))
    series = {
        "median": [sketch.quantile(MEDIAN) for sketch in sketches],
        "ninth": [sketch.quantile(NINTH) for sketch in sketches],
    }
    middle, ninth = short_duration(total.quantile(MEDIAN)), short_duration(total.quantile(NINTH))
    said = _("%(number)s answers. Half came within %(median)s, nine of ten within %(ninth)s.") % {
        "number": total.count,
        "median": middle,
        "ninth": ninth,
    }
    scale = durations(series, label=short_duration)
    return Panel(
        column,
        title,
        said if total.count else _("No such answer in this period."),
        _hints(column),
        draw_lines(series, scale=scale, ticks=period.names) if total.count else None,
        _keys(median=middle, ninth=ninth),
        [_("Answers"), str(MARKS["median"]), str(MARKS["ninth"])],
        [
            [name, str(sketch.count), short_duration(median), short_duration(ninth)]
            for name, sketch, median, ninth in zip(
                period.names, sketches, series["median"], series["ninth"], strict=True
            )
        ],
    )


def _promise(period: Period, what: str, title: str) -> Panel:
    met, breached = f"{what}_met", f"{what}_breached"
    kept, broken = getattr(period.total, met), getattr(period.total, breached)
    said = _("%(percent)s %% kept: %(kept)s of %(all)s.") % {
        "percent": percent_of(kept / ((kept + broken) or 1)),
        "kept": kept,
        "all": kept + broken,
    }
    series = {"met": period.values(met), "breached": period.values(breached)}
    return Panel(
        f"{what}_promise",
        title,
        said if kept + broken else _("No promise fell due in this period."),
        _hints(f"{what}_promise"),
        period.draw(series, stacked=True) if kept + broken else None,
        _keys(met=kept, breached=broken),
        [str(MARKS["met"]), str(MARKS["breached"])],
        _table(period, (met, breached)),
    )


def _self_fix(period: Period) -> Panel:
    ends = ("confirmed", "assumed", "failed", "silent")
    sums = {end: getattr(period.total, f"fix_{end}") for end in ends}
    said = _(
        "%(all)s holds ended: %(confirmed)s confirmed (%(percent)s %%), %(assumed)s assumed, %(failed)s"
        " failed, %(silent)s without an answer."
    ) % {
        **sums,
        "all": period.total.fixes,
        "percent": percent_of(sums["confirmed"] / (period.total.fixes or 1)),
    }
    series = {end: period.values(f"fix_{end}") for end in ends}
    return Panel(
        "self_fix",
        _("Self-help"),
        said if period.total.fixes else _("No hold for self-help ended in this period."),
        _hints("self_fix"),
        period.draw(series, stacked=True) if period.total.fixes else None,
        _keys(**sums),
        [str(MARKS[end]) for end in ends],
        _table(period, tuple(f"fix_{end}" for end in ends)),
    )


def _came_back(period: Period) -> Panel:
    known = figures.settled(period.rows, grain=period.grain)
    total = figures.total(known)
    # The last three days stay empty: who is going to come back is not known yet.
    gap = [None] * (len(period.rows) - len(known))
    series: dict[str, list[int | None]] = {
        "resolved": [*(row.resolved for row in known), *gap],
        "came_back": [*(row.came_back for row in known), *gap],
    }
    said = _("%(percent)s %% came back: %(part)s of %(all)s resolutions that are 72 hours old.") % {
        "percent": percent_of(total.came_back / (total.resolved or 1)),
        "part": total.came_back,
        "all": total.resolved,
    }
    return Panel(
        "came_back",
        _("Came back after a resolution"),
        said if total.resolved else _("No resolution of this period is 72 hours old."),
        [*_hints("resolutions"), str(COMES_BACK_HINT)],
        period.draw(series) if total.resolved else None,
        _keys(resolved=total.resolved, came_back=total.came_back),
        [str(MARKS["resolved"]), str(MARKS["came_back"])],
        _table(Period(known, period.grain), ("resolved", "came_back")) if known else [],
    )


def _table(period: Period, columns: Sequence[str]) -> list[list[str]]:
    return [
        [name, *(str(getattr(row, column)) for column in columns)]
        for name, row in zip(period.names, period.rows, strict=True)
    ]


def _keys(**sums: int | str) -> list[Key]:
    return [Key(name, str(MARKS[name]), str(figure)) for name, figure in sums.items()]


def _hints(*names: str) -> list[str]:
    return [str(MEASURES[name].hint) for name in names]
