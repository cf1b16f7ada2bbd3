"""IncomingMail: one message that came to our mailbox, kept whole before anybody reads it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.claims import Claimable, ClaimableQuerySet


class MailSource(models.TextChoices):
    IMAP = "imap", _("Mailbox")
    WEBHOOK = "webhook", _("Provider")
    API = "api", _("API")
    COMMAND = "command", _("Mail server")


class MailState(models.TextChoices):
    NEW = "new", _("Waits to be filed")
    FILED = "filed", _("On a ticket")
    KEPT = "kept", _("Only kept")
    UNREADABLE = "unreadable", _("Needs attention")


# The reason of a mail that somebody has told to be a person's, until it is filed.
BY_HAND = "by_hand"


class IncomingMailQuerySet(ClaimableQuerySet):
    def waiting(self) -> IncomingMailQuerySet:
        return self.filter(state=MailState.NEW)


class IncomingMail(Claimable):
    # The submission key of the ticket that this mail starts: filing it twice makes one ticket.
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    # RFC 5322 3.6.4, with its brackets; "sha256:…" where a mail has none, or another's.
    message_id = models.CharField(max_length=300, unique=True)
    content_digest = models.CharField(max_length=64)  # of what follows the headers
    source = models.CharField(max_length=10, choices=MailSource)
    size = models.PositiveIntegerField()  # bytes, as it came
    received_at = models.DateTimeField(default=timezone.now, editable=False)

    state = models.CharField(max_length=10, choices=MailState, default=MailState.NEW)
    reason = models.CharField(
        max_length=40, blank=True
    )  # a code: why it was kept, or how it found its ticket
    ended_at = models.DateTimeField(null=True, blank=True)
    is_automatic = models.BooleanField(default=False)
    # Why the ticket it starts gets its advice on the status page only; a code.
    unanswered_because = models.CharField(max_length=30, blank=True)
    from_domain = models.CharField(max_length=100, blank=True)
    sender_digest = models.CharField(max_length=32, blank=True)  # keyed, of the sender's mailbox
    status_code = models.CharField(max_length=10, blank=True)  # of a bounce, RFC 3463
    ticket = models.ForeignKey(
        "tickets.Ticket", null=True, blank=True, on_delete=models.SET_NULL, related_name="incoming"
    )
    # What it became on the ticket; of a bounce, the message of ours that came back.
    linked_message = models.ForeignKey(
        "tickets.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="incoming"
    )

    objects = IncomingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mail")
        ordering = ["-id"]
        default_permissions = ("view",)
        permissions = [("read_source", _("Can read the source of incoming mail"))]
        constraints = [
            models.CheckConstraint(
                name="incoming_mail_new_iff_not_ended",
                condition=Q(state="new", ended_at__isnull=True) | ~Q(state="new") & Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="incoming_mail_new_idx", condition=Q(state="new")),
            models.Index(fields=["state", "-id"], name="incoming_mail_state_idx"),
            # The caps and what the desk counts: the last hours, of one sender or of all.
            models.Index(fields=["ended_at", "state", "reason"], name="incoming_mail_ended_idx"),
            models.Index(fields=["sender_digest", "ended_at"], name="incoming_mail_sender_idx"),
            models.Index(fields=["from_domain", "ended_at"], name="incoming_mail_domain_idx"),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class RawMail(models.Model):
    """The bytes as they came, packed and sealed; apart, so that no list ever loads them."""

    mail = models.OneToOneField(IncomingMail, primary_key=True, on_delete=models.CASCADE, related_name="raw")
    sealed = models.BinaryField()  # see tickets/mail/sealed_mail.py

    class Meta:
        verbose_name = _("source of a mail")
        verbose_name_plural = _("sources of mail")
        default_permissions = ()

    def __str__(self) -> str:
        return f"source of mail {self.pk}"


class MailLook(models.Model):
    """Somebody read the source of a mail."""

    mail = models.ForeignKey(IncomingMail, on_delete=models.CASCADE, related_name="looks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("look at a mail")
        verbose_name_plural = _("looks at mail")
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"look {self.pk}"
