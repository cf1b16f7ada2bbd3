"""AgentProfile: how one agent works at the desk; made when something differs from the defaults."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Density(models.TextChoices):
    COMFORTABLE = "comfortable", _("Comfortable")
    COMPACT = "compact", _("Compact")


class SummaryChoice(models.TextChoices):
    """Whether and in which language a lead gets the weekly summary; see tickets/weekly.py."""

    INDONESIAN = "id", _("in Indonesian")
    ENGLISH = "en", _("in English")
    NONE = "none", _("not at all")


class AgentProfile(models.Model):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="agent_profile"
    )
    # Open tickets at once; None is settings.AGENT_CAPACITY.
    capacity = models.PositiveSmallIntegerField(_("capacity"), null=True, blank=True)
    # WCAG 2.1.4: single-key shortcuts can be switched off.
    has_shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    density = models.CharField(_("density"), max_length=12, choices=Density, default=Density.COMFORTABLE)
    hidden_columns = models.JSONField(default=list, blank=True)  # keys of the queue's columns
    weekly_summary = models.CharField(
        _("weekly summary by mail"), max_length=4, choices=SummaryChoice, default=SummaryChoice.INDONESIAN
    )

    class Meta:
        verbose_name = _("agent's profile")
        verbose_name_plural = _("agents' profiles")

    def __str__(self) -> str:
        return str(self.user)
