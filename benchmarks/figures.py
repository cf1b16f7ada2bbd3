"""Figures of a run: percentiles, ratios, a table for people and one JSON object for programs."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank percentile; `share` is 0.5 for the median. NaN without values."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(seconds: Sequence[float]) -> dict[str, float | None]:
    """Return the best, p50, p95, p99 and the worst, in milliseconds."""
    shares = {"min_ms": 0.0, "p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
    return {name: rounded(percentile(seconds, share) * 1000) for name, share in shares.items()}


def rounded(value: float, digits: int = 2) -> float | None:
    """Round for the report; None for what could not be measured (JSON has no NaN)."""
    return None if math.isnan(value) else round(value, digits)


def ratio(ours: float, theirs: float) -> float | None:
    return round(ours / theirs, 3) if theirs else None


def say(text: str = "") -> None:
    """Tell how it goes; never on standard output, which is for the result."""
    print(text, file=sys.stderr, flush=True)


def show(result: dict[str, Any], *, lines: Sequence[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result))
    else:
        print("\n".join(lines))


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Lay out rows under their heads: the first column to the left, figures to the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(heads), *cells]) for column in range(len(heads))]
    return [_line(row, widths) for row in [heads, ["-" * width for width in widths], *cells]]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        text.rjust(width) if column else text.ljust(width)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([first, *others]).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 1 else f"{value:.1f}"
    return str(value)
