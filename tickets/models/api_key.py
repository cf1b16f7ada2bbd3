"""ApiKey: what a program of the operator's shows to read and do what its scopes say."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    OUTBOX_READ = "outbox:read", _("Read the automatic replies that wait")
    OUTBOX_DELIVER = "outbox:deliver", _("Take automatic replies, and say what became of them")
    INBOX_WRITE = "inbox:write", _("Hand in mail that was received")
    TICKETS_READ = "tickets:read", _("Read every ticket")
    TRIAGE_PREVIEW = "triage:preview", _("Ask triage about a text")


class ApiKeyQuerySet(models.QuerySet):
    def in_force(self) -> ApiKeyQuerySet:
        """Neither revoked nor expired."""
        now = timezone.now()
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=now))


class ApiKey(models.Model):
    """Of the token only its SHA-256 is kept: 256 random bits need no slow hash."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=16, editable=False)  # of the token, to recognise it by
    token_hash = models.CharField(max_length=64, unique=True, editable=False)  # hexadecimal
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)  # to the minute
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(name="api_key_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="api_key_expires_after_made",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
            ),
            models.CheckConstraint(
                name="api_key_only_revoked_have_users",
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """One of "valid", "expired" and "revoked"."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at and self.expires_at <= timezone.now() else "valid"

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(each).label) for each in self.scopes if each in Scope]
