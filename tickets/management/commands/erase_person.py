"""Erases one person, by address or phone number: shows what there is, and removes it with --yes."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from tickets.models.privacy import ErasureReason
from tickets.privacy import erasure, identifiers


class Command(BaseCommand):
    help = (
        "Shows what is kept about a person, and erases it with --yes: tickets with all that belongs to them,"
        " files, mail. Prints a receipt."
    )

    def add_arguments(self, parser):
        parser.add_argument("who", help="a mail address or a phone number")
        parser.add_argument("--yes", action="store_true", help="erase; without it nothing is changed")
        parser.add_argument(
            "--reason",
            choices=ErasureReason.values,
            default=ErasureReason.ASKED,
            help="for the receipt (default: %(default)s)",
        )

    def handle(self, *args, who, yes, reason, **options):
        try:
            person = identifiers.read(who)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not yes:
            self.say_preview(erasure.preview(person))
            return
        receipt = erasure.erase(person, reason=reason, by=None)
        self.say_counts(receipt.counts)
        self.stdout.write(self.style.SUCCESS(f"Erased. Receipt {receipt.number}, {receipt.digest}"))

    def say_preview(self, found):
        self.say_counts(found.counts)
        for each in found.theirs:
            note = " (answered there; another contact was registered)" if each.is_for_other else ""
            self.stdout.write(f"  {each.ticket.reference} {each.ticket.status}{note}")
        for ticket in found.mentions:
            self.stdout.write(f"Also named in the words of {ticket.reference}, which would stay.")
        for receipt in found.before:
            self.stdout.write(f"Erased before: receipt {receipt.number} of {receipt.created_at:%Y-%m-%d}.")
        if found.is_staff:
            self.stdout.write("An account of the desk has this address, and would stay.")
        if found.counts:
            self.stdout.write("Nothing was changed. --yes erases it.")

    def say_counts(self, counts):
        for kind, number in counts.items():
            self.stdout.write(f"{number:8} {kind}")
        if not counts:
            self.stdout.write("Nothing is kept about this person.")
