"""Screenshot: an image a requester attached, as received and as cleaned."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.claims import Claimable, ClaimableQuerySet
from tickets.models.reading import ReadingState


class ScreenshotState(models.TextChoices):
    RECEIVED = "received", _("Being prepared")
    CLEAN = "clean", _("Ready")
    UNREADABLE = "unreadable", _("Unreadable")


class ScreenshotQuerySet(ClaimableQuerySet):
    def waiting(self) -> ScreenshotQuerySet:
        return self.filter(state=ScreenshotState.RECEIVED)

    def clean(self) -> ScreenshotQuerySet:
        return self.filter(state=ScreenshotState.CLEAN)

    def unread(self) -> ScreenshotQuerySet:
        """Those whose words may still come: not clean yet, or not read yet."""
        return self.filter(Q(state=ScreenshotState.RECEIVED) | Q(reading__state=ReadingState.WAITING))


class Screenshot(Claimable):
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="screenshots")
    # Set when it came later, with "add information".
    message = models.ForeignKey(
        "tickets.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="screenshots"
    )
    name = models.CharField(max_length=100)  # as the requester's device called it, made safe to show
    state = models.CharField(max_length=10, choices=ScreenshotState, default=ScreenshotState.RECEIVED)
    original_path = models.CharField(max_length=100, blank=True)  # below SCREENSHOT_DIR; emptied once clean
    clean_path = models.CharField(max_length=100, blank=True)
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()  # px
    height = models.PositiveIntegerField()  # px
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)  # of the original, so that a repeat is recognised
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    cleaned_at = models.DateTimeField(null=True, blank=True)

    objects = ScreenshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("screenshot")
        verbose_name_plural = _("screenshots")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="screenshot_clean_iff_cleaned_at",
                condition=Q(state="clean", cleaned_at__isnull=False) & ~Q(clean_path="")
                | ~Q(state="clean") & Q(cleaned_at__isnull=True, clean_path=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease_until"], name="screenshot_uncleaned_idx", condition=Q(state="received")
            ),
            models.Index(fields=["created_at"], name="screenshot_age_idx"),
            # Whose a file is: asked every night for every file there is.
            models.Index(fields=["original_path"], name="screenshot_original_idx"),
            models.Index(fields=["clean_path"], name="screenshot_clean_idx"),
        ]

    def __str__(self) -> str:
        return self.name
