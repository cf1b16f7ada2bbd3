"""Compiles the message catalogs that have changed."""

from django.core.management.base import BaseCommand, CommandError

from kayasupport import catalogs


class Command(BaseCommand):
    help = "Compiles the .po files whose .mo is missing or older. Needs no gettext tools."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="compile also what has not changed")

    def handle(self, *args, **options):
        chosen = catalogs.sources() if options["force"] else catalogs.stale()
        try:
            for po in chosen:
                catalogs.compile_catalog(po)
        except (catalogs.BrokenCatalog, OSError) as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(f"Compiled {len(chosen)} of {len(catalogs.sources())} catalogs.")
