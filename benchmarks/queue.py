"""The agents' queue at growing numbers of tickets, on PostgreSQL: `python -m benchmarks.queue`."""

from __future__ import annotations

import argparse
import json
import os
import time
from typing import Any

from benchmarks.desk.rows import fill
from benchmarks.figures import ratio, say, show, table
from benchmarks.processes import finish, python
from benchmarks.stand import Stand, prepare, stand

SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
SETTINGS = "benchmarks.desk.settings"
AIMS = {
    "list": 100,
    "filter": 100,
    "search": 150,
    "ticket": 100,
    "next": 100,
    "poll": 100,
    "numbers": 100,
}  # ms, p95, at the largest size
TIMING_WITHIN = 900.0  # seconds per size
UNITS = {"k": 1_000, "m": 1_000_000}
LARGEST = 2_000_000


def main() -> None:
    options = _options()
    with stand(database_url=os.environ.get("DATABASE_URL") or SERVER) as place:
        sizes = [_measure(place, size, options) for size in options.sizes]
    result = {"benchmark": "queue", "database": "PostgreSQL", "aims_p95_ms": AIMS, "sizes": sizes}
    result["summary"] = _summary(sizes)
    show(result, lines=_lines(result), as_json=options.json)


def _measure(place: Stand, size: int, options: argparse.Namespace) -> dict[str, Any]:
    name = f"queue_{size}"
    environment = place.environment(name, settings=SETTINGS)
    prepare(environment)
    say(f"{size} tickets: filling the tables …")
    start = time.monotonic()
    fill(environment["DATABASE_URL"], count=size)
    say(f"{size} tickets: filled in {time.monotonic() - start:.0f} s, timing …")
    arguments = ("--runs", str(options.runs), "--page-seconds", str(options.page_seconds))
    answer = finish(python("-m", "benchmarks.desk.timing", *arguments), env=environment, within=TIMING_WITHIN)
    place.drop_database(name)
    return {"tickets": size, "pages": json.loads(answer)}


def _summary(sizes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The slowest page of each kind at the largest size, against itself at the smallest and the stock page.

    Growth compares the best runs: what else the machine does is not in them.
    """
    first, last = sizes[0], sizes[-1]
    summary = []
    for kind, aim in AIMS.items():
        slowest = max(_of(last, "desk", kind), key=lambda page: page["p95_ms"])
        before = next(page for page in _of(first, "desk", kind) if page["page"] == slowest["page"])
        stock = max((page["p95_ms"] for page in _of(last, "stock", kind)), default=None)
        summary.append(
            {
                "kind": kind,
                "aim_p95_ms": aim,
                "slowest": slowest["page"],
                "p95_ms": slowest["p95_ms"],
                "growth": ratio(slowest["min_ms"], before["min_ms"]),
                "slowest_stock_p95_ms": stock,
                "ours_to_stock": ratio(slowest["p95_ms"], stock) if stock else None,
            }
        )
    return summary


def _of(size: dict[str, Any], who: str, kind: str) -> list[dict[str, Any]]:
    return [page for page in size["pages"] if (page["who"], page["kind"]) == (who, kind)]


def _lines(result: dict[str, Any]) -> list[str]:
    sizes = result["sizes"]
    counts = [_short(size["tickets"]) for size in sizes]
    heads = ["page"]
    for count in counts:
        heads += [f"{count} p50", f"{count} p95"]
    heads += ["queries", f"best {counts[-1]} / {counts[0]}"]
    rows = []
    for pages in zip(*(size["pages"] for size in sizes), strict=True):
        figures = [page[key] for page in pages for key in ("p50_ms", "p95_ms")]
        queries = "-".join(str(count) for count in sorted({page["queries"] for page in pages}))
        title = f"{pages[0]['who']}: {pages[0]['page']}"
        rows.append([title, *figures, queries, ratio(pages[-1]["min_ms"], pages[0]["min_ms"])])
    summary = [
        (
            each["kind"],
            each["slowest"],
            each["p95_ms"],
            each["aim_p95_ms"],
            each["growth"],
            each["ours_to_stock"],
        )
        for each in result["summary"]
    ]
    summary_heads = ("kind", "slowest at the largest size", "p95 ms", "aim", "growth", "ours / slowest stock")
    return [
        f"The queue with {', '.join(counts)} tickets, one in ten open, on PostgreSQL (server time in ms)",
        "",
        *table(heads, rows),
        "",
        *table(summary_heads, summary),
    ]


def _short(count: int) -> str:
    for unit, size in reversed(UNITS.items()):
        if count % size == 0:
            return f"{count // size}{unit}"
    return str(count)


def _sizes(text: str) -> list[int]:
    sizes = []
    for part in text.lower().split(","):
        unit = UNITS.get(part[-1:], 1)
        sizes.append(int(part.rstrip("km")) * unit)
    if not all(100 <= size <= LARGEST for size in sizes):
        raise argparse.ArgumentTypeError(f"sizes from 100 to {LARGEST}")
    return sizes


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queue", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=_sizes("1k,100k,1m"), help="default: 1k,100k,1m")
    parser.add_argument("--runs", type=int, default=30, help="of each page (default: 30)")
    parser.add_argument("--page-seconds", type=float, default=10, help="at most, per page (default: 10)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    main()
