"""The open work as a table with bars: a row for each category, a column for each class of age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.queue_rows import label_of
from tickets.backlog import CLASSES
from tickets.filters import UNCATEGORISED
from tickets.models import OpenWork
from tickets.models.figures import ALL

AGE_WORDS: tuple[str | Promise, ...] = (
    gettext_lazy("under 1 hour"),
    gettext_lazy("1–4 hours"),
    gettext_lazy("4–24 hours"),
    gettext_lazy("1–3 days"),
    gettext_lazy("3–7 days"),
    gettext_lazy("over 7 days"),
)


@dataclass(frozen=True)
class Part:
    """One class of age in a bar; place and width in percent of the longest bar."""

    age: int
    title: str
    x: str
    width: str


@dataclass(frozen=True)
class OpenRow:
    slug: str  # as the queue's filter knows it
    label: str
    total: int
    ages: list[int]
    parts: list[Part]
    pending: int
    held: int


@dataclass(frozen=True)
class OpenTable:
    rows: list[OpenRow]
    ages: list[int]  # of all rows together

    @property
    def total(self) -> int:
        return sum(self.ages)

    @property
    def pending(self) -> int:
        return sum(row.pending for row in self.rows)

    @property
    def held(self) -> int:
        return sum(row.held for row in self.rows)

    @property
    def classes(self) -> list[tuple[int, str | Promise, int]]:
        return [(age, word, self.ages[age]) for age, word in enumerate(AGE_WORDS)]


def open_table(stock: OpenWork, *, category: str) -> OpenTable:
    """Lay the counts out, most tickets first."""
    by_category: dict[str, Any] = stock.by_category
    if category != ALL:
        by_category = {slug: counts for slug, counts in by_category.items() if slug == category}
    longest = max((sum(counts["open"]) for counts in by_category.values()), default=0)
    rows = [_row(slug, counts, longest=longest) for slug, counts in by_category.items()]
    rows.sort(key=lambda row: (-row.total, row.label))
    return OpenTable(rows, [sum(row.ages[age] for row in rows) for age in range(CLASSES)])


def _row(slug: str, counts: dict[str, Any], *, longest: int) -> OpenRow:
    return OpenRow(
        slug=slug or UNCATEGORISED,
        label=label_of(slug) if slug else _("Without category"),
        total=sum(counts["open"]),
        ages=counts["open"],
        parts=_parts(counts["open"], longest=longest),
        pending=counts["pending"],
        held=counts["self_fix"],
    )


def _parts(ages: Sequence[int], *, longest: int) -> list[Part]:
    parts, before = [], 0
    for age, number in enumerate(ages):
        if number:
            x, width = 100 * before / longest, 100 * number / longest
            parts.append(Part(age, f"{AGE_WORDS[age]}: {number}", f"{x:.2f}", f"{width:.2f}"))
        before += number
    return parts
