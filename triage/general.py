"""The texts of the advice that belong to no single playbook: shipped, and as they are in force."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from triage import reasons
from triage.changes import GENERAL, Edition, edition
from triage.places import Place, Text, complaint, place, refuse_twins
from triage.playbooks import read_text
from triage.report import LANGUAGES

FILE = Path(__file__).with_name("advice.toml")
AGENT_OPENING, AGENT_CLOSING = "agent_opening", "agent_closing"
SECOND_ACCOUNT, NO_SECOND_ACCOUNT = "second_account", "no_second_account"
STANDING, SILENCE, BECAUSE = "standing", "silence", "because"


def general() -> Mapping[str, Text]:
    """Every general text in force by its key: "agent_opening", "standing.NAME", "because.REASON" …"""
    return _in_force(edition())


def openings() -> dict[str, Text]:
    """The first sentence of the advice by reason code; the first code that was given speaks."""
    return _members(BECAUSE)


def standing(*, has_two: bool) -> tuple[Text, ...]:
    """What is said to everybody; of accounts more pointedly to whose reports name two."""
    return tuple({**_members(STANDING), NO_SECOND_ACCOUNT: no_second_account(has_two=has_two)}.values())


def no_second_account(*, has_two: bool) -> Text:
    """The standing advice about accounts."""
    return general()[SECOND_ACCOUNT if has_two else f"{STANDING}.{NO_SECOND_ACCOUNT}"]


def silence(hold_then: str) -> Text:
    """What becomes of a held report without a word; {hold} is to be filled in."""
    return general()[f"{SILENCE}.{hold_then}"]


def _members(group: str) -> dict[str, Text]:
    groups = ((key.partition("."), text) for key, text in general().items())
    return {name: text for (first, _, name), text in groups if first == group}


@lru_cache(maxsize=4)
def _in_force(edition: Edition) -> Mapping[str, Text]:
    changes = edition.of(GENERAL)
    return MappingProxyType({place.key: _with_changes(place, changes) for place in general_places()})


def _with_changes(place: Place, changes: Mapping[str, Any]) -> Text:
    """The text of a place; a change that does not fit it is left out."""
    texts = {language: changes.get(f"{place.key}.{language}") for language in LANGUAGES}
    return {
        language: place.shipped[language] if text is None or complaint(text, place) else text
        for language, text in texts.items()
    }


@cache
def general_places() -> tuple[Place, ...]:
    """Where the general texts stand, in the order a list shows them. Raises KeyError and ValueError."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    refuse_twins(data[STANDING], group=STANDING)
    because = {code: entry["requester"] for code, entry in reasons.texts().items() if "requester" in entry}
    tables = {
        AGENT_OPENING: data[AGENT_OPENING],
        AGENT_CLOSING: data[AGENT_CLOSING],
        **{f"{SILENCE}.{then}": text for then, text in data[SILENCE].items()},
        **{f"{STANDING}.{item['name']}": item for item in data[STANDING]},
        SECOND_ACCOUNT: data[SECOND_ACCOUNT],
        **{f"{BECAUSE}.{code}": text for code, text in because.items()},
    }
    return tuple(
        place(key=key, group=key.partition(".")[0], shipped=read_text(tables, key)) for key in tables
    )
