"""Proofs of identity go by age: some days after the decision, or after they came when nobody has decided.

Unlike all other rules, what a requester was told holds even where the setting was made longer since.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets import lifecycle
from tickets.actors import SYSTEM
from tickets.models import IdentityFile, IdentityRequest, Ticket
from tickets.models.event import EventKind
from tickets.privacy import deletion
from tickets.privacy.rules import rule

BATCH = 100  # requests, with two files each


@rule(
    _("Proof of identity that was decided about"),
    _("after the decision"),
    "IDENTITY_KEPT_DAYS",
    lambda: settings.IDENTITY_KEPT,
)
def identity_decided(before: datetime) -> int:
    decided = IdentityRequest.objects.kept().filter(decided_at__isnull=False)
    return _discard(decided.filter(Q(decided_at__lt=before) | Q(delete_after_at__lt=timezone.now())))


@rule(
    _("Proof of identity that nobody decided about"),
    _("after it came"),
    "IDENTITY_UNDECIDED_DAYS",
    lambda: settings.IDENTITY_UNDECIDED_KEPT,
)
def identity_open(before: datetime) -> int:
    undecided = IdentityRequest.objects.to_decide()
    return _discard(undecided.filter(Q(used_at__lt=before) | Q(delete_after_at__lt=timezone.now())))


def _discard(due: QuerySet[IdentityRequest]) -> int:
    """Remove the pictures of a batch of requests; what was asked and decided stays with the ticket."""
    pks = list(due.order_by("delete_after_at").values_list("pk", flat=True)[:BATCH])
    if not pks:
        return 0
    with transaction.atomic():
        # The tickets first, lowest id first, as everybody who locks several.
        mine = IdentityRequest.objects.filter(pk__in=pks)
        tickets = Ticket.objects.select_for_update().filter(identity_requests__in=pks).order_by("pk")
        locked = {ticket.pk: ticket for ticket in tickets.defer("description", "screen_text")}
        # Looked at again under the lock: a lead may just have decided.
        still = list(due.filter(pk__in=pks).values_list("pk", "ticket"))
        gone = IdentityFile.objects.filter(request__in=[pk for pk, _ticket in still])
        deletion.discard_proofs(gone)
        gone.delete()
        mine.filter(pk__in=[pk for pk, _ticket in still]).update(
            delete_after_at=None, discarded_at=timezone.now()
        )
        for ticket, count in Counter(ticket for _pk, ticket in still).items():
            lifecycle.record(locked[ticket], EventKind.IDENTITY_DISCARDED, by=SYSTEM, count=count)
    return len(still)
