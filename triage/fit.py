"""Which changes fit a playbook's file, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from triage.places import Complaint, Place, complaint, places_of
from triage.report import LANGUAGES
from triage.thresholds import setting_complaints, settings_of


def places_by_key(places: tuple[Place, ...]) -> dict[str, tuple[Place, str]]:
    """The place and the language of every text, by the key of its change: "subject.id"."""
    return {f"{place.key}.{language}": (place, language) for place in places for language in LANGUAGES}


def text_complaints(places: tuple[Place, ...], changes: Mapping[str, Any]) -> dict[str, Complaint]:
    """What is wrong with changed texts, by key."""
    known = places_by_key(places)
    given = ((key, complaint(text, known[key][0])) for key, text in changes.items() if key in known)
    return {key: wrong for key, wrong in given if wrong}


def usable(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that fit the file as shipped; its settings are used all together or not at all."""
    places = places_of(data)
    wrong = text_complaints(places, changes)
    texts = {key: changes[key] for key in places_by_key(places) if key in changes and key not in wrong}
    settings = {name: changes[name] for name in settings_of(data) if name in changes}
    return texts if setting_complaints(data, settings) else texts | settings
