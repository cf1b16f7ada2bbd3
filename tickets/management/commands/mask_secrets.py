"""Masks what was stored before there was masking; run it once after the upgrade."""

from collections.abc import Iterator

from django.core.management.base import BaseCommand
from django.db import models, transaction

from tickets import lifecycle, masking
from tickets.fields import MAX_DEVICE
from tickets.models import Message, Screenshot, Ticket
from tickets.models.message import MessageKind
from tickets.models.sealed_secret import SecretSource
from tickets.screenshots import MAX_NAME
from triage import secrets

# Our own answers have gone out by mail, and may carry a link that is meant to be used.
SOURCES = {MessageKind.REQUESTER: SecretSource.MESSAGE, MessageKind.NOTE: SecretSource.NOTE}


class Command(BaseCommand):
    help = "Masks codes, passwords and numbers in reports and messages that are stored already."

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=500, help="rows read at once (default: 500)")

    def handle(self, *args, batch, **options):
        tickets = sum(mask_ticket(pk) for pk in pks_with_secrets(Ticket.objects.all(), "description", batch))
        told = Message.objects.filter(kind__in=SOURCES)
        messages = sum(mask_message(pk) for pk in pks_with_secrets(told, "body", batch))
        devices = sum(blot(Ticket, "device", MAX_DEVICE, batch=batch))
        names = sum(blot(Screenshot, "name", MAX_NAME, batch=batch))
        self.stdout.write(
            f"{tickets} reports, {messages} messages, {devices} devices and {names} file names masked."
        )
        if tickets or messages or devices or names:
            self.stdout.write(
                "Old texts may still be in pages the database has not used again, and are in every backup:"
                " run VACUUM (PostgreSQL: VACUUM FULL), and let old backups expire."
            )


def pks_with_secrets(rows: models.QuerySet, column: str, batch: int) -> Iterator[int]:
    """Read all texts in batches, and yield the rows that hold a secret."""
    for pk, text in _texts(rows, column, batch):
        if secrets.find(text):
            yield pk


def mask_ticket(pk: int) -> int:
    with transaction.atomic():
        ticket = lifecycle.lock(Ticket(pk=pk))
        text = masking.mask(ticket, ticket.description, source=SecretSource.DESCRIPTION)
        return Ticket.objects.filter(pk=pk).update(description=text)


def mask_message(pk: int) -> int:
    with transaction.atomic():
        message = Message.objects.select_related("ticket").get(pk=pk)
        text = masking.mask(message.ticket, message.body, source=SOURCES[MessageKind(message.kind)])
        return Message.objects.filter(pk=pk).update(body=text)


def blot(model: type[models.Model], column: str, limit: int, *, batch: int) -> Iterator[int]:
    for pk, text in _texts(model._default_manager.all(), column, batch):
        masked = masking.blot(text, limit=limit)
        if masked != text:
            yield model._default_manager.filter(pk=pk).update(**{column: masked})


def _texts(rows: models.QuerySet, column: str, batch: int) -> Iterator[tuple[int, str]]:
    """The newest last, a batch at a time: no cursor stays open while rows are written."""
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", column)[:batch]):
        yield from found
        last = found[-1][0]
