"""Incident: one disturbance that many reports come from, as leads have declared it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IncidentQuerySet(models.QuerySet):
    def running(self) -> IncidentQuerySet:
        return self.filter(ended_at=None)


class Incident(models.Model):
    title = models.CharField(_("title"), max_length=80)
    # Stands on the status page of its tickets while it runs.
    public_note = models.TextField(_("note for requesters"), blank=True, max_length=500)
    started_at = models.DateTimeField(_("began"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.CheckConstraint(
                name="incident_ended_after_started",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
            ),
            models.CheckConstraint(name="incident_has_title", condition=~Q(title="")),
        ]
        indexes = [
            models.Index(fields=["-started_at"], name="incident_running_idx", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_running(self) -> bool:
        return self.ended_at is None
