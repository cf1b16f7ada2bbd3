"""What is counted about the desk: hours and days, the open work of this minute, the weekly summary."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets import shared_clock
from tickets.models.claims import Claimable, ClaimableQuerySet

ALL = "*"  # the row of all categories; "" is a ticket that has none


class Grain(models.TextChoices):
    HOUR = "hour", _("Hour")
    DAY = "day", _("Day")


class Figures(models.Model):
    """What happened to the tickets of a category in an hour or a day; measures.py says what each counts."""

    COUNTS = (
        "arrived",
        "resolved_requester",
        "resolved_agent",
        "resolved_assumed",
        "came_back",
        "fix_confirmed",
        "fix_assumed",
        "fix_failed",
        "fix_silent",
        "response_met",
        "response_breached",
        "resolution_met",
        "resolution_breached",
    )
    TIMES = ("first_auto", "first_human")  # sketches of seconds, see sketch.py

    grain = models.CharField(max_length=4, choices=Grain)
    category = models.CharField(max_length=40, blank=True)
    start = models.DateTimeField()
    counted_at = models.DateTimeField()  # when counting began: what was later is not in it

    arrived = models.PositiveIntegerField(default=0)
    resolved_requester = models.PositiveIntegerField(default=0)
    resolved_agent = models.PositiveIntegerField(default=0)
    resolved_assumed = models.PositiveIntegerField(default=0)
    came_back = models.PositiveIntegerField(default=0)  # of the resolved
    fix_confirmed = models.PositiveIntegerField(default=0)
    fix_assumed = models.PositiveIntegerField(default=0)
    fix_failed = models.PositiveIntegerField(default=0)
    fix_silent = models.PositiveIntegerField(default=0)
    response_met = models.PositiveIntegerField(default=0)
    response_breached = models.PositiveIntegerField(default=0)
    resolution_met = models.PositiveIntegerField(default=0)
    resolution_breached = models.PositiveIntegerField(default=0)
    first_auto = models.JSONField(default=dict, blank=True)
    first_human = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("figures")
        verbose_name_plural = _("figures")
        constraints = [
            # In the order the page asks: one category, the latest hours or days.
            models.UniqueConstraint(fields=["grain", "category", "start"], name="figures_once"),
            models.CheckConstraint(
                name="figures_come_back_of_resolved",
                condition=Q(
                    came_back__lte=models.F("resolved_requester")
                    + models.F("resolved_agent")
                    + models.F("resolved_assumed")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.start:%Y-%m-%d %H:%M} {self.category}"

    @property
    def resolved(self) -> int:
        return self.resolved_requester + self.resolved_agent + self.resolved_assumed

    @property
    def fixes(self) -> int:
        """Holds for self-help that ended, whatever the end was."""
        return self.fix_confirmed + self.fix_assumed + self.fix_failed + self.fix_silent

    @property
    def responses_promised(self) -> int:
        return self.response_met + self.response_breached

    @property
    def resolutions_promised(self) -> int:
        return self.resolution_met + self.resolution_breached


class AgentDay(models.Model):
    """What one agent answered in one day."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    start = models.DateTimeField()
    counted_at = models.DateTimeField()
    answered = models.PositiveIntegerField(default=0)
    first_human = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("agent's day")
        verbose_name_plural = _("agents' days")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["start", "agent"], name="agent_day_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.start:%Y-%m-%d}"


class OpenWork(models.Model):
    """The unfinished tickets as they were a moment ago: one row, written anew every minute."""

    taken_at = models.DateTimeField()
    # {category: {"open": [tickets by age], "pending": tickets, "self_fix": tickets}}; see backlog.py
    by_category = models.JSONField(default=dict)
    by_agent = models.JSONField(default=dict)  # {user's id: {"open": tickets, "pending": tickets}}
    oldest_at = models.DateTimeField(null=True, blank=True)  # arrival of the oldest open ticket
    overdue = models.PositiveIntegerField(default=0)  # a promise is broken and still owed

    class Meta:
        verbose_name = _("open work")
        verbose_name_plural = _("open work")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="open_work_is_one_row", condition=Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.taken_at:%Y-%m-%d %H:%M}"


class SummaryState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class SummaryQuerySet(ClaimableQuerySet):
    def waiting(self) -> SummaryQuerySet:
        """To be sent, and past the back-off."""
        return self.filter(state=SummaryState.QUEUED, deliver_after_at__lte=shared_clock.now())


class WeeklySummary(Claimable):
    """One week's figures on their way to one lead; the text is made from the figures when it is sent."""

    week = models.DateField()  # its Monday
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=6, choices=SummaryState, default=SummaryState.QUEUED)
    message_id = models.CharField(max_length=120, unique=True)  # the same when it is sent again
    deliver_after_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = SummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly summary")
        verbose_name_plural = _("weekly summaries")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["week", "user"], name="weekly_summary_once"),
            models.CheckConstraint(
                name="weekly_summary_sent_iff_sent_at",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["deliver_after_at"], name="weekly_summary_idx", condition=Q(state="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.user_id}"
