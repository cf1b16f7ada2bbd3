"""WebhookEndpoint and WebhookDelivery: who is told of what happens, and what was told so far."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets import shared_clock
from tickets.models.claims import Claimable, ClaimableQuerySet


class WebhookEvent(models.TextChoices):
    TICKET_CREATED = "ticket.created", _("A report came in")
    TICKET_TRIAGED = "ticket.triaged", _("Triage has said what it is")
    TICKET_HELD = "ticket.held", _("The requester is trying a fix")
    TICKET_OPENED = "ticket.opened", _("It is in the agents' queue")
    TICKET_REPLIED = "ticket.replied", _("An agent has answered")
    TICKET_RESOLVED = "ticket.resolved", _("It is resolved")
    MESSAGE_FAILED = "message.failed", _("A mail could not be delivered")
    TICKET_ERASED = "ticket.erased", _("It was erased at the person's wish")


# Sent by hand from the page of an endpoint, whatever it asks for.
TEST_EVENT = "endpoint.test"


class OffBecause(models.TextChoices):
    BY_HAND = "by_hand", _("switched off by hand")
    FAILING = "failing", _("nothing arrived for days")
    GONE = "gone", _("it answered 410 Gone")


class WebhookState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class WebhookEndpointQuerySet(ClaimableQuerySet):
    def waiting(self) -> WebhookEndpointQuerySet:
        """Those that something is due for, and that are not given a rest."""
        now = timezone.now()
        due = WebhookDelivery.objects.waiting().filter(endpoint=OuterRef("pk"))
        rested = Q(rests_until=None) | Q(rests_until__lte=now)
        return self.filter(rested, Exists(due), is_active=True)


class WebhookEndpoint(Claimable):
    """An address that is told of events. Claimed as a whole: one delivery at a time, in order.

    An address that keeps us waiting thus holds up one worker, and only for a while.
    """

    url = models.URLField(_("address"), max_length=500)
    sealed_secret = models.BinaryField()  # "whsec_…", see tickets/sealing.py
    events = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    off_because = models.CharField(max_length=10, choices=OffBecause, blank=True)
    # Since when nothing has arrived there; None while all is well.
    failing_since_at = models.DateTimeField(null=True, blank=True, editable=False)
    rests_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["id"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.CheckConstraint(
                name="webhook_off_for_a_reason",
                condition=Q(is_active=True, off_because="") | Q(is_active=False) & ~Q(off_because=""),
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def event_labels(self) -> list[str]:
        return [str(WebhookEvent(each).label) for each in self.events if each in WebhookEvent]


class WebhookDeliveryQuerySet(ClaimableQuerySet):
    def waiting(self) -> WebhookDeliveryQuerySet:
        """To be delivered, and past its back-off."""
        return self.filter(
            state__in=[WebhookState.QUEUED, WebhookState.SENDING], deliver_after_at__lte=shared_clock.now()
        )


class WebhookDelivery(Claimable):
    """One event for one endpoint: an outbox row, as messages are."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    # The receiver's key against doubles: the same in every try.
    event_id = models.UUIDField(default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=30)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=WebhookState, default=WebhookState.QUEUED)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    deliver_after_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["id"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                name="webhook_sent_iff_sent_at",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "deliver_after_at"],
                name="webhook_due_idx",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_log_idx"),
            models.Index(fields=["state", "-id"], name="webhook_state_idx"),
            models.Index(fields=["created_at"], name="webhook_age_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"

    @property
    def webhook_id(self) -> str:
        """The header of Standard Webhooks, and the id in the payload."""
        return f"evt_{self.event_id.hex}"
