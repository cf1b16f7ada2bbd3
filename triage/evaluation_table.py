"""An evaluation as plain text, for the terminal."""

from typing import Any

from triage.evaluation import ENOUGH_TEXTS, FEWER_TEXTS
from triage.evaluation_page import shown

COLUMNS = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "precision_named": "named",
    "coverage": "coverage",
}


def evaluation_table(figures: dict[str, Any]) -> str:
    lenient = figures["lenient"]["classes"]
    heads = "".join(f"{head:>10}" for head in COLUMNS.values())
    return "\n".join(
        [
            f"{'category':24}{heads}{'support':>10}{'lenient F1':>12}",
            *(_class_row(slug, row, lenient.get(slug)) for slug, row in figures["classes"].items()),
            "",
            *_summary(figures),
            "",
            "confusion (true label: given category)",
            *(f"  {label}: {_counts(row)}" for label, row in figures["confusion"].items()),
        ]
    )


def _class_row(slug: str, row: dict[str, Any], lenient: dict[str, Any] | None) -> str:
    # Where every text of a category was given its alternative, the lenient figures have no such class.
    cells = "".join(f"{shown(row[name]):>10}" for name in COLUMNS)
    return f"{slug:24}{cells}{row['support']:>10}{shown(lenient['f1'] if lenient else None):>12}"


def _summary(figures: dict[str, Any]) -> list[str]:
    lenient, single, self_fix = figures["lenient"], figures["single"], figures["self_fix"]
    advised = figures["advised"]
    chosen, named = figures["calibration"]["chosen"], figures["calibration"]["named"]
    return [
        _macro_f1(figures, lenient, "macro_f1", f"classes with {ENOUGH_TEXTS}+ texts"),
        _macro_f1(figures, lenient, "macro_f1_fewer", f"classes with {FEWER_TEXTS}+ texts"),
        _macro_f1(figures, lenient, "macro_f1_all", "all classes"),
        f"accuracy: {shown(figures['accuracy'])} strict, {shown(lenient['accuracy'])} lenient",
        f"without a second label ({single['texts']} texts): accuracy {shown(single['accuracy'])},"
        f" macro-F1 {shown(single['macro_f1'])}",
        f"coverage at the thresholds: {shown(figures['coverage'])},"
        f" right when named: {shown(figures['precision_when_named'])}",
        f"advice on the problem for {shown(advised['share'])} of the reports, right:"
        f" {shown(advised['precision'])} strict, {shown(advised['precision_lenient'])} lenient",
        *(
            f"  {slug}: {row['texts']}, right {shown(row['precision'])} strict,"
            f" {shown(row['precision_lenient'])} lenient"
            for slug, row in advised["classes"].items()
        ),
        f"calibration error (ECE): {shown(chosen['ece'])} of the chosen category,"
        f" {shown(named['ece'])} of the named",
        f"held as self-fix: {self_fix['held']}, precision {shown(self_fix['precision'])} strict,"
        f" {shown(self_fix['precision_lenient'])} lenient",
        f"otp_not_received answered with wait or spam folder: {figures['otp_sent_back']}",
    ]


def _macro_f1(figures: dict[str, Any], lenient: dict[str, Any], name: str, which: str) -> str:
    if figures[name] is None:
        return f"macro-F1, {which}: there are none"
    return f"macro-F1, {which}: {shown(figures[name])} strict, {shown(lenient[name])} lenient"


def _counts(row: dict[str, int]) -> str:
    ranked = sorted(row.items(), key=lambda item: item[1], reverse=True)
    return ", ".join(f"{slug} {count}" for slug, count in ranked)
