"""Compares every byte of a backup with what was written; changes nothing."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError

from kayasupport.backups import archive, summary
from kayasupport.backups.problems import Damaged, Refused


class Command(BaseCommand):
    help = "Compares every byte of a backup with what was written; changes nothing."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", help="the archive, or - for standard input")

    def handle(self, *args, file, **options):
        try:
            with opened(file) as source:
                manifest = archive.read(source)
        except Damaged as error:
            raise CommandError(f"{file} is damaged: {error}.") from error
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.SUCCESS("Whole."))
        self.stdout.write("\n".join(summary.lines(manifest)))


def opened(name: str) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb")
