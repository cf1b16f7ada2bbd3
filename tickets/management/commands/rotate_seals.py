"""Seals every masked secret anew, after a key was put in front of SEALING_KEYS."""

from django.core.management.base import BaseCommand
from django.db import transaction

from tickets import sealing
from tickets.models import SealedSecret


class Command(BaseCommand):
    help = "Seals every masked secret under the first of SEALING_KEYS; then the other keys can go."

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction (default: 500)")

    def handle(self, *args, batch, **options):
        last, done, lost = 0, 0, 0
        while True:
            with transaction.atomic():
                rows = list(
                    SealedSecret.objects.select_for_update().filter(pk__gt=last).order_by("pk")[:batch]
                )
                resealed = [row for row in rows if reseal(row)]
                SealedSecret.objects.bulk_update(resealed, ["sealed"])
            if not rows:
                break
            last = rows[-1].pk
            done += len(resealed)
            lost += len(rows) - len(resealed)
        self.stdout.write(f"{done} sealed anew.")
        if lost:
            self.stderr.write(f"{lost} could not be read: their key is none of SEALING_KEYS.")


def reseal(row: SealedSecret) -> bool:
    try:
        row.sealed = sealing.reseal(bytes(row.sealed))
    except sealing.Unreadable:
        return False
    return True
