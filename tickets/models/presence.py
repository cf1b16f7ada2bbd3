"""Presence: which agents have a ticket open on their screen, and who of them is writing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PresenceQuerySet(models.QuerySet):
    def running(self) -> PresenceQuerySet:
        """Those whose lease has not run out."""
        return self.filter(here_until__gt=timezone.now())

    def writing(self) -> PresenceQuerySet:
        return self.filter(writing_until__gt=timezone.now())


class Presence(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    here_until = models.DateTimeField()
    writing_until = models.DateTimeField(null=True, blank=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="presence_once")]
        indexes = [models.Index(fields=["here_until"], name="presence_over_idx")]

    def __str__(self) -> str:
        return f"{self.user} {self.ticket_id}"

    @property
    def is_writing(self) -> bool:
        return self.writing_until is not None and self.writing_until > timezone.now()
