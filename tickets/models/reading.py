"""Reading: what is written on a screenshot, as a machine has read it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.claims import Claimable, ClaimableQuerySet


class ReadingState(models.TextChoices):
    WAITING = "waiting", _("Being read")
    READ = "read", _("Read")
    UNREADABLE = "unreadable", _("Nothing readable")
    SKIPPED = "skipped", _("Not read")


class ReadingQuerySet(ClaimableQuerySet):
    def waiting(self) -> ReadingQuerySet:
        return self.filter(state=ReadingState.WAITING)


class Reading(Claimable):
    """Made when its screenshot is clean: before that there is nothing to read."""

    screenshot = models.OneToOneField(
        "tickets.Screenshot", primary_key=True, on_delete=models.CASCADE, related_name="reading"
    )
    state = models.CharField(max_length=10, choices=ReadingState, default=ReadingState.WAITING)
    text = models.TextField(blank=True)  # its lines, joined by line feeds
    # One per line of `text`: {"box": [left, top, width, height], "confidence": 0..1}; the box in
    # fractions of the picture's width and height.
    lines = models.JSONField(default=list)
    confidence = models.FloatField(null=True, blank=True)  # 0..1, over all characters
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [
            models.CheckConstraint(
                name="reading_waiting_until_ended",
                condition=Q(state="waiting", ended_at__isnull=True)
                | ~Q(state="waiting") & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reading_has_text_iff_read",
                condition=Q(state="read", confidence__range=(0, 1)) & ~Q(text="")
                | ~Q(state="read") & Q(text="", confidence__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["lease_until"], name="reading_unread_idx", condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def numbered_lines(self) -> list[tuple[str, dict[str, Any] | None]]:
        """Every line of the text with where it stands, or None where that is not known."""
        texts = self.text.split("\n")
        places = self.lines if len(self.lines) == len(texts) else [None] * len(texts)
        return list(zip(texts, places, strict=True))
