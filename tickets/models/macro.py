"""Macro: a reply that stands ready, in both languages; what fills it in is in tickets/macros.py."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class AfterReply(models.TextChoices):
    """What sending the reply does to the ticket; blank leaves it to the agent."""

    WAIT = "wait", _("Waits for the requester")
    RESOLVE = "resolve", _("Resolves the ticket")


class MacroQuerySet(models.QuerySet):
    def usable(self) -> MacroQuerySet:
        return self.filter(is_active=True)


class Macro(models.Model):
    title = models.CharField(_("title"), max_length=60)
    key = models.CharField(
        _("short word"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9-]+\Z", _("Use lower-case letters, digits and hyphens only."))],
    )
    category = models.CharField(_("category"), max_length=40, blank=True)  # a slug; blank: for every one
    body_id = models.TextField(_("text in Indonesian"))
    body_en = models.TextField(_("text in English"))
    after = models.CharField(_("after the reply"), max_length=7, choices=AfterReply, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    history = HistoricalRecords()
    objects = MacroQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["position", "title"]
        constraints = [
            models.CheckConstraint(name="macro_key_is_lower_case", condition=Q(key=Lower("key"))),
            models.CheckConstraint(
                name="macro_after_is_known", condition=Q(after__in=["", "wait", "resolve"])
            ),
            models.CheckConstraint(name="macro_has_both_texts", condition=~Q(body_id="") & ~Q(body_en="")),
        ]

    def __str__(self) -> str:
        return self.title

    def body(self, language: str) -> str:
        return self.body_en if language == "en" else self.body_id
