"""Rows that a worker claims: the row is the queue, the broker is only a bell (docs/adr/0001)."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tickets import shared_clock


class ClaimableQuerySet(models.QuerySet):
    """Named filters of a model that inherits Claimable."""

    def waiting(self) -> Self:
        """The rows with work left; every row, unless the model narrows it."""
        return self.all()

    def due(self) -> Self:
        """Waiting rows that nobody holds a running lease on."""
        now = shared_clock.now()
        return self.waiting().filter(Q(lease_until=None) | Q(lease_until__lt=now))

    def claim(self, pk: int, **changes: Any) -> Any | None:
        """Take the row for settings.LEASE, or return None when it is not there to be taken.

        One conditional UPDATE, so that of any number of workers exactly one wins on both
        engines. The attempt is counted here, before the risky step: work that kills its
        worker must not be tried for ever.
        """
        lease_until = shared_clock.now() + settings.LEASE
        won = self.due().filter(pk=pk).update(lease_until=lease_until, attempts=F("attempts") + 1, **changes)
        return self.get(pk=pk) if won else None


class Claimable(models.Model):
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def is_worn_out(self) -> bool:
        """True when this attempt is past the last one allowed."""
        return self.attempts > settings.MAX_ATTEMPTS
