"""What is remembered to watch the running system by: signs of life, rounds of beat, counters."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    WORKER = "worker", _("Worker")
    BEAT = "beat", _("Beat")


class Pulse(models.Model):
    """A process that runs beside the web, and when it last said so itself."""

    role = models.CharField(max_length=10, choices=Role)
    name = models.CharField(max_length=120, unique=True)  # host:pid
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")
        default_permissions = ("view",)
        indexes = [models.Index(fields=["role", "-seen_at"], name="pulse_latest_idx")]

    def __str__(self) -> str:
        return f"{self.role} {self.name}"


class Round(models.Model):
    """Work that comes round again and again: how it went the last time."""

    name = models.CharField(max_length=80, primary_key=True)  # of the task, without its package
    ended_at = models.DateTimeField(null=True)  # the last time it ended well
    seconds = models.FloatField(default=0)  # how long that took
    failed_at = models.DateTimeField(null=True)  # the last time it did not
    trouble = models.CharField(max_length=60, blank=True)  # the kind of error; "" since it ended well

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class MeterValue(models.Model):
    """One counter of tickets/meters.py, summed over all processes that ever counted."""

    name = models.CharField(max_length=80)
    labels = models.CharField(max_length=300)  # their values by tabs, in the order of the meter
    value = models.FloatField()

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["name", "labels"], name="meter_once")]

    def __str__(self) -> str:
        return self.name
