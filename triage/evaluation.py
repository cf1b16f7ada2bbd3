"""Measures triage against labelled reports: per class, on the whole, and on the costly mistake."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from triage.assess import Assessment, assess_by
from triage.calibration import reliability
from triage.classifier import Classifier
from triage.labelled import Labelled
from triage.otp import OVERDUE, UNCHECKED, YOUNG
from triage.playbooks import OTHER, SELF_FIX, playbooks
from triage.report import MINUTE, UNKNOWN, Report

# Below this a class's F1 is mostly luck, so the headline leaves it out. The second is for a smaller file.
ENOUGH_TEXTS, FEWER_TEXTS = 30, 25
WORST = 30


@dataclass(frozen=True)
class Result:
    line: Labelled
    assessment: Assessment


def assess_all(
    model: Classifier, lines: Sequence[Labelled], *, now: datetime, signup_minutes_ago: int | None
) -> list[Result]:
    """Each text as a report of its own, all signed up that long ago, or at an unknown time for None."""
    known = signup_minutes_ago is not None
    signed_up_at = now - timedelta(minutes=signup_minutes_ago) if signup_minutes_ago is not None else None
    precision = MINUTE if known else UNKNOWN
    return [
        Result(
            line,
            assess_by(
                model, Report(text=line.text, signed_up_at=signed_up_at, signup_precision=precision), now=now
            ),
        )
        for line in lines
    ]


def measure(results: Sequence[Result]) -> dict[str, Any]:
    """Every figure as one JSON-able object; a figure there are no texts for is None.

    Strict counts the primary label only, lenient the second one as well; "single" is strict on the texts
    that have no second label. Precision and recall of a class count what reports were given, abstentions as
    "other"; "precision_named" counts only categories that were named, and "coverage" the share of its texts
    that were given any name. "advised" is about the surer ones, whose requesters got advice on their problem:
    how many, and how many of those rightly. Calibration is of the "chosen" category, before abstention, and
    of the "named".
    """
    strict = per_class((result.line.label, result.assessment.category) for result in results)
    lenient = per_class((_accepted_label(result), result.assessment.category) for result in results)
    named = [result for result in results if not result.assessment.abstained]
    single = [result for result in results if not result.line.alt_label]
    return {
        "texts": len(results),
        "classes": _with_naming(strict, results),
        **_macro_f1s(strict),
        "accuracy": _share(_is_right(result) for result in results),
        "lenient": {
            "classes": lenient,
            **_macro_f1s(lenient),
            "accuracy": _share(_is_accepted(result) for result in results),
        },
        "single": {
            "texts": len(single),
            **_macro_f1s(per_class((result.line.label, result.assessment.category) for result in single)),
            "accuracy": _share(_is_right(result) for result in single),
        },
        "coverage": _share(not result.assessment.abstained for result in results),
        "precision_when_named": _share(_is_right(result) for result in named),
        "advised": _advised(results),
        "calibration": {
            "chosen": reliability([_choice(result) for result in results]),
            "named": reliability([(result.assessment.confidence, _is_right(result)) for result in named]),
        },
        "self_fix": _self_fix(results),
        "otp_sent_back": _otp_sent_back(results),
        "confusion": confusion(results),
        "predictions": [_prediction(result) for result in results],
    }


def worst(results: Iterable[Result]) -> list[Result]:
    """The named categories that no careful reader would accept, the surest first."""
    wrong = [result for result in results if not (result.assessment.abstained or _is_accepted(result))]
    return sorted(wrong, key=lambda result: result.assessment.confidence, reverse=True)[:WORST]


def _choice(result: Result) -> tuple[float, bool]:
    """The category before abstention: how sure, and whether it was right."""
    category, share = result.assessment.guesses[0]
    return share, category == result.line.label


def _with_naming(
    classes: dict[str, dict[str, Any]], results: Sequence[Result]
) -> dict[str, dict[str, float | None]]:
    named = Counter(
        (result.line.label, result.assessment.category)
        for result in results
        if not result.assessment.abstained
    )
    hits = {slug: named[slug, slug] for slug in classes}
    given = {
        slug: sum(count for (_, category), count in named.items() if category == slug) for slug in classes
    }
    covered = {slug: sum(count for (label, _), count in named.items() if label == slug) for slug in classes}
    return {
        slug: {
            **figures,
            "precision_named": _part(hits[slug], given[slug]),
            "coverage": _part(covered[slug], figures["support"]),
        }
        for slug, figures in classes.items()
    }


def _macro_f1s(classes: dict[str, dict[str, float]]) -> dict[str, float | None]:
    return {
        "macro_f1": macro_f1(classes, at_least=ENOUGH_TEXTS),
        "macro_f1_fewer": macro_f1(classes, at_least=FEWER_TEXTS),
        "macro_f1_all": macro_f1(classes, at_least=1),
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


def macro_f1(classes: dict[str, dict[str, float]], *, at_least: int) -> float | None:
    """The mean F1 of the classes with so many texts; None when no class has."""
    scores = [figures["f1"] for figures in classes.values() if figures["support"] >= at_least]
    return round(sum(scores) / len(scores), 4) if scores else None


def confusion(results: Iterable[Result]) -> dict[str, dict[str, int]]:
    """How often each true label (outer) was given each category (inner); zero counts are left out."""
    counted = Counter((result.line.label, result.assessment.category) for result in results)
    table: dict[str, dict[str, int]] = {}
    for label in playbooks():
        row = {slug: counted[label, slug] for slug in playbooks() if counted[label, slug]}
        if row:
            table[label] = row
    return table


def _advised(results: Sequence[Result]) -> dict[str, Any]:
    sure = [result for result in results if result.assessment.is_sure]
    given = [result for result in sure if result.assessment.category != OTHER]
    return {
        **_precisions(given),
        "share": _part(len(given), len(results)),
        "classes": {
            slug: _precisions([result for result in given if result.assessment.category == slug])
            for slug in playbooks()
            if any(result.assessment.category == slug for result in given)
        },
    }


def _precisions(given: Sequence[Result]) -> dict[str, float | None]:
    return {
        "texts": len(given),
        "precision": _share(map(_is_right, given)),
        "precision_lenient": _share(map(_is_accepted, given)),
    }


def _self_fix(results: Sequence[Result]) -> dict[str, float | None]:
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


def _share(claims: Iterable[bool]) -> float | None:
    counted = list(claims)
    return _part(sum(counted), len(counted))


def _part(count: float, whole: float) -> float | None:
    return round(count / whole, 4) if whole else None
