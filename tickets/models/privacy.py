"""What is kept of what was removed: how far retention has come, receipts of erasures, and mere counts."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import REFERENCE_ALPHABET


def new_receipt_number() -> str:
    """Return a random number such as HP-7F3K-92QX."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"HP-{letters[:4]}-{letters[4:]}"


class Retention(models.Model):
    """How the removal of one kind of old data goes: a row per rule of tickets/privacy/retention.py."""

    rule = models.CharField(max_length=20, primary_key=True)
    ran_at = models.DateTimeField()
    removed = models.PositiveIntegerField(default=0)  # when something was removed last
    removed_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveBigIntegerField(default=0)
    # There was more than one run may take; the next one goes on.
    is_behind = models.BooleanField(default=False)
    has_failed = models.BooleanField(default=False)  # the last run; the log says why

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.rule


class IdentifierKind(models.TextChoices):
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Phone number")


class ErasureReason(models.TextChoices):
    """Codes, and no words of one's own: those would name the person again."""

    ASKED = "asked", _("The person asked for it")
    NOT_THEIRS = "not_theirs", _("Somebody else used their address or number")
    UNLAWFUL = "unlawful", _("We should not have had the data")
    OBLIGED = "obliged", _("An authority or a court demands it")


class Erasure(models.Model):
    """The receipt of one person's erasure: who, when, why, how much, and never whose."""

    number = models.CharField(max_length=12, unique=True, default=new_receipt_number)
    kind = models.CharField(max_length=5, choices=IdentifierKind)
    # Keyed, see tickets/privacy/identifiers.py: that an address was erased can be shown to who names it.
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=10, choices=ErasureReason)
    # Nobody: by command, on the server.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    counts = models.JSONField(default=dict)  # {kind of data: rows}
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)  # None: it was interrupted

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]
        default_permissions = ("view", "add")
        permissions = [("export_person", _("Can export the data of one person"))]
        indexes = [models.Index(fields=["digest"], name="erasure_digest_idx")]

    def __str__(self) -> str:
        return self.number


class DepartedKind(models.TextChoices):
    HOUR = "hour", _("Hour")
    DAY = "day", _("Day")
    AGENT = "agent", _("Agent's day")
    WEEK = "week", _("Week of triage")


class Departed(models.Model):
    """What deleted tickets count for in a period that is still counted again; see tickets/departed.py."""

    kind = models.CharField(max_length=5, choices=DepartedKind)
    start = models.DateTimeField()
    key = models.CharField(max_length=40, blank=True)  # a category, or an agent's id
    counts = models.JSONField(default=dict)
    times = models.JSONField(default=dict)  # sketches, see tickets/sketch.py

    class Meta:
        verbose_name = _("count of deleted tickets")
        verbose_name_plural = _("counts of deleted tickets")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "start", "key"], name="departed_once"),
            models.CheckConstraint(name="departed_agents_are_named", condition=~Q(kind="agent") | ~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.start:%Y-%m-%d}"
