"""A draft of changes, looked at before anybody is told what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.changes import GENERAL, Changes, edition, trying
from triage.fit import places_by_key, text_complaints, usable
from triage.general import general_places
from triage.places import LABEL, STEPS, Complaint, Place, places_of
from triage.playbooks import playbooks, shipped, shipped_data
from triage.report import LANGUAGES
from triage.thresholds import setting_complaints, settings_of


class UnknownSlug(Exception):
    """Neither a category nor GENERAL."""


def slugs() -> tuple[str, ...]:
    """What can be changed: every category, and the texts of none."""
    return (*shipped(), GENERAL)


def places_for(slug: str) -> tuple[Place, ...]:
    """Raises UnknownSlug."""
    if slug == GENERAL:
        return general_places()
    return places_of(_data(slug))


def settings_for(slug: str) -> dict[str, Any]:
    """The shipped settings that may be changed, by name. Raises UnknownSlug."""
    return {} if slug == GENERAL else settings_of(_data(slug))


def shipped_values(slug: str) -> dict[str, Any]:
    """Everything that may be changed, by the key of its change, as shipped."""
    texts = {
        key: place.shipped[language] for key, (place, language) in places_by_key(places_for(slug)).items()
    }
    return {**texts, **settings_for(slug)}


def unused(slug: str, changes: Mapping[str, Any]) -> set[str]:
    """The keys of stored changes that are left out, because this release has moved on from them."""
    if slug == GENERAL:
        known = places_by_key(general_places()).keys()
        return {key for key in changes if key not in known} | text_complaints(
            general_places(), changes
        ).keys()
    return changes.keys() - usable(_data(slug), changes).keys()


def with_draft(slug: str, changes: Mapping[str, Any]) -> Changes:
    """All changes in force, and for one slug those of the draft instead."""
    return {**edition().changes, slug: changes}


def complaints(slug: str, changes: Mapping[str, Any]) -> dict[str, Complaint]:
    """What is wrong with a draft, by key; empty when it may be used. Raises UnknownSlug."""
    found = text_complaints(places_for(slug), changes)
    unknown = changes.keys() - shipped_values(slug).keys()
    found |= {key: Complaint("unknown") for key in unknown}
    if slug == GENERAL:
        return found
    found |= setting_complaints(_data(slug), changes)
    return found or _said_twice(slug, changes)


def _said_twice(slug: str, changes: Mapping[str, Any]) -> dict[str, Complaint]:
    """A name that another category has, and a step that the same requester would read twice."""
    with trying(with_draft(slug, changes)):
        books = playbooks()
    found = {}
    for language in LANGUAGES:
        others = {_plain(book.label(language)): book for book in books.values() if book.slug != slug}
        twin = others.get(_plain(books[slug].label(language)))
        if twin and f"{LABEL}.{language}" in changes:
            found[f"{LABEL}.{language}"] = Complaint("label_taken", {"slug": twin.slug})
        steps = [_plain(step.text[language]) for step in books[slug].steps]
        found |= {
            key: Complaint("step_twice")
            for key, text in changes.items()
            if key.startswith(f"{STEPS}.") and key.endswith(f".{language}") and steps.count(_plain(text)) > 1
        }
    return found


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _data(slug: str) -> dict[str, Any]:
    if slug not in shipped():
        raise UnknownSlug(slug)
    return shipped_data(slug)
