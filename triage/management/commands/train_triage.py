"""Trains the triage model from the playbooks' examples, whether or not anything changed."""

from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from triage.training import NothingToLearn, train


class Command(BaseCommand):
    help = "Trains the triage model from the shipped examples and replaces the one in use."
    requires_system_checks = []

    def handle(self, *args, **options):
        started = perf_counter()
        try:
            card = train(Path(settings.TRIAGE_MODEL_DIR))
        except NothingToLearn as error:
            raise CommandError(str(error)) from error
        lines = sum(card["examples"].values())
        seconds = perf_counter() - started
        self.stdout.write(f"Triage model {card['version']} trained from {lines} examples in {seconds:.1f} s.")
