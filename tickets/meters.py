"""Counters of what happens, added up in the database over all processes and machines.

A process counts in its memory and writes what is new every few seconds: nothing waits for it, and what a
killed process had not written yet is lost. Labels are codes and names of ours, never what people typed.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from dataclasses import dataclass

from django.db import Error, connection

logger = logging.getLogger(__name__)

# Of models.MeterValue, by its name: gunicorn's configuration comes here before the models are there.
TABLE = "tickets_metervalue"
# Rows of one statement.
AT_ONCE = 200
# The parts of a histogram, as its rows are named.
BUCKET, SUM, COUNT = "_bucket", "_sum", "_count"

SOON = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
LATER = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)


@dataclass(frozen=True)
class Meter:
    """A counter, or with `buckets` (upper bounds in seconds) a histogram of durations."""

    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


METERS = {
    "kayasupport_http_requests_total": Meter(
        "Requests answered, by the name of their view.", ("view", "method", "status")
    ),
    "kayasupport_http_request_seconds": Meter("How long views took to answer.", ("view",), buckets=SOON),
    "kayasupport_reports_total": Meter("Reports stored, by the door they came in by.", ("channel",)),
    "kayasupport_suspended_total": Meter(
        "Reports held back as possible spam, by each sign of it.", ("sign",)
    ),
    "kayasupport_suspended_ended_total": Meter(
        "Held-back reports that are so no more; outcome is no_spam, spam, or undecided, which is spam too.",
        ("outcome",),
    ),
    "kayasupport_triaged_total": Meter(
        "Tickets triaged, by what triage said; outcome is named or abstained.",
        ("category", "route", "outcome"),
    ),
    "kayasupport_triage_failures_total": Meter("Tries of triage that ended in an error."),
    "kayasupport_advice_seconds": Meter(
        "From the report to the advice that answers it, on the status page.", buckets=LATER
    ),
    "kayasupport_messages_total": Meter(
        "Ends of a try to send: sent, failed, suppressed, or queued again for another try.",
        ("kind", "result"),
    ),
    "kayasupport_messages_suppressed_total": Meter(
        "Messages that stand on the status page only, by why.", ("because",)
    ),
    "kayasupport_incoming_mails_total": Meter(
        "Mails that came in, by what became of them.", ("state", "reason")
    ),
    "kayasupport_bells_total": Meter(
        "Bells for the workers: rung, or not taken by the broker; the sweep makes up for those.",
        ("task", "result"),
    ),
    "kayasupport_sweep_found_total": Meter(
        "Rows that a sweep found waiting unclaimed and rang for.", ("task",)
    ),
    "kayasupport_throttled_total": Meter("Requests refused for coming too often, by the limit.", ("scope",)),
    "kayasupport_tasks_total": Meter("Tasks that ended; result is ok or failed.", ("task", "result")),
    "kayasupport_task_seconds": Meter("How long tasks ran.", ("task",), buckets=SOON),
}

Key = tuple[str, str]

_waiting: defaultdict[Key, float] = defaultdict(float)
_lock = threading.Lock()


def count(name: str, amount: float = 1, /, **labels: str) -> None:
    """Add to a counter of METERS; every label of it has to be named."""
    key = (name, _joined(name, labels))
    with _lock:
        _waiting[key] += amount


def observe(name: str, seconds: float, /, **labels: str) -> None:
    """Add a duration to a histogram of METERS."""
    joined = _joined(name, labels)
    bound = next((str(bound) for bound in METERS[name].buckets if seconds <= bound), "+Inf")
    with _lock:
        _waiting[name + BUCKET, _joined(name, labels, bound)] += 1
        _waiting[name + SUM, joined] += seconds
        _waiting[name + COUNT, joined] += 1


def keep() -> None:
    """Write what was counted here since the last time; what cannot be written now is kept for the next."""
    global _waiting
    with _lock:
        taken, _waiting = _waiting, defaultdict(float)
    # In one order everywhere: two processes that lock the same rows must not wait for each other.
    rows = sorted(taken.items())
    for start in range(0, len(rows), AT_ONCE):
        try:
            _add(rows[start : start + AT_ONCE])
        except Error as error:
            logger.warning("counters could not be written, next time: %s", type(error).__name__)
            _give_back(rows[start:])
            return


def forget() -> None:
    """Drop what was counted and not written: of a process that was forked, it is the parent's."""
    global _waiting, _lock
    _lock = threading.Lock()
    _waiting = defaultdict(float)


def read() -> dict[str, dict[tuple[str, ...], float]]:
    """All that was ever written, by name and the values of the labels."""
    found: defaultdict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name, labels, value FROM {TABLE}")  # noqa: S608 (a name of ours)
        for name, labels, value in cursor.fetchall():
            found[name][tuple(labels.split("\t")) if labels else ()] = value
    return found


def _joined(name: str, labels: dict[str, str], *more: str) -> str:
    meter = METERS[name]
    if set(labels) != set(meter.labels):
        raise TypeError(f"{name} has the labels {meter.labels}")
    # Cut at what the column holds: no name of ours comes near.
    values = [str(labels[label])[:90].replace("\t", " ") for label in meter.labels]
    return "\t".join([*values, *more])


def _add(rows: list[tuple[Key, float]]) -> None:
    """Add to the rows, new ones begin at 0: one statement, which bulk_create cannot say."""
    marks = ", ".join(["(%s, %s, %s)"] * len(rows))
    values = [part for (name, labels), amount in rows for part in (name, labels, amount)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} (name, labels, value) VALUES {marks} "  # noqa: S608 (names of ours)
            f"ON CONFLICT (name, labels) DO UPDATE SET value = {TABLE}.value + excluded.value",
            values,
        )


def _give_back(rows: list[tuple[Key, float]]) -> None:
    with _lock:
        for key, amount in rows:
            _waiting[key] += amount
