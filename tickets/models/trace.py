"""Trace: one thing by which the person behind a ticket is recognised on another."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TraceKind(models.TextChoices):
    MAILBOX = "mailbox", _("Mailbox")  # registered with, or to be answered at
    PHONE = "phone", _("Phone number")
    DEVICE = "device", _("Device and network")  # weak: a campus shares both


class Trace(models.Model):
    """Left by the worker, not at the door: see tickets/linking.py."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="traces")
    kind = models.CharField(max_length=8, choices=TraceKind)
    key = models.CharField(max_length=254)  # one spelling, see tickets/people.py; of a device a digest

    class Meta:
        verbose_name = _("trace of a person")
        verbose_name_plural = _("traces of people")
        default_permissions = ()
        constraints = [
            # Also the index of the lookup: the latest tickets with the same key.
            models.UniqueConstraint(fields=["kind", "key", "ticket"], name="trace_once_per_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
