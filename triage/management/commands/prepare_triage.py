"""Makes the triage model ready; trains only when the files it comes from have changed."""

from importlib import import_module
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from triage import versions


class Command(BaseCommand):
    help = "Prepares the triage model. Does nothing when one is there that fits this release."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="train even when nothing has changed")

    def handle(self, *args, **options):
        directory = Path(settings.TRIAGE_MODEL_DIR)
        standing = versions.standing(directory)
        if standing is None or options["force"]:
            self._train(directory)
        elif standing.is_behind:
            self.stdout.write(
                f"Keeping the triage model {standing.version}, which knows other examples than this release:"
                " run manage.py train_triage."
            )
        else:
            self.stdout.write("The triage model is up to date.")

    def _train(self, directory):
        started = perf_counter()
        # Loaded here: it loads scikit-learn, which a start without changes must not pay for.
        training = import_module("triage.training")
        try:
            card = training.train_shipped(directory)
        except training.NothingToLearn as error:
            raise CommandError(str(error)) from error
        lines = sum(card["examples"].values())
        seconds = perf_counter() - started
        self.stdout.write(f"Triage model {card['version']} trained from {lines} examples in {seconds:.1f} s.")
