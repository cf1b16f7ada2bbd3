"""Seals every proof of identity anew, after a key was put in front of IDENTITY_KEYS."""

from django.core.management.base import BaseCommand, CommandError

from tickets import identity_files, sealing
from tickets.models import IdentityFile
from tickets.resealing import Outcome, reseal_all


class Command(BaseCommand):
    help = (
        "Seals all proofs of identity anew, under the first of IDENTITY_KEYS; the other keys can go. "
        "May be stopped, and begun again."
    )

    def add_arguments(self, parser):
        # Few: each is a file of a megabyte, and a lead who decides waits for its row.
        parser.add_argument("--batch", type=int, default=10, help="files per transaction (default: 10)")

    def handle(self, *args, batch, **options):
        counts = reseal_all(IdentityFile.objects.all, reseal, batch=batch)
        self.stdout.write(
            f"{counts[Outcome.DONE]} sealed anew, {counts[Outcome.CURRENT]} were under the first key already."
        )
        if missing := counts[Outcome.MISSING]:
            self.stderr.write(f"{missing} have no file in IDENTITY_DIR.")
        if lost := counts[Outcome.UNREADABLE]:
            raise CommandError(
                f"{lost} could not be read: their key is none of IDENTITY_KEYS. Take no key out."
            )


def reseal(row: IdentityFile) -> Outcome:
    try:
        return Outcome.DONE if identity_files.reseal(row.path) else Outcome.CURRENT
    except FileNotFoundError:
        return Outcome.MISSING
    except sealing.Unreadable:
        return Outcome.UNREADABLE
