"""Removes what is older than the settings allow, now and to the end; beat does so bit by bit."""

from django.core.management.base import BaseCommand, CommandError

from tickets.models import Retention
from tickets.privacy import retention


class Command(BaseCommand):
    help = "Removes what is older than the settings allow, until nothing is left to remove."

    def handle(self, *args, **options):
        removed = retention.run(within=float("inf"))
        for name, number in removed.items():
            self.stdout.write(f"{number:8} {name}")
        failed = Retention.objects.filter(has_failed=True, rule__in=retention.RULES)
        if names := ", ".join(failed.values_list("rule", flat=True)):
            raise CommandError(f"Failed, see the log: {names}")
        self.stdout.write(self.style.SUCCESS("Nothing older is left."))
