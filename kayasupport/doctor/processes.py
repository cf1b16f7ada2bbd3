"""Who works, and what waits too long: the checks of /readyz, with what to do."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from kayasupport.doctor.finding import Finding, better, broken, well
from tickets import readiness
from tickets.readiness import Check

START = "Start it: `docker compose up -d`, or `make run` on one machine."
# Which checks, and: a sentence when it is well, one when it is not, the fix, whether it must be fixed.
SAID = {
    "worker": (
        "A worker is at work.",
        "No worker has given a sign of life lately: nothing is triaged.",
        START,
        True,
    ),
    "beat": (
        "Beat rings.",
        "Beat has given no sign of life lately: lost bells are not made up for.",
        START,
        True,
    ),
    "sweep": (
        "The sweep comes round: beat, broker and workers work together.",
        "No sweep has ended lately, so what no worker has heard of stays undone.",
        "Look at workers, beat and broker above, and at the log of the workers.",
        True,
    ),
    "untriaged": (
        "No report waits for triage too long.",
        "A report waits for triage for too long.",
        "Look at the workers and their log; more of them: `docker compose up -d --scale worker=4`.",
        False,
    ),
    "unsent": (
        "No message waits to be mailed too long.",
        "A message waits to be mailed for too long.",
        "Look at the page Outbox, and try `manage.py send_test_email you@example.org`.",
        False,
    ),
}
OF_PROCESSES = ("worker", "beat", "sweep")


def examine() -> Iterator[Finding]:
    found = {check.name: check for check in readiness.look().checks}
    for name in SAID:
        # Without its tables nothing is known about it, and that is said elsewhere.
        if name in found and "error" not in found[name].figures:
            yield _finding(found[name])


def _finding(check: Check) -> Finding:
    good, bad, fix, must = SAID[check.name]
    about = "Processes" if check.name in OF_PROCESSES else "Queues"
    if check.state == readiness.OK:
        return well(about, good)
    return (broken if must else better)(about, f"{bad}{_since(check)}", fix=fix)


def _since(check: Check) -> str:
    seen = check.figures.get("last_seen_seconds")
    if check.name in OF_PROCESSES:
        return " Never, as far as is known." if seen is None else f" The last one was {seen:.0f} s ago."
    late = {"untriaged": settings.UNTRIAGED_LATE, "unsent": settings.UNSENT_LATE}[check.name]
    oldest = check.figures.get("oldest_seconds") or 0
    return f" The oldest: {oldest:.0f} s; {late.total_seconds():.0f} s are usual at most."
