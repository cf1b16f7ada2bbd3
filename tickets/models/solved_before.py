"""People whose problem was solved by the advice beside the form: counted, nothing is known of them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SolvedDay(models.Model):
    """How many said so in one day, by the category they were advised on."""

    day = models.DateField()
    category = models.CharField(max_length=40)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("solved before reporting")
        verbose_name_plural = _("solved before reporting")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "category", "language"], name="solved_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.category} {self.language}"


class SolvedForm(models.Model):
    """An opened form that has been counted: a second press and a page loaded again change nothing."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    counted_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("counted form")
        verbose_name_plural = _("counted forms")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.key)
