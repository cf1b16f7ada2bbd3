"""Draft: what an agent has typed on a ticket and not sent yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DraftQuerySet(models.QuerySet):
    def unsent(self) -> DraftQuerySet:
        return self.exclude(sealed=b"")


class Draft(models.Model):
    PAGE = 32  # characters of a page's key

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    # See tickets/sealing.py: a reply may hold a code. Empty once it was sent: the row stays, so that
    # a late save of the page that sent it does not bring the text back.
    sealed = models.BinaryField()
    is_note = models.BooleanField(default=False)
    # The page that wrote last: one rendering of the ticket in one window.
    page = models.CharField(max_length=PAGE, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["ticket", "author"], name="draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="draft_age_idx")]

    def __str__(self) -> str:
        return f"{self.author_id} {self.ticket_id}"
