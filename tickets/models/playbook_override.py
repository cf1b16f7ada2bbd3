"""PlaybookOverride: what the desk says otherwise than the shipped playbook does, with its history."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class PlaybookOverride(models.Model):
    """The changes of one category, or of the texts of none; no row and no changes are the same.

    Never deleted: `version` counts on, and by it every process learns that something has changed.
    """

    category = models.CharField(max_length=40, primary_key=True)  # a slug, or triage.changes.GENERAL
    changes = models.JSONField(default=dict, blank=True)  # {"subject.id": "…", "hold_minutes": 45}
    # What was shipped when they were written: a release may have changed it since.
    replaced = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    # Who and when are the history's own columns; it takes who from here.
    _history_user: User | None = None
    history = HistoricalRecords(excluded_fields=["changed_at", "changed_by"])

    class Meta:
        verbose_name = _("texts and thresholds of a category")
        verbose_name_plural = _("texts and thresholds")
        default_permissions = ["view", "change"]

    def __str__(self) -> str:
        return self.category
