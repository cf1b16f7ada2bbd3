"""Makes the triage model ready; trains only when the files it comes from have changed."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from triage.fingerprint import is_current


class Command(BaseCommand):
    help = "Prepares the triage model. Does nothing when the model fits the shipped examples."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="train even when nothing has changed")

    def handle(self, *args, **options):
        if not options["force"] and is_current(Path(settings.TRIAGE_MODEL_DIR)):
            self.stdout.write("The triage model is up to date.")
            return
        # By name: loading that command loads scikit-learn, which a start without changes must not pay for.
        call_command("train_triage", stdout=self.stdout)
