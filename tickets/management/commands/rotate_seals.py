"""Seals everything anew that is sealed, after a key was put in front of SEALING_KEYS."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from tickets import sealing, second_factor
from tickets.models import Draft, RawMail, SealedSecret, WebhookEndpoint


class Command(BaseCommand):
    help = "Seals all that is sealed anew, under the first of SEALING_KEYS; the other keys can go."

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction (default: 500)")

    def handle(self, *args, batch, **options):
        counted = [reseal_all(*kind, batch=batch) for kind in KINDS]
        done, lost = (sum(numbers) for numbers in zip(*counted, strict=True))
        self.stdout.write(f"{done} sealed anew.")
        if lost:
            self.stderr.write(f"{lost} could not be read: their key is none of SEALING_KEYS.")


def reseal_all(rows, column, reseal, *, batch: int) -> tuple[int, int]:
    """Seal the rows anew, so many in a transaction; return how many could be, and how many could not."""
    last, done, lost = 0, 0, 0
    rows = rows()
    while True:
        with transaction.atomic():
            some = list(rows.select_for_update().filter(pk__gt=last).order_by("pk")[:batch])
            resealed = [row for row in some if reseal(row)]
            rows.model.objects.bulk_update(resealed, [column])
        if not some:
            return done, lost
        last = some[-1].pk
        done += len(resealed)
        lost += len(some) - len(resealed)


def reseal(row: SealedSecret | Draft | RawMail) -> bool:
    try:
        row.sealed = sealing.reseal(bytes(row.sealed))
    except sealing.Unreadable:
        return False
    return True


def reseal_webhook(row: WebhookEndpoint) -> bool:
    try:
        row.sealed_secret = sealing.reseal(bytes(row.sealed_secret))
    except sealing.Unreadable:
        return False
    return True


# The rows, their column, and how one is sealed anew. Drafts that were sent hold nothing to be sealed.
KINDS = (
    (SealedSecret.objects.all, "sealed", reseal),
    (RawMail.objects.all, "sealed", reseal),
    (Draft.objects.unsent, "sealed", reseal),
    (Authenticator.objects.all, "data", second_factor.reseal),
    (WebhookEndpoint.objects.all, "sealed_secret", reseal_webhook),
)
