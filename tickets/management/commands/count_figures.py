"""Counts the figures of a range of days anew, after rows were changed by hand or loaded from elsewhere."""

from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets import backlog, counting
from tickets.models.figures import Grain
from tickets.periods import days_between, latest, window


class Command(BaseCommand):
    help = (
        "Counts the figures of the desk anew, day by day; the workers do so by themselves for the last days."
    )

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="first", type=day, required=True, help="first day, 2026-11-01")
        parser.add_argument("--to", dest="last", type=day, help="last day (default: today)")

    def handle(self, *args, first, last, **options):
        last = last or timezone.localdate()
        if first > last:
            raise CommandError("--from is after --to.")
        if settings.TICKETS_KEPT and first < timezone.localdate() - settings.TICKETS_KEPT:
            raise CommandError("Tickets of these days may be gone by age (TICKETS_KEPT_DAYS); figures stand.")
        days = days_between(first, min(last, timezone.localdate()))
        kept = latest(Grain.HOUR, counting.HOURS)
        for start in days:
            counting.count(Grain.DAY, start)
            end = window(Grain.DAY, start).end
            for hour in (hour for hour in kept if start <= hour < end):
                counting.count(Grain.HOUR, hour)
            if options["verbosity"] > 1:
                self.stdout.write(f"{timezone.localdate(start)}")
        backlog.take_stock()
        self.stdout.write(self.style.SUCCESS(f"{len(days)} days counted."))


def day(text):
    # argparse turns a ValueError into a sentence of its own.
    return date.fromisoformat(text)
