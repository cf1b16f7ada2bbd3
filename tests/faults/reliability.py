"""Writes docs/reliability.md: `python -m tests.faults.reliability`, run by `make faults`.

Runs every drill on the engines that DATABASE_URL and REDIS_URL name, or else on the embedded ones,
keeps the outcomes in var/faults/, and writes the page from those of both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "var" / "faults"
PAGE = ROOT / "docs" / "reliability.md"
ENGINES = {"embedded": "SQLite and the embedded broker", "services": "PostgreSQL and Redis"}
TOP = Path(__file__).with_name("reliability_top.md")
HEAD = (
    "| scenario | faults | acknowledged | lost | refused, yet stored | refused | no answer "
    "| mails | twice | answered within | recovered in | memory | on |\n" + "|---" * 13 + "|\n"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tickets", type=int, default=500, help="of each drill; the storm has 20 times as many"
    )
    parser.add_argument("--again", metavar="EXPRESSION", help="only these, by pytest's -k; the rest stays")
    parser.add_argument("--only-write", action="store_true", help="the page, from what was kept")
    options = parser.parse_args()
    failed = False
    if not options.only_write:
        engine = "services" if os.environ.get("DATABASE_URL") else "embedded"
        failed = drill(engine, tickets=options.tickets, again=options.again)
    write()
    sys.exit(failed)


def drill(engine: str, *, tickets: int, again: str | None) -> bool:
    """Run the drills one after the other; returns whether any has failed."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file, last = KEPT / f"{engine}.json", KEPT / f"{engine}.last.json"
    command = [sys.executable, "-m", "pytest", "-q", "-m", "slow", "tests/faults/drills"]
    command += [f"--tickets={tickets}", f"--outcomes={last}", *(["-k", again] if again else [])]
    subprocess.run(command, cwd=ROOT, check=False)
    new = json.loads(last.read_text())
    old = json.loads(file.read_text()) if again and file.exists() else {"outcomes": [], "failed": []}
    file.write_text(json.dumps({**_about(), **_joined(old, new)}, indent=1))
    return bool(new["failed"] or new["error"])


def _joined(old: dict, new: dict) -> dict:
    """What was found again takes the place of what was found before."""
    today = [{**row, "on": _today()} for row in new["outcomes"]]
    lines = {row["scenario"]: row for row in [*old["outcomes"], *today]}
    failed = {*old["failed"], *new["failed"], *new["error"]} - set(new["passed"])
    return {"outcomes": list(lines.values()), "failed": sorted(failed)}


def write() -> None:
    parts = [TOP.read_text()]
    for engine, name in ENGINES.items():
        file = KEPT / f"{engine}.json"
        if file.exists():
            parts.append(_section(name, json.loads(file.read_text())))
    PAGE.write_text("\n".join(parts))


def _section(name: str, found: dict) -> str:
    words = f"## {name}\n\nLast run: {found['on']}, commit {found['commit']}, {found['machine']}."
    if found["failed"]:
        words += " **Failed**: " + ", ".join(found["failed"]) + "."
    return f"{words}\n\n{HEAD}" + "".join(map(_line, found["outcomes"]))


def _line(row: dict) -> str:
    cells = [
        row["scenario"],
        row["faults"],
        f"{row['acknowledged']:,} of {row['submitted']:,}",
        row["lost"],
        row["stored_though_refused"],
        row["refused"],
        row["unanswered"],
        f"{row['mailed']:,}",
        row["duplicates"],
        f"{row['half_within']:.2f}, {row['most_within']:.2f}",
        f"{row['recovery']:.0f}",
        row["memory"],
        row["on"],
    ]
    return "| " + " | ".join(map(str, cells)) + " |\n"


def _about() -> dict[str, str]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "on": _today(),
        "commit": commit.stdout.strip(),
        "machine": f"{os.cpu_count()} processors, {memory:.0f} GiB, Python {platform.python_version()}",
    }


def _today() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}"


if __name__ == "__main__":
    main()
