"""Measures triage against labelled reports: per class, on the whole, and on the costly mistake."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from triage.assess import Assessment, assess
from triage.otp import OVERDUE, UNCHECKED, YOUNG
from triage.playbooks import SELF_FIX, playbooks
from triage.report import MINUTE, UNKNOWN, Report

# Below this a class's F1 is mostly luck, so the headline leaves it out.
ENOUGH_TEXTS = 30


class BadLine(Exception):
    """A line that is no labelled report; the message names its number."""


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One line: its id, text, true label, and a second label a careful reader would accept ("" for none)."""

    id: str | int
    text: str
    label: str
    alt_label: str


@dataclass(frozen=True)
class Result:
    line: Labelled
    assessment: Assessment


def read_lines(lines: Iterable[str]) -> list[Labelled]:
    """Labelled reports from JSON lines; blank lines are skipped, other keys ignored. Raises BadLine."""
    found = [_labelled(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise BadLine("the file has no lines")
    return found


def _labelled(number: int, line: str) -> Labelled:
    try:
        data = json.loads(line)
        text, label = data["text"], data["label"]
    except json.JSONDecodeError as error:
        raise BadLine(f"line {number} is not JSON: {error}") from error
    except (KeyError, TypeError) as error:
        raise BadLine(f"line {number} needs an object with id, text and label") from error
    alt_label = data.get("alt_label") or ""
    for name in (label, alt_label):
        if name and name not in playbooks():
            raise BadLine(f"line {number}: unknown label {name!r}")
    if not isinstance(text, str) or not label:
        raise BadLine(f"line {number}: text and label must be strings")
    return Labelled(id=data.get("id", number), text=text, label=label, alt_label=alt_label)


def assess_all(lines: Sequence[Labelled], *, now: datetime, signup_minutes_ago: int | None) -> list[Result]:
    """Each text as a report of its own, all signed up that long ago, or at an unknown time for None."""
    known = signup_minutes_ago is not None
    signed_up_at = now - timedelta(minutes=signup_minutes_ago) if signup_minutes_ago is not None else None
    precision = MINUTE if known else UNKNOWN
    return [
        Result(
            line,
            assess(Report(text=line.text, signed_up_at=signed_up_at, signup_precision=precision), now=now),
        )
        for line in lines
    ]


def measure(results: Sequence[Result]) -> dict[str, Any]:
    """Every figure as one JSON-able object.

    Strict counts the primary label only, lenient the second one as well.
    """
    strict = per_class((result.line.label, result.assessment.category) for result in results)
    lenient = per_class((_accepted_label(result), result.assessment.category) for result in results)
    named = [result for result in results if not result.assessment.abstained]
    return {
        "texts": len(results),
        "classes": strict,
        "macro_f1": macro_f1(strict, at_least=ENOUGH_TEXTS),
        "macro_f1_all": macro_f1(strict, at_least=1),
        "accuracy": _share(_is_right(result) for result in results),
        "lenient": {
            "classes": lenient,
            "macro_f1": macro_f1(lenient, at_least=ENOUGH_TEXTS),
            "macro_f1_all": macro_f1(lenient, at_least=1),
            "accuracy": _share(_is_accepted(result) for result in results),
        },
        "coverage": _share(not result.assessment.abstained for result in results),
        "precision_when_named": _share(_is_right(result) for result in named),
        "self_fix": _self_fix(results),
        "otp_sent_back": _otp_sent_back(results),
        "confusion": confusion(results),
        "predictions": [_prediction(result) for result in results],
    }


def _prediction(result: Result) -> dict[str, Any]:
    given = result.assessment
    return {
        "id": result.line.id,
        "category": given.category,
        "confidence": given.confidence,
        "route": given.route,
    }


def per_class(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Precision, recall, F1 and support from (true, predicted) pairs, in the playbooks' order."""
    counted = Counter(pairs)
    truth: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    for (label, category), count in counted.items():
        truth[label] += count
        predicted[category] += count
    return {
        slug: _figures(hits=counted[slug, slug], predicted=predicted[slug], support=truth[slug])
        for slug in playbooks()
        if truth[slug] or predicted[slug]
    }


def _figures(*, hits: int, predicted: int, support: int) -> dict[str, float]:
    precision = hits / predicted if predicted else 0.0
    recall = hits / support if support else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "support": support,
    }


def macro_f1(classes: dict[str, dict[str, float]], *, at_least: int) -> float:
    scores = [figures["f1"] for figures in classes.values() if figures["support"] >= at_least]
    return round(sum(scores) / len(scores), 4) if scores else 0.0


def confusion(results: Iterable[Result]) -> dict[str, dict[str, int]]:
    """How often each true label (outer) was given each category (inner); zero counts are left out."""
    counted = Counter((result.line.label, result.assessment.category) for result in results)
    table: dict[str, dict[str, int]] = {}
    for label in playbooks():
        row = {slug: counted[label, slug] for slug in playbooks() if counted[label, slug]}
        if row:
            table[label] = row
    return table


def _self_fix(results: Sequence[Result]) -> dict[str, float]:
    held = [result for result in results if result.assessment.route == SELF_FIX]
    right = [_is_right(result) for result in held]
    return {
        "held": len(held),
        "precision": _share(right),
        "precision_lenient": _share(map(_is_accepted, held)),
    }


def _otp_sent_back(results: Iterable[Result]) -> int:
    """Reports of an overdue code that were answered with "wait" or "look in spam": the costly mistake."""
    return sum(
        result.line.label == OVERDUE and result.assessment.category in (YOUNG, UNCHECKED)
        for result in results
    )


def _accepted_label(result: Result) -> str:
    return result.assessment.category if _is_accepted(result) else result.line.label


def _is_right(result: Result) -> bool:
    return result.assessment.category == result.line.label


def _is_accepted(result: Result) -> bool:
    return result.assessment.category in (result.line.label, result.line.alt_label)


def _share(claims: Iterable[bool]) -> float:
    counted = list(claims)
    return round(sum(counted) / len(counted), 4) if counted else 0.0
