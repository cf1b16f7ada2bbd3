"""Writes everything that cannot be made again into one file, while the product runs."""

from __future__ import annotations

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from kayasupport.backups import summary, taking
from kayasupport.backups.problems import Damaged, Refused, ToolFailed

WITHOUT_KEYS = (
    "The keys are not in it. Keep SECRET_KEY (embedded: secret_key in the data folder), SEALING_KEYS and"
    " IDENTITY_KEYS in another place: without them masked secrets, the sources of mail, second factors and"
    " proofs of identity cannot be read, and links in mails that were sent do not work."
)


class Command(BaseCommand):
    help = "Writes database, screenshots and triage models into one archive; the product may go on running."
    requires_system_checks = []  # a backup is made all the more when something is wrong

    def add_arguments(self, parser):
        parser.add_argument(
            "--to",
            help="a folder, a file, or - for standard output (default: backups/ in the data folder)",
        )
        parser.add_argument("--with-keys", action="store_true", help="puts the keys in as well")
        parser.add_argument("--keep", type=int, help="removes all but so many backups from the folder")

    def handle(self, *args, to, with_keys, keep, **options):
        if keep is not None and (keep < 1 or to == "-"):
            raise CommandError("--keep needs a folder, and a number from 1.")
        try:
            manifest = self.to_stdout(with_keys) if to == "-" else self.to_file(to, with_keys, keep)
        except Damaged as error:
            raise CommandError(f"No backup was made: {error}.") from error
        except (Refused, ToolFailed, DatabaseError, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
        for line in [*summary.lines(manifest), *([] if with_keys else [WITHOUT_KEYS])]:
            self.say(line)

    def to_stdout(self, with_keys):
        if sys.stdout.isatty():
            raise CommandError("Standard output is a terminal: send it to a file, or leave --to out.")
        manifest = taking.take(sys.stdout.buffer, work_in=taking.default_folder(), with_keys=with_keys)
        sys.stdout.buffer.flush()
        return manifest

    def to_file(self, to, with_keys, keep):
        path = Path(to) if to else taking.default_folder() / taking.new_name()
        if path.is_dir():
            path /= taking.new_name()
        elif to and keep:
            raise CommandError("--keep needs a folder.")
        manifest = taking.take_file(path, with_keys=with_keys)
        self.stdout.write(str(path))  # alone there, for scripts
        for old in taking.prune(path.parent, keep=keep) if keep else ():
            self.say(f"Removed {old.name}.")
        return manifest

    def say(self, line):
        self.stderr.write(line, str)  # not in red: it is no error
