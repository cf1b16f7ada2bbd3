"""Measures triage on a file of labelled reports."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from triage.classifier import ModelMissing
from triage.evaluation import ENOUGH_TEXTS, BadLine, assess_all, measure, read_lines


class Command(BaseCommand):
    help = "Prints precision, recall, F1 and confusion on JSON lines with id, text, label and alt_label."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument(
            "--signup-minutes-ago", type=int, metavar="N", help="assume this signup time for every text"
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object, with a prediction per line"
        )

    def handle(self, *args, **options):
        try:
            lines = read_lines(options["file"].read_text(encoding="utf-8").splitlines())
            minutes = options["signup_minutes_ago"]
            figures = measure(assess_all(lines, now=timezone.now(), signup_minutes_ago=minutes))
        except (OSError, UnicodeDecodeError, BadLine, ModelMissing) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(json.dumps(figures, ensure_ascii=False) if options["json"] else table(figures))


SUMMARY = """
macro-F1, classes with {enough}+ texts: {macro_f1:.3f} strict, {lenient[macro_f1]:.3f} lenient
macro-F1, all classes: {macro_f1_all:.3f} strict, {lenient[macro_f1_all]:.3f} lenient
accuracy: {accuracy:.3f} strict, {lenient[accuracy]:.3f} lenient
coverage at the thresholds: {coverage:.3f}, right when named: {precision_when_named:.3f}
held as self-fix: {self_fix[held]}, precision {self_fix[precision]:.3f} strict, \
{self_fix[precision_lenient]:.3f} lenient
otp_not_received answered with wait or spam folder: {otp_sent_back}

confusion (true label: given category)"""


def table(figures: dict) -> str:
    lenient = figures["lenient"]["classes"]
    return "\n".join(
        [
            f"{'category':24}{'precision':>10}{'recall':>10}{'F1':>10}{'support':>10}{'lenient F1':>12}",
            *(_class_row(slug, row, lenient.get(slug)) for slug, row in figures["classes"].items()),
            SUMMARY.format(enough=ENOUGH_TEXTS, **figures),
            *(f"  {label}: {_counts(row)}" for label, row in figures["confusion"].items()),
        ]
    )


def _class_row(slug: str, row: dict, lenient: dict | None) -> str:
    # Where every text of a category was given its alternative, the lenient figures have no such class.
    shares = "".join(f"{row[name]:>10.3f}" for name in ("precision", "recall", "f1"))
    lenient_f1 = f"{lenient['f1']:.3f}" if lenient else "–"
    return f"{slug:24}{shares}{row['support']:>10}{lenient_f1:>12}"


def _counts(row: dict) -> str:
    ranked = sorted(row.items(), key=lambda item: item[1], reverse=True)
    return ", ".join(f"{slug} {count}" for slug, count in ranked)
