"""Merge: one ticket was put into another one; what is needed to take it out again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Merge(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="merges")
    # Where it was put. When that ticket is merged in turn, Ticket.merged_into of both leads to the last one.
    into = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Columns as they were and as they were made, see tickets/state_columns.py.
    ticket_was = models.JSONField()
    into_was = models.JSONField()
    into_made = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("merge of two tickets")
        verbose_name_plural = _("merges of tickets")
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ticket", name="merge_one_at_a_time", condition=Q(undone_at__isnull=True)
            ),
            models.CheckConstraint(name="merge_is_of_two", condition=~Q(ticket=F("into"))),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} into {self.into_id}"
