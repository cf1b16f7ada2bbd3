"""Proof of identity: what was asked and decided, the pictures while they are kept, every look at them."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IdentityReason(models.TextChoices):
    """Codes, and no words of one's own: the requester reads them in a mail."""

    RESTRICTED = "restricted", _("The account is restricted")
    OWNERSHIP = "ownership", _("Somebody else may use the account")
    CONTACT = "contact", _("The registered address or number is to be changed")


class IdentityDecision(models.TextChoices):
    MATCH = "match", _("Matches")
    MISMATCH = "mismatch", _("Does not match")


class IdentityState(models.TextChoices):
    OPEN = "open", _("Waiting for the requester")
    EXPIRED = "expired", _("Link expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RECEIVED = "received", _("Waiting for a decision")
    LAPSED = "lapsed", _("Deleted undecided")
    DECIDED = "decided", _("Decided")


class IdentityRequestQuerySet(models.QuerySet):
    def unused(self) -> IdentityRequestQuerySet:
        """Nothing was sent, and nobody has taken it back; it may have expired."""
        return self.filter(used_at=None, withdrawn_at=None)

    def open(self) -> IdentityRequestQuerySet:
        """Those whose link works."""
        return self.unused().filter(expires_at__gt=timezone.now())

    def kept(self) -> IdentityRequestQuerySet:
        """Those whose pictures are still there."""
        return self.filter(delete_after_at__isnull=False)

    def to_decide(self) -> IdentityRequestQuerySet:
        return self.kept().filter(decided_at=None)


class IdentityRequest(models.Model):
    # In the link, beside a keyed digest of it that is stored nowhere: see tickets/identity_links.py.
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="identity_requests")
    message = models.OneToOneField(
        "tickets.Message", null=True, on_delete=models.SET_NULL, related_name="identity_request"
    )
    reason = models.CharField(max_length=10, choices=IdentityReason, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decision = models.CharField(max_length=8, choices=IdentityDecision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What the requester was told: the pictures go then at the latest. None: there are none (any more).
    delete_after_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    objects = IdentityRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of identity")
        verbose_name_plural = _("proofs of identity")
        ordering = ["id"]
        default_permissions = ()
        permissions = [
            ("ask_identity", _("Can ask for proof of identity on tickets about restricted accounts")),
            ("see_identity", _("Can see proof of identity, decide, and ask for it on any ticket")),
        ]
        constraints = [
            models.UniqueConstraint(
                "ticket",
                name="identity_one_link_per_ticket",
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="identity_expires_later", condition=Q(expires_at__gt=F("created_at"))
            ),
            models.CheckConstraint(
                name="identity_used_or_withdrawn",
                condition=Q(used_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="identity_withdrawer_has_withdrawn",
                condition=Q(withdrawn_by__isnull=True) | Q(withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="identity_decided_iff_decision",
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, used_at__isnull=False) & ~Q(decision=""),
            ),
            models.CheckConstraint(
                name="identity_kept_or_discarded_iff_used",
                condition=Q(used_at__isnull=True, delete_after_at__isnull=True, discarded_at__isnull=True)
                | Q(used_at__isnull=False, delete_after_at__isnull=False, discarded_at__isnull=True)
                | Q(used_at__isnull=False, delete_after_at__isnull=True, discarded_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["delete_after_at"],
                name="identity_kept_idx",
                condition=Q(delete_after_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def state(self) -> IdentityState:
        if self.decided_at:
            return IdentityState.DECIDED
        if self.used_at:
            return IdentityState.RECEIVED if self.is_kept else IdentityState.LAPSED
        if self.expires_at <= (self.withdrawn_at or timezone.now()):
            return IdentityState.EXPIRED
        return IdentityState.WITHDRAWN if self.withdrawn_at else IdentityState.OPEN

    @property
    def is_open(self) -> bool:
        return self.state == IdentityState.OPEN

    @property
    def is_kept(self) -> bool:
        """The pictures are still there."""
        return self.delete_after_at is not None

    @property
    def is_to_decide(self) -> bool:
        return self.state == IdentityState.RECEIVED

    @property
    def deletes_at(self) -> datetime | None:
        """When the pictures go: as was promised, or sooner where the setting was made shorter."""
        if self.used_at is None or self.delete_after_at is None:
            return None
        if self.decided_at:
            return min(self.delete_after_at, self.decided_at + settings.IDENTITY_KEPT)
        return min(self.delete_after_at, self.used_at + settings.IDENTITY_UNDECIDED_KEPT)


class IdentityFile(models.Model):
    """One picture, cleaned and sealed; there until its day has come."""

    LAST = 32767  # the greatest number the column holds

    request = models.ForeignKey(IdentityRequest, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveSmallIntegerField()  # 1, 2
    path = models.CharField(max_length=100, unique=True)  # below IDENTITY_DIR
    # Of the picture that the seal holds.
    format = models.CharField(max_length=8)  # png or jpeg
    width = models.PositiveIntegerField()  # px
    height = models.PositiveIntegerField()  # px
    size = models.PositiveIntegerField()  # bytes
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("picture of an identity")
        verbose_name_plural = _("pictures of identities")
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="identity_file_number_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.number}"


class IdentityLook(models.Model):
    """Somebody was shown a picture; a row for each time, which outlives the picture."""

    request = models.ForeignKey(IdentityRequest, on_delete=models.CASCADE, related_name="looks")
    number = models.PositiveSmallIntegerField()  # of the picture
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ip_address = models.GenericIPAddressField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("look at an identity")
        verbose_name_plural = _("looks at identities")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pk}"
