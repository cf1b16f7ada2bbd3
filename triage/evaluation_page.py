"""One self-contained page about an evaluation: figures, confusion, reliability, worst mistakes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from triage.evaluation import ENOUGH_TEXTS, FEWER_TEXTS, Result, measure, worst
from triage.playbooks import playbooks

# The drawing of the reliability curve: a square inside a margin for the axes (units of the SVG).
SIDE, MARGIN = 300, 44
SHADES = 5
TEXT_SHOWN = 600  # characters


def evaluation_page(results: Sequence[Result], *, title: str, version: str, now: datetime) -> str:
    figures = measure(results)
    # Numbers arrive as text: what a template formats follows the language, and SVG knows no decimal comma.
    return render_to_string(
        "triage/evaluation.html",
        {
            "title": title,
            "version": version,
            "made_at": now.strftime("%Y-%m-%d %H:%M %Z"),
            "texts": len(results),
            "tiles": tiles(figures),
            "classes": class_rows(figures),
            "columns": [playbook.label("en") for playbook in playbooks().values()],
            "confusion": confusion_rows(figures["confusion"]),
            "chart": reliability_chart(figures["calibration"]["chosen"]),
            "mistakes": [_mistake(result) for result in worst(results)],
            "enough": ENOUGH_TEXTS,
        },
    )


def reliability_svg(calibration: dict[str, Any]) -> str:
    """The reliability curve as a file of its own."""
    context = {"chart": reliability_chart(calibration), "stands_alone": True}
    return render_to_string("triage/reliability.svg", context)


def tiles(figures: dict[str, Any]) -> list[dict[str, str]]:
    """The headline figures: what each says, the figure, and what to compare it with."""
    lenient, single = figures["lenient"], figures["single"]
    calibration, self_fix = figures["calibration"], figures["self_fix"]
    rows = [
        (
            f"Macro-F1, classes with {ENOUGH_TEXTS}+ texts",
            figures["macro_f1"],
            f"lenient {shown(lenient['macro_f1'])}, {FEWER_TEXTS}+ texts {shown(figures['macro_f1_fewer'])}",
        ),
        ("Macro-F1, all classes", figures["macro_f1_all"], f"lenient {shown(lenient['macro_f1_all'])}"),
        ("Accuracy", figures["accuracy"], f"lenient {shown(lenient['accuracy'])}"),
        (
            f"Accuracy without second label ({single['texts']})",
            single["accuracy"],
            f"macro-F1 {shown(single['macro_f1'])}",
        ),
        ("Named a category", figures["coverage"], f"right then {shown(figures['precision_when_named'])}"),
        (
            f"Advice on the problem ({shown(figures['advised']['share'])} of all), rightly",
            figures["advised"]["precision"],
            f"lenient {shown(figures['advised']['precision_lenient'])}",
        ),
        (
            "Calibration error (ECE)",
            calibration["chosen"]["ece"],
            f"of the named {shown(calibration['named']['ece'])}",
        ),
        (
            f"Held as self-fix ({self_fix['held']}), rightly",
            self_fix["precision"],
            f"lenient {shown(self_fix['precision_lenient'])}",
        ),
    ]
    found = [{"label": label, "figure": shown(figure), "beside": beside} for label, figure, beside in rows]
    sent_back = {
        "label": "Overdue codes sent back to wait",
        "figure": str(figures["otp_sent_back"]),
        "beside": "the costly mistake",
    }
    return [*found, sent_back]


def class_rows(figures: dict[str, Any]) -> list[dict[str, Any]]:
    names = ("precision", "recall", "f1", "precision_named", "coverage")
    return [
        {
            "label": playbooks()[slug].label("en"),
            "slug": slug,
            "texts": row["support"],
            "figures": [shown(row[name]) for name in names],
            "bar": f"{100 * row['f1']:.1f}",
            "is_small": row["support"] < ENOUGH_TEXTS,
        }
        for slug, row in figures["classes"].items()
    ]


def confusion_rows(table: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """A row per true label; a cell's shade is its share of the row."""
    rows = []
    for label, counts in table.items():
        total = sum(counts.values())
        cells = [
            {
                "count": counts.get(slug, 0),
                "shade": -(-SHADES * counts.get(slug, 0) // total),
                "is_right": slug == label,
            }
            for slug in playbooks()
        ]
        rows.append({"label": playbooks()[label].label("en"), "cells": cells, "total": total})
    return rows


def reliability_chart(calibration: dict[str, Any]) -> dict[str, Any]:
    """Where each bin stands in the drawing; the size of its dot says how many claims it has."""
    bins = calibration["bins"]
    largest = max((each["count"] for each in bins), default=1)
    points = [
        {
            "x": _place(each["confidence"]),
            "y": _height(each["right"]),
            "radius": f"{3 + 9 * (each['count'] / largest) ** 0.5:.1f}",
            "count": each["count"],
            "confidence": shown(each["confidence"]),
            "right": shown(each["right"]),
        }
        for each in bins
    ]
    return {
        "ece": shown(calibration["ece"]),
        "points": points,
        "line": " ".join(f"{point['x']},{point['y']}" for point in points),
        "grid": [
            {"x": _place(step / 4), "y": _height(step / 4), "label": f"{25 * step} %"} for step in range(5)
        ],
        "left": MARGIN,
        "right": MARGIN + SIDE,
        "top": MARGIN // 2,
        "bottom": MARGIN // 2 + SIDE,
        "width": SIDE + MARGIN + 24,
        "height": SIDE + MARGIN // 2 + MARGIN,
    }


def shown(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.3f}"


def _place(share: float) -> str:
    return f"{MARGIN + SIDE * share:.1f}"


def _height(share: float) -> str:
    return f"{MARGIN // 2 + SIDE * (1 - share):.1f}"


def _mistake(result: Result) -> dict[str, str]:
    text = result.line.text
    return {
        "id": str(result.line.id),
        "text": text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…",
        "label": playbooks()[result.line.label].label("en"),
        "category": playbooks()[result.assessment.category].label("en"),
        "confidence": shown(result.assessment.confidence),
    }
