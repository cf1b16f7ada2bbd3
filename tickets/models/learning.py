"""What is counted and tried to make triage better: its weeks, and what a candidate would have said."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TriageWeek(models.Model):
    """How triage did on one category in one week; counted anew while corrections still come in."""

    week = models.DateField()  # its Monday
    category = models.CharField(max_length=40)  # the best guess, named or not
    triaged = models.PositiveIntegerField()
    abstained = models.PositiveIntegerField()
    corrected = models.PositiveIntegerField()  # of those that were named

    class Meta:
        verbose_name = _("week of triage")
        verbose_name_plural = _("weeks of triage")
        constraints = [
            models.UniqueConstraint(fields=["week", "category"], name="triage_week_once"),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.category}"


class ShadowAssessment(models.Model):
    """What a candidate model would have said of a ticket, beside what the model in use did say."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=40)
    category = models.CharField(max_length=40)
    confidence = models.FloatField()  # 0..1
    route = models.CharField(max_length=10)  # "self_fix" | "agent"
    live_category = models.CharField(max_length=40)
    live_route = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("assessment by a candidate model")
        verbose_name_plural = _("assessments by candidate models")
        permissions = [
            ("decide_candidate", _("Can put a candidate model in use or discard it")),
        ]
        indexes = [
            models.Index(fields=["version", "-id"], name="shadow_version_idx"),
            models.Index(fields=["created_at"], name="shadow_age_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.category} {self.confidence:.2f}"
