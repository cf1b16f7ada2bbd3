"""Seals everything anew that is sealed, after a key was put in front of SEALING_KEYS."""

from collections import Counter

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand

from tickets import sealing, second_factor
from tickets.models import Draft, RawMail, SealedSecret, WebhookEndpoint
from tickets.resealing import Outcome, reseal_all


class Command(BaseCommand):
    help = "Seals all that is sealed anew, under the first of SEALING_KEYS; the other keys can go."

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction (default: 500)")

    def handle(self, *args, batch, **options):
        counts = sum((reseal_column(*kind, batch=batch) for kind in KINDS), Counter())
        self.stdout.write(f"{counts[Outcome.DONE]} sealed anew.")
        if lost := counts[Outcome.UNREADABLE]:
            self.stderr.write(f"{lost} could not be read: their key is none of SEALING_KEYS.")


def reseal_column(rows, column, reseal, *, batch: int) -> Counter[Outcome]:
    """Seal a column of these rows anew."""
    model = rows().model
    return reseal_all(
        rows,
        lambda row: Outcome.DONE if reseal(row) else Outcome.UNREADABLE,
        keep=lambda done: model.objects.bulk_update(done, [column]),
        batch=batch,
    )


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
