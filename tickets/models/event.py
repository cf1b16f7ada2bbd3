"""Event: who changed what on a ticket, and when; written in the transaction of the change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ActorKind(models.TextChoices):
    REQUESTER = "requester", _("Requester")
    AGENT = "agent", _("Agent")
    SYSTEM = "system", _("System")


class EventKind(models.TextChoices):
    SUBMITTED = "submitted", _("Report received")
    TRIAGED = "triaged", _("Categorised")
    MOVED = "moved", _("Status changed")
    ASSIGNED = "assigned", _("Assigned")
    CATEGORISED = "categorised", _("Category changed")
    REPLIED = "replied", _("Reply written")
    NOTED = "noted", _("Note written")
    INFORMED = "informed", _("Information added")
    LINKED = "linked", _("Earlier ticket found")
    JOINED = "joined", _("Another ticket merged into this one")
    CARRIED = "carried", _("Gone on into another ticket")
    PARTED = "parted", _("Merge undone")
    MAIL_FAILED = "mail_failed", _("Mail could not be delivered")
    COMPLAINED = "complained", _("Our mail was called spam")
    READDRESSED = "readdressed", _("Reply address changed")
    MAIL_ALLOWED = "mail_allowed", _("Address may be mailed again")
    COMPLETED = "completed", _("Report completed")
    LINK_MAILED = "link_mailed", _("Link sent by e-mail")
    ATTACHMENTS_REFUSED = "refused", _("Attachments refused")
    SCREENSHOT_VIEWED = "screenshot_viewed", _("Screenshot viewed")
    SECRET_REVEALED = "secret_revealed", _("Masked secret shown")
    SLA_BREACHED = "sla_breached", _("Promised time missed")
    INCIDENT_LINKED = "incident_linked", _("Linked to an incident")
    INCIDENT_UNLINKED = "incident_unlinked", _("Taken off an incident")
    EXPORTED = "exported", _("Data exported for the person")
    SCREENSHOTS_DISCARDED = "discarded", _("Screenshots removed by age")
    IDENTITY_ASKED = "identity_asked", _("Proof of identity asked for")
    IDENTITY_WITHDRAWN = "identity_withdrawn", _("Request for proof of identity withdrawn")
    IDENTITY_RECEIVED = "identity_received", _("Proof of identity received")
    IDENTITY_VIEWED = "identity_viewed", _("Proof of identity viewed")
    IDENTITY_DECIDED = "identity_decided", _("Proof of identity decided about")
    IDENTITY_DISCARDED = "identity_discarded", _("Proof of identity deleted")


class Event(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Codes and ids only, never texts or addresses. The platform's error code that a report came with is one
    # line without secrets, see tickets/prefill.py.
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="event_only_agents_have_users", condition=Q(actor_kind="agent") | Q(actor__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="event_ticket_idx"),
            # What happened in an hour or a day; see tickets/measures.py.
            models.Index(fields=["created_at"], name="event_moved_idx", condition=Q(kind="moved")),
            models.Index(fields=["created_at"], name="event_replied_idx", condition=Q(kind="replied")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
