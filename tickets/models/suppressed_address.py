"""SuppressedAddress: an address that gets no mail from us, why, and who has lifted that."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SuppressionReason(models.TextChoices):
    BOUNCE = "bounce", _("Mail came back")
    COMPLAINT = "complaint", _("Marked our mail as spam")
    MANUAL = "manual", _("Set by hand")


class SuppressedAddressQuerySet(models.QuerySet):
    def standing(self) -> SuppressedAddressQuerySet:
        """Not lifted."""
        return self.filter(lifted_at=None)


class SuppressedAddress(models.Model):
    # See tickets/suppression.py: a spelling of the address, or a digest of it once nothing else of
    # its owner is kept.
    key = models.CharField(max_length=254, editable=False)
    address = models.EmailField(_("address"), blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=SuppressionReason)
    status = models.CharField(max_length=12, blank=True)  # RFC 3463, such as 5.1.1; "" when unknown
    ticket = models.ForeignKey(
        "tickets.Ticket", null=True, blank=True, on_delete=models.SET_NULL, related_name="suppressed"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = SuppressedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        default_permissions = ()
        permissions = [("lift_suppression", _("Can let a suppressed address be mailed again"))]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="suppressed_once", condition=Q(lifted_at__isnull=True)
            ),
            models.CheckConstraint(name="suppressed_has_key", condition=~Q(key="")),
            models.CheckConstraint(
                name="suppressed_lifted_by_somebody",
                condition=Q(lifted_at__isnull=False) | Q(lifted_by__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], name="suppressed_standing_idx", condition=Q(lifted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"
