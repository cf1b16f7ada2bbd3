"""Everything under one kind of seal, sealed anew, a few rows at a time; shared by the commands that do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


class Outcome(Enum):
    DONE = "sealed anew"
    CURRENT = "under the first key already"
    UNREADABLE = "could not be read"
    MISSING = "missing"


def reseal_all(
    rows: Callable[[], QuerySet[Row]],
    reseal: Callable[[Row], Outcome],
    *,
    keep: Callable[[Sequence[Row]], object] = lambda done: None,
    batch: int,
) -> Counter[Outcome]:
    """Seal the rows anew, so many in a transaction, each locked meanwhile; return what came of them.

    `keep` writes those that were. What is killed has lost nothing, and is begun anew.
    """
    last, counts = 0, Counter[Outcome]()
    while True:
        with transaction.atomic():
            some = list(rows().select_for_update().filter(pk__gt=last).order_by("pk")[:batch])
            outcomes = [(row, reseal(row)) for row in some]
            keep([row for row, outcome in outcomes if outcome is Outcome.DONE])
        if not some:
            return counts
        last = some[-1].pk
        counts.update(outcome for _row, outcome in outcomes)
