"""Restores a backup into an empty installation."""

from __future__ import annotations

import subprocess

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from kayasupport.backups import keys, restoring, summary
from kayasupport.backups.problems import Damaged, Differs, Refused, ToolFailed
from kayasupport.management.commands.check_backup import opened

CHECK_NEXT = (
    "Before you start it: mail that was waiting when the backup was made will go out now, with the Message-ID"
    " it had. Then start it, run `manage.py check --deploy`, sign in, and open a ticket with a screenshot."
)


class Command(BaseCommand):
    help = "Restores a backup into an empty installation, after comparing every byte of it."
    requires_system_checks = []  # there are no tables yet

    def add_arguments(self, parser):
        parser.add_argument("file", help="the archive, or - for standard input")

    def handle(self, *args, file, **options):
        try:
            with opened(file) as archive:
                manifest = restoring.restore(archive, say=self.stdout.write)
        except Damaged as error:
            raise CommandError(f"Nothing was changed: {file} is damaged: {error}.") from error
        except Refused as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        except (ToolFailed, DatabaseError, OSError) as error:
            raise CommandError(
                f"{error}\nThe database is empty still; the restore can be started again."
            ) from error
        except Differs as error:
            raise CommandError(str(error)) from error
        except subprocess.CalledProcessError as error:
            raise CommandError(
                "The data is back, but not up to this release: run manage.py migrate."
            ) from error
        self.report(manifest)

    def report(self, manifest):
        self.stdout.write(self.style.SUCCESS("Restored."))
        self.stdout.write("\n".join(summary.lines(manifest)))
        complaints = keys.complaints(manifest)
        for line in complaints:
            self.stderr.write(line)
        if not complaints:
            self.stdout.write("The keys are those of the backup.")
        self.stdout.write(CHECK_NEXT)
