"""BulkJob: one change to many tickets, worked in the background; BulkItem: what became of each of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.claims import Claimable, ClaimableQuerySet


class BulkKind(models.TextChoices):
    ASSIGN = "assign", _("Assign")
    CATEGORISE = "categorise", _("Change the category")
    REPLY = "reply", _("Send a canned reply")
    RESOLVE = "resolve", _("Resolve without a reply")
    NO_SPAM = "no_spam", _("Not spam: let it go on")
    SPAM = "spam", _("Mark as spam")


class BulkState(models.TextChoices):
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class ItemState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Changed")
    SAME = "same", _("Was so already")
    REFUSED = "refused", _("Not changed")
    UNDONE = "undone", _("Undone")
    KEPT = "kept", _("Left as it is")


class BulkJobQuerySet(ClaimableQuerySet):
    def waiting(self) -> BulkJobQuerySet:
        return self.filter(state__in=[BulkState.RUNNING, BulkState.UNDOING])


class BulkJob(Claimable):
    kind = models.CharField(max_length=10, choices=BulkKind)
    choice = models.CharField(max_length=60, blank=True)  # an agent's id, a category, a macro's id
    # A whole list instead of chosen tickets: its tab and filters. Gathered in the order of ids, from
    # `gathered_pk` on, as far as `last_pk`: who reports after the start is not meant.
    query = models.JSONField(null=True, blank=True)
    gathered_pk = models.PositiveBigIntegerField(default=0)
    last_pk = models.PositiveBigIntegerField(null=True, blank=True)  # None: all items are there
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.RUNNING)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BulkJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="bulk_ended_iff_not_at_work",
                condition=Q(state__in=["running", "undoing"], ended_at__isnull=True)
                | ~Q(state__in=["running", "undoing"]) & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="bulk_gathers_by_query", condition=Q(last_pk__isnull=True) | Q(query__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease_until"],
                name="bulk_at_work_idx",
                condition=Q(state__in=["running", "undoing"]),
            ),
            models.Index(fields=["started_by", "-id"], name="bulk_person_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_at_work(self) -> bool:
        return self.state in {BulkState.RUNNING, BulkState.UNDOING}


class BulkItem(models.Model):
    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="items")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.WAITING)
    because = models.CharField(max_length=20, blank=True)  # a code, for what was not changed
    # For undoing: the columns as they were, and the event of the change. As long as no later event
    # of its kind follows, nobody has decided otherwise since.
    before = models.JSONField(null=True, blank=True)
    event_pk = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("ticket of a bulk change")
        verbose_name_plural = _("tickets of a bulk change")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["job", "ticket"], name="bulk_ticket_once"),
            models.CheckConstraint(
                name="bulk_done_can_be_undone",
                condition=~Q(state="done") | Q(before__isnull=False, event_pk__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["job", "state", "id"], name="bulk_item_idx")]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"
