"""Message: what was said on a ticket, and the outbox of what goes out by mail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets import shared_clock
from tickets.models.claims import Claimable, ClaimableQuerySet

# The purposes of automatic messages: each is on its ticket once at most.
ADVICE, MERGED_NOTICE, ADVICE_ELSEWHERE = "advice", "merged", "advice_elsewhere"
# Mails with the ticket's link, to an address of the ticket or to another one: once for an address
# and an hour, which stand behind a colon.
LINK_AGAIN, LINK_ELSEWHERE = "link_again", "link_elsewhere"
LINKS = frozenset({LINK_AGAIN, LINK_ELSEWHERE})
# Asks for proof of identity; behind the colon the request, whose link the mail carries.
IDENTITY = "identity"
# What they say stands on the status page anyway.
FOR_MAILBOX_ONLY = frozenset({MERGED_NOTICE, ADVICE_ELSEWHERE, *LINKS})

# Who delivers automatic replies: settings.AUTO_REPLIES_SENT_BY.
BY_US, BY_API = "us", "api"


class MessageKind(models.TextChoices):
    REQUESTER = "requester", _("From the requester")
    AUTO_REPLY = "auto_reply", _("Automatic reply")
    REPLY = "reply", _("Agent's reply")
    NOTE = "note", _("Internal note")


class Delivery(models.TextChoices):
    """How far a message is on its way out; blank for what is never mailed."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SUPPRESSED = "suppressed", _("Shown on the status page only")


class MessageQuerySet(ClaimableQuerySet):
    def waiting(self) -> MessageQuerySet:
        """To be delivered, and past its back-off."""
        return self.filter(
            delivery__in=[Delivery.QUEUED, Delivery.SENDING], deliver_after_at__lte=shared_clock.now()
        )

    def left_to_api(self) -> MessageQuerySet:
        """Automatic replies, where a program outside delivers them; see docs/adr/0021."""
        if settings.AUTO_REPLIES_SENT_BY != BY_API:
            return self.none()
        return self.filter(kind=MessageKind.AUTO_REPLY)

    def left_to_us(self) -> MessageQuerySet:
        """What our own workers deliver: everything else."""
        if settings.AUTO_REPLIES_SENT_BY != BY_API:
            return self.all()
        return self.exclude(kind=MessageKind.AUTO_REPLY)

    def for_requester(self) -> MessageQuerySet:
        """No notes, and nothing that is for the mailbox only.

        The page of a merged report says itself where it goes on, and advice that went to a second
        address stands there already.
        """
        return self.exclude(kind=MessageKind.NOTE).exclude(_about(FOR_MAILBOX_ONLY))

    def links(self) -> MessageQuerySet:
        """Mails that carry the ticket's link and say nothing."""
        return self.filter(_about(LINKS))

    def without_links(self) -> MessageQuerySet:
        return self.exclude(_about(LINKS))

    def outgoing(self) -> MessageQuerySet:
        return self.exclude(delivery="")


def _about(topics: Iterable[str]) -> Q:
    found = Q()
    for topic in sorted(topics):
        found |= Q(purpose=topic) | Q(purpose__startswith=f"{topic}:")
    return found


class Message(Claimable):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="id")
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)  # plain text
    advice = models.JSONField(null=True, blank=True)  # triage.advice.Advice.as_json() of an auto-reply
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    # The outbox. `purpose` makes an automatic message unique on its ticket.
    purpose = models.CharField(max_length=30, blank=True)
    delivery = models.CharField(max_length=10, choices=Delivery, blank=True)
    suppressed_because = models.CharField(max_length=30, blank=True)
    recipient = models.EmailField(blank=True)
    recipient_key = models.CharField(max_length=254, blank=True, editable=False)
    message_id = models.CharField(max_length=120, blank=True)  # RFC 5322 3.6.4, with its brackets
    deliver_after_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    # What became of it after the next server took it, as far as we are told.
    provider_id = models.CharField(max_length=200, blank=True, editable=False)  # where it has one of its own
    delivered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    bounce_status = models.CharField(max_length=12, blank=True)  # RFC 3463, such as 5.1.1

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ticket", "purpose", name="message_once_per_purpose", condition=~Q(purpose="")
            ),
            models.UniqueConstraint("message_id", name="message_id_is_unique", condition=~Q(message_id="")),
            models.CheckConstraint(
                name="message_delivery_is_addressed",
                condition=Q(delivery__in=["", "suppressed"])
                | ~Q(recipient="") & ~Q(message_id="") & Q(deliver_after_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_sent_iff_sent_at",
                condition=Q(delivery="sent", sent_at__isnull=False)
                | ~Q(delivery="sent") & Q(sent_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="message_ticket_idx"),
            models.Index(fields=["delivery", "-id"], name="message_delivery_idx"),
            models.Index(
                fields=["deliver_after_at"],
                name="message_outbox_idx",
                condition=Q(delivery__in=["queued", "sending"]),
            ),
            models.Index(fields=["provider_id"], name="message_provider_idx", condition=~Q(provider_id="")),
            # What mail servers said, which names addresses; retention takes it away.
            models.Index(fields=["created_at"], name="message_said_idx", condition=~Q(last_error="")),
            # Which domains failed lately.
            models.Index(fields=["-failed_at"], name="message_failed_idx", condition=Q(delivery="failed")),
            # The caps: automatic replies to one mailbox, and to all, in the last hours.
            models.Index(
                fields=["recipient_key", "created_at"], name="message_cap_idx", condition=Q(kind="auto_reply")
            ),
            models.Index(fields=["created_at"], name="message_auto_idx", condition=Q(kind="auto_reply")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def topic(self) -> str:
        """What it is about: its purpose, without what tells it from others like it."""
        return self.purpose.partition(":")[0]

    @property
    def is_link(self) -> bool:
        return self.topic in LINKS

    @property
    def is_to_somebody_else(self) -> bool:
        """What becomes of it says nothing of the requester, or of their mailbox."""
        return self.topic == LINK_ELSEWHERE

    @property
    def has_bounced(self) -> bool:
        """A mail system has given it back, or refused it for good: not only given up by us."""
        return self.delivery == Delivery.FAILED and bool(self.bounce_status)

    @property
    def is_on_its_way(self) -> bool:
        """There is mail to send; what is suppressed only stands on the status page."""
        return self.delivery in {Delivery.QUEUED, Delivery.SENDING}

    @property
    def next_try_at(self) -> datetime | None:
        """When it is tried again after a try that failed; None while it only waits for the mail server."""
        is_later = self.deliver_after_at and self.deliver_after_at > shared_clock.now()
        return self.deliver_after_at if is_later else None
