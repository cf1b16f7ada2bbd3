"""Measures triage on a file of labelled reports, or on the shipped examples."""

import json
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from triage.changes import as_shipped, refresh
from triage.classifier import ModelMissing, current
from triage.evaluation import assess_all, measure
from triage.evaluation_page import evaluation_page
from triage.evaluation_table import evaluation_table
from triage.fingerprint import model_version
from triage.labelled import BadLines, read_lines


class Command(BaseCommand):
    help = (
        "Prints precision, recall, F1, calibration and confusion on JSON lines with id, text, label and"
        " alt_label; with --cross-validate on the shipped examples, each writer's by a model of the others."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.jsonl", nargs="?")
        parser.add_argument("--cross-validate", action="store_true", help="measure on the shipped examples")
        parser.add_argument(
            "--signup-minutes-ago", type=int, metavar="N", help="assume this signup time for every text"
        )
        parser.add_argument(
            "--json", action="store_true", help="print one JSON object, with a prediction per line"
        )
        parser.add_argument(
            "--as-set",
            action="store_true",
            help="by the settings made at the desk; without it by the shipped ones, as the model card is",
        )
        parser.add_argument("--html", type=Path, metavar="OUT.html", help="write a page as well")

    def handle(self, *args, **options):
        if options["cross_validate"] == bool(options["file"]):
            raise CommandError("Name a file of labelled reports, or --cross-validate.")
        if options["as_set"]:
            refresh()
        with nullcontext() if options["as_set"] else as_shipped():
            self.measure(options)

    def measure(self, options):
        title, version, results = self.examples() if options["cross_validate"] else self.reports(options)
        if options["html"]:
            page = evaluation_page(results, title=title, version=version, now=timezone.localtime())
            try:
                options["html"].write_text(page, encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{options['html']}: {error.strerror}") from error
        figures = measure(results)
        self.stdout.write(
            json.dumps(figures, ensure_ascii=False) if options["json"] else evaluation_table(figures)
        )

    def examples(self):
        # Loaded here: scikit-learn is needed for this alone.
        cross_validation, training = map(import_module, ("triage.cross_validation", "triage.training"))
        shipped = training.shipped_examples()
        results = cross_validation.cross_validate(shipped)
        return "Triage by the words alone, cross-validated by writer", model_version(), results

    def reports(self, options):
        path = options["file"]
        try:
            # Not splitlines(): it also divides at marks that may stand inside a text.
            lines = read_lines(path.read_text(encoding="utf-8").split("\n"))
            model = current()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: this is not UTF-8 text ({error.reason})") from error
        except BadLines as error:
            raise CommandError(f"{path}:\n{error}") from error
        except ModelMissing as error:
            raise CommandError(str(error)) from error
        minutes = options["signup_minutes_ago"]
        results = assess_all(model, lines, now=timezone.now(), signup_minutes_ago=minutes)
        return f"Triage on {path.name}", model.version, results
