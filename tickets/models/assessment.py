"""Assessment: what triage thought of a ticket, and why; never changed afterwards."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Assessment(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="assessments")
    category = models.CharField(max_length=40)
    confidence = models.FloatField()  # 0..1
    abstained = models.BooleanField(default=False)
    route = models.CharField(max_length=10)  # "self_fix" | "agent"
    guesses = models.JSONField()  # [[slug, probability], ...], best first
    facts = models.JSONField()
    reasons = models.JSONField()  # [{"code": ..., "params": {...}}, ...]
    model_version = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["id"]
        # One week of them is counted at a time; see tickets/drift.py.
        indexes = [models.Index(fields=["created_at"], name="assessment_created_idx")]

    def __str__(self) -> str:
        return f"{self.category} {self.confidence:.2f}"
