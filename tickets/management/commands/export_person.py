"""Writes one person's data into a ZIP file, for the person."""

import os
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from tickets.privacy import identifiers, portability


class Command(BaseCommand):
    help = "Writes what is kept about a person into a new ZIP file; see docs/privacy.md for what is in it."

    def add_arguments(self, parser):
        parser.add_argument("who", help="a mail address or a phone number")
        parser.add_argument("--to", type=Path, required=True, help="the file, which must not exist yet")

    def handle(self, *args, who, to, **options):
        try:
            person = identifiers.read(who)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        try:
            # For its owner only, from the first moment; and never over another file.
            descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{to} cannot be made: {error.strerror}") from error
        try:
            with os.fdopen(descriptor, "wb") as file:
                count = portability.write(person, to=file, by=None)
        except BaseException as error:
            to.unlink(missing_ok=True)
            if isinstance(error, portability.NothingKept):
                raise CommandError("Nothing is kept about this person.") from error
            raise
        self.stdout.write(self.style.SUCCESS(f"{to}: {count} tickets."))
