"""Counts people whose problem was solved by the advice beside the form: a success without a ticket."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from tickets.models import SolvedDay, SolvedForm

# A form can be sent for seven days (web/form_token.py); for so long it must be known again.
KNOWN_FOR = timedelta(days=8)


def count(key: uuid.UUID, *, category: str, language: str) -> None:
    """Count one opened form, `key`, as solved by the advice on `category`; once, however often it is told."""
    with transaction.atomic():
        if not SolvedForm.objects.get_or_create(key=key)[1]:
            return
        day, _is_new = SolvedDay.objects.get_or_create(
            day=timezone.localdate(), category=category, language=language
        )
        SolvedDay.objects.filter(pk=day.pk).update(number=F("number") + 1)


def since(first: date, *, category: str = "") -> Sequence[tuple[str, int]]:
    """How many were solved from that day on, by category, the most first; of one category only, if named."""
    days = SolvedDay.objects.filter(day__gte=first)
    if category:
        days = days.filter(category=category)
    sums = days.order_by().values_list("category").annotate(sum=Sum("number"))
    return sorted(sums, key=lambda each: (-each[1], each[0]))


def discard_old() -> None:
    SolvedForm.objects.filter(counted_at__lt=timezone.now() - KNOWN_FOR).delete()
