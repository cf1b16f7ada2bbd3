"""Writes the card of the shipped model, or says whether the one there is of this model."""

from collections import defaultdict
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.loader import render_to_string

from triage.changes import as_shipped
from triage.evaluation import measure
from triage.evaluation_page import class_rows, reliability_svg, shown
from triage.fingerprint import model_version

CARD, FIGURE = Path("model-card.md"), Path("images/calibration.svg")


class Command(BaseCommand):
    help = "Writes docs/model-card.md and its figure from a cross-validation of the shipped examples."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs")
        parser.add_argument("--check", action="store_true", help="only say whether it is current")

    def handle(self, *args, **options):
        path = options["folder"] / CARD
        if options["check"]:
            if not path.exists() or f"version {model_version()}." not in path.read_text(encoding="utf-8"):
                raise CommandError(f"{path} is not of the model {model_version()}: run manage.py model_card")
            self.stdout.write("The model card is current.")
            return
        # Loaded here: scikit-learn is needed for this alone.
        cross_validation, training = map(import_module, ("triage.cross_validation", "triage.training"))
        shipped = training.shipped_examples()
        with as_shipped():
            figures = measure(cross_validation.cross_validate(shipped))
        model = cross_validation.model_of(shipped)
        context = card_context(figures, shipped, terms=len(model.weights))
        path.write_text(render_to_string("triage/model_card.md", context), encoding="utf-8")
        svg = reliability_svg(figures["calibration"]["chosen"])
        (options["folder"] / FIGURE).write_text(svg, encoding="utf-8")
        self.stdout.write(f"{path} is of the model {model_version()}.")


def card_context(figures, shipped, *, terms):
    writers = defaultdict(set)
    for example in shipped:
        writers[example.slug].add(example.writer)
    return {
        "version": model_version(),
        "texts": str(len(shipped)),
        "writers": str(len(set().union(*writers.values()))),
        "terms": str(terms),
        "macro_f1": shown(figures["macro_f1_all"]),
        "accuracy": shown(figures["accuracy"]),
        "coverage": shown(figures["coverage"]),
        "precision_when_named": shown(figures["precision_when_named"]),
        "ece": shown(figures["calibration"]["chosen"]["ece"]),
        "classes": [{**row, "writers": len(writers[row["slug"]])} for row in class_rows(figures)],
    }
