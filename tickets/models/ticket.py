"""Ticket: one report of one registration issue."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets import shared_clock
from tickets.models.claims import Claimable, ClaimableQuerySet
from tickets.models.event import EventKind
from tickets.models.ticket_choices import (
    NO_REPORT,
    Channel,
    HoldThen,
    Priority,
    Resolution,
    SignupPrecision,
    Status,
    Zone,
)
from tickets.models.ticket_indexes import INDEXES
from triage.report import DEVICE, RESENT, SPAM, WAITED

# Crockford's base32: no I, L, O or U, so that a number read aloud is written down right.
REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SCREEN_BREAK = "\f"


def new_reference() -> str:
    """Return a random reference such as KS-7F3K-92QX; 40 bits, so it cannot be counted up."""
    letters = [secrets.choice(REFERENCE_ALPHABET) for _ in range(8)]
    return f"KS-{''.join(letters[:4])}-{''.join(letters[4:])}"


class TicketQuerySet(ClaimableQuerySet):
    def waiting(self) -> TicketQuerySet:
        """Not triaged yet, and not kept back for what its screenshots say."""
        return self.filter(
            Q(triage_after_at=None) | Q(triage_after_at__lte=shared_clock.now()), status=Status.NEW
        )

    def held(self) -> TicketQuerySet:
        return self.filter(status=Status.SELF_FIX)

    def shown_with(self, ticket: Ticket) -> TicketQuerySet:
        """The ticket and what was merged into it: one conversation."""
        return self.filter(Q(pk=ticket.pk) | Q(merged_into=ticket.pk))

    def of_person(self, key: str | OuterRef) -> TicketQuerySet:
        return self.filter(requester_key=key).exclude(requester_key="").exclude(status__in=NO_REPORT)


class Ticket(Claimable):
    reference = models.CharField(_("ticket number"), max_length=12, unique=True, default=new_reference)
    # Chosen by the client, so that a retry of the same submission finds its ticket again.
    submission_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.FORM)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="id")

    registered_email = models.EmailField(_("registered e-mail"), blank=True)
    registered_phone = models.CharField(_("registered phone"), max_length=16, blank=True)  # E.164
    reply_email = models.EmailField(_("reply address"), blank=True)
    # One spelling per person (Gmail dots and plus removed): see tickets/people.py.
    requester_key = models.CharField(max_length=254, blank=True, editable=False)

    signup_precision = models.CharField(
        max_length=8, choices=SignupPrecision, default=SignupPrecision.UNKNOWN
    )
    signed_up_at = models.DateTimeField(_("signed up"), null=True, blank=True)
    # What was written where it cannot be, "2030-01-01T10:00" on the clock of `zone`; see forms/signup.py.
    signup_claim = models.CharField(max_length=16, blank=True, default="", editable=False)
    zone = models.CharField(_("time zone"), max_length=16, choices=Zone, default=Zone.WIB)
    tried_waiting = models.BooleanField(_("waited 10 minutes"), default=False)
    tried_spam = models.BooleanField(_("looked in spam"), default=False)
    tried_resend = models.BooleanField(_("asked for a resend"), default=False)
    tried_device = models.BooleanField(_("tried another device"), default=False)
    device = models.CharField(_("device"), max_length=120, blank=True)
    user_agent = models.CharField(max_length=400, blank=True)
    ip_address = models.GenericIPAddressField(null=True, blank=True)
    # The /24 or /64 around it, for a cap on what one network causes; goes with the address.
    network = models.CharField(max_length=43, blank=True, default="", editable=False)
    description = models.TextField(_("description"))
    # The category whose words the requester picked on the form: what they think it is, and only a hint.
    situation = models.CharField(_("picked on the form"), max_length=40, blank=True, default="")
    # The text of all readings, a form feed between two: for triage and the search (migration 0004).
    screen_text = models.TextField(blank=True, default="", editable=False)

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    category = models.CharField(_("category"), max_length=40, blank=True)
    confidence = models.FloatField(_("confidence"), null=True, blank=True)  # 0..1; None once a human chose
    # Triage named no category, and no human has since: what the assessment says, where a filter finds it.
    is_unsure = models.BooleanField(default=False, editable=False)
    second_category = models.CharField(max_length=40, blank=True)
    second_confidence = models.FloatField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("agent"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
        db_index=False,  # ticket_assignee_idx begins with it
    )
    # The signs of spam for which it was suspended, by their names in tickets/spam_signs.py; they stay.
    suspended_because = models.CharField(max_length=60, blank=True, default="", editable=False)
    # Set while triage waits for the screenshots to be read.
    triage_after_at = models.DateTimeField(null=True, blank=True, editable=False)
    attention = models.CharField(_("needs attention"), max_length=40, blank=True)  # a code, see lifecycle.py

    # Its indexes are below: alone it would be read by nothing.
    incident = models.ForeignKey(
        "tickets.Incident",
        verbose_name=_("incident"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="tickets",
        db_index=False,
    )

    suspended_at = models.DateTimeField(null=True, blank=True)
    hold_until = models.DateTimeField(null=True, blank=True)
    hold_then = models.CharField(max_length=8, choices=HoldThen, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)  # last entry into the agent queue
    # Opening time that what is promised had used up before that; see tickets/sla.py.
    clock_used = models.DurationField(default=timedelta, editable=False)
    pending_since_at = models.DateTimeField(null=True, blank=True)
    # What is promised, counted in opening hours: the first human answer, the resolution, and the next of
    # the two that is still owed (None while the clock stands still). The first two stay when they are met.
    response_due_at = models.DateTimeField(null=True, blank=True)
    resolution_due_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    breached = models.CharField(
        max_length=10, blank=True, editable=False
    )  # last Owed that was told of as late
    first_auto_reply_at = models.DateTimeField(null=True, blank=True)
    first_agent_reply_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=10, choices=Resolution, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by"
    )
    # An earlier ticket of the same person, found when this one came in; see tickets/linking.py.
    earlier = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="merged_from"
    )
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        permissions = [
            ("assign_ticket", _("Can work on everybody's tickets and assign them to anyone")),
            ("export_ticket", _("Can export tickets and figures")),
        ]
        constraints = [
            models.CheckConstraint(
                name="ticket_has_contact",
                condition=~Q(registered_email="", registered_phone="", reply_email=""),
            ),
            models.CheckConstraint(
                name="ticket_signup_time_matches_precision",
                condition=Q(signup_precision__in=["minute", "day"], signed_up_at__isnull=False)
                | Q(signup_precision__in=["not_yet", "unknown"], signed_up_at__isnull=True),
            ),
            models.CheckConstraint(
                name="ticket_signup_claim_is_not_known",
                condition=Q(signup_claim="") | Q(signup_precision="unknown"),
            ),
            models.CheckConstraint(
                name="ticket_network_goes_with_address",
                condition=Q(ip_address__isnull=False) | Q(network=""),
            ),
            models.CheckConstraint(
                name="ticket_suspended_iff_since",
                condition=Q(status="suspended", suspended_at__isnull=False) & ~Q(suspended_because="")
                | ~Q(status="suspended") & Q(suspended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="ticket_held_iff_hold_until",
                condition=Q(status="self_fix", hold_until__isnull=False) & ~Q(hold_then="")
                | ~Q(status="self_fix") & Q(hold_until__isnull=True, hold_then=""),
            ),
            models.CheckConstraint(
                # The queue pages by due_at: an open ticket without it would be on no page but the first.
                name="ticket_open_iff_due",
                condition=Q(status="open", queued_at__isnull=False, due_at__isnull=False)
                | ~Q(status="open") & Q(due_at__isnull=True),
            ),
            models.CheckConstraint(
                name="ticket_pending_iff_since",
                condition=Q(status="pending", pending_since_at__isnull=False)
                | ~Q(status="pending") & Q(pending_since_at__isnull=True),
            ),
            models.CheckConstraint(
                name="ticket_resolved_iff_resolution",
                condition=Q(status__in=["resolved", "closed"], resolved_at__isnull=False) & ~Q(resolution="")
                | ~Q(status__in=["resolved", "closed"]) & Q(resolved_at__isnull=True, resolution=""),
            ),
            models.CheckConstraint(
                name="ticket_closed_iff_closed_at",
                condition=Q(status="closed", closed_at__isnull=False)
                | ~Q(status="closed") & Q(closed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="ticket_merged_iff_into",
                condition=Q(status="merged", merged_into__isnull=False)
                | ~Q(status="merged") & Q(merged_into__isnull=True),
            ),
            models.CheckConstraint(
                name="ticket_unsure_has_no_category",
                condition=Q(is_unsure=False) | Q(category="other", confidence__isnull=False),
            ),
            models.CheckConstraint(
                name="ticket_confidence_is_probability",
                condition=Q(confidence__isnull=True) | Q(confidence__range=(0, 1)),
            ),
        ]
        indexes = INDEXES

    def __str__(self) -> str:
        return self.reference

    @property
    def contact(self) -> str:
        return self.registered_email or self.registered_phone

    @property
    def mail_address(self) -> str:
        """Where mail to the requester goes: the reachable address before the registered one."""
        return self.reply_email or self.registered_email

    @property
    def tried(self) -> frozenset[str]:
        boxes = {
            WAITED: self.tried_waiting,
            SPAM: self.tried_spam,
            RESENT: self.tried_resend,
            DEVICE: self.tried_device,
        }
        return frozenset(key for key, ticked in boxes.items() if ticked)

    @property
    def screens(self) -> tuple[str, ...]:
        """What was read off the screenshots, one text each."""
        return tuple(self.screen_text.split(SCREEN_BREAK)) if self.screen_text else ()

    @property
    def platform_error(self) -> str:
        """What the platform said had failed when it sent the requester here; a query."""
        submitted = self.events.filter(kind=EventKind.SUBMITTED).values_list("data", flat=True).first()
        return (submitted or {}).get("platform_error", "")

    @property
    def is_finished(self) -> bool:
        """Nothing is done about it: any more, or until it is known to be a report at all."""
        return self.status in {Status.RESOLVED, Status.CLOSED, Status.MERGED, *NO_REPORT}
