"""Texts and thresholds as the desk has them: who changes them, and how triage hears of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import Error, transaction
from django.utils import timezone

from tickets.models import PlaybookOverride
from triage import changes, draft
from triage.places import Complaint

# A change is in force everywhere after this and the time of one page or task.
LOOK_EVERY = timedelta(seconds=3)


class Stale(Exception):
    """Somebody has changed the same category since."""

    def __init__(self, current: PlaybookOverride):
        super().__init__(current.category)
        self.current = current


class Refused(Exception):
    """The changes would break something; `complaints` says what, by key."""

    def __init__(self, complaints: Mapping[str, Complaint]):
        super().__init__(", ".join(sorted(complaints)))
        self.complaints = complaints


class NoSuchVersion(Exception):
    """The history has no version of this number."""


class Desk:
    """The source of changes for triage: the rows of PlaybookOverride."""

    def version(self) -> Hashable:
        return self._read(lambda rows: tuple(rows.values_list("category", "version")))

    def changes(self) -> changes.Changes:
        held = self._read(lambda rows: list(rows.values_list("category", "changes")))
        return {category: each for category, each in held if isinstance(each, dict)}

    def _read(self, read: Callable[[Any], Any]) -> Any:
        try:
            return read(PlaybookOverride.objects.order_by("category"))
        except (Error, ValueError) as error:
            # No tables yet, no connection, no JSON: triage goes on with what it has.
            raise changes.SourceSilent from error


def keep_current(**kwargs: object) -> None:
    """Hear of changes before a request or a task: outside of its transactions, and not each time."""
    changes.refresh(max_age=LOOK_EVERY)


def current(category: str) -> PlaybookOverride:
    """The row of a category, or one not stored yet. Raises draft.UnknownSlug."""
    if category not in draft.slugs():
        raise draft.UnknownSlug(category)
    rows = PlaybookOverride.objects.select_related("changed_by")
    return rows.filter(pk=category).first() or PlaybookOverride(category=category)


def change(category: str, wanted: Mapping[str, Any], *, version: int, by: User) -> PlaybookOverride:
    """Have exactly these changes for a category; what is as shipped is no change.

    `version` is the one they were made from. Raises Stale when there is a later one, and Refused.
    """
    return _write(category, lambda row: wanted, version=version, by=by)


def return_to_shipped(
    category: str, *, keys: Iterable[str] | None = None, version: int, by: User
) -> PlaybookOverride:
    """Take these changes back, or all of them for None. Raises Stale, and Refused for what is left.

    What this release has no place for goes along: it is not in force anyway.
    """
    gone = None if keys is None else frozenset(keys)

    def rest(row: PlaybookOverride) -> dict[str, Any]:
        left = {} if gone is None else usable_part(category, row.changes)
        return {key: value for key, value in left.items() if gone is not None and key not in gone}

    return _write(category, rest, version=version, by=by)


def return_to_version(category: str, *, number: int, version: int, by: User) -> PlaybookOverride:
    """Have the changes of an earlier version again, as far as this release still has their places.

    Raises NoSuchVersion, Stale and Refused.
    """
    then = usable_part(category, changes_at(category, number))
    return _write(category, lambda row: then, version=version, by=by)


def changes_at(category: str, number: int) -> dict[str, Any]:
    """What was changed in one version of a category; 0 is the shipped one. Raises NoSuchVersion."""
    if number == 0:
        return {}
    kept = PlaybookOverride.history.filter(category=category, version=number).first()
    if kept is None:
        raise NoSuchVersion(number)
    return dict(kept.changes)


def usable_part(category: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the changes whose places this release has, and which differ from what is shipped there."""
    shipped = draft.shipped_values(category)
    return {key: value for key, value in wanted.items() if key in shipped and value != shipped[key]}


def _write(
    category: str,
    wanted_of: Callable[[PlaybookOverride], Mapping[str, Any]],
    *,
    version: int,
    by: User,
) -> PlaybookOverride:
    shipped = draft.shipped_values(category)
    with transaction.atomic():
        rows = _lock(category)
        row = rows[category]
        if row.version != version:
            raise Stale(row)
        wanted = wanted_of(row)
        # Beside what is stored, which this process may not have heard of yet.
        with changes.trying({each.category: each.changes for each in rows.values()}):
            wrong = draft.complaints(category, wanted)
        if wrong:
            raise Refused(wrong)
        kept = usable_part(category, wanted)
        replaced = {key: shipped[key] for key in kept}
        if (kept, replaced) != (row.changes, row.replaced):
            _store(row, kept, replaced, by=by)
    return row


def _store(row: PlaybookOverride, kept: dict[str, Any], replaced: dict[str, Any], *, by: User) -> None:
    row.changes, row.replaced = kept, replaced
    row.version += 1
    row.changed_at, row.changed_by = timezone.now(), by
    row._history_user = by
    row.save()
    transaction.on_commit(changes.refresh, robust=True)


def _lock(category: str) -> dict[str, PlaybookOverride]:
    """Every row, that of the category among them: whether a name is taken depends on the others."""
    PlaybookOverride.objects.bulk_create([PlaybookOverride(category=category)], ignore_conflicts=True)
    rows = PlaybookOverride.objects.select_for_update().order_by("category")
    return {row.category: row for row in rows}
