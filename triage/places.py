"""The texts that may be changed: where each stands, what it may name, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from triage.contact import providers
from triage.report import LANGUAGES

LABEL, SUBJECT, OPENINGS, STEPS, CLOSING, AGENT_STEPS = (
    "label", "subject", "openings", "steps", "closing", "agent_steps",
)  # fmt: skip
# Characters. A mail's subject holds 200 with its number before it, and a badge only a few words.
LIMITS = {LABEL: 40, SUBJECT: 120}
LIMIT = 500
# A text that stands for one of these says nothing without it, or something that is not so.
CARRYING = frozenset({"clock", "silence", "hold", "carrier_check", "suggested_domain"})
# Written as they are, into lists and pages: nothing is filled in.
PLAIN = frozenset({LABEL, AGENT_STEPS})

Text = Mapping[str, str]
Slots = frozenset[str]
NONE: Slots = frozenset()


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a change: a code, and the parameters of its sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A text of a playbook, or of none, that may be changed in every language.

    `slots` are those it may name, `needed` those it must. `needs`, `unless` and `when` are the conditions on
    which it is used at all; see playbooks/__init__.py.
    """

    key: str
    group: str
    shipped: Text
    slots: Slots
    needed: Slots
    needs: frozenset[str] = NONE
    unless: str = ""
    when: str = ""

    @property
    def limit(self) -> int:
        return LIMITS.get(self.group, LIMIT)


def slots_of(text: str) -> set[str]:
    """What a text has filled in, by name. Raises ValueError for braces that are no plain slot.

    A width or a conversion is none: "{clock:>999999999}" would fill the memory.
    """
    slots = set()
    for _, slot, form, conversion in Formatter().parse(text):
        if slot is None:
            continue
        if form or conversion or not slot.isidentifier():
            raise ValueError(f"has unknown slots ['{slot}']")
        slots.add(slot)
    return slots


def places_of(data: Mapping[str, Any]) -> tuple[Place, ...]:
    """The places of a playbook, in the order its requester reads them; `data` is its file as shipped."""
    return (
        _place(LABEL, data["label"]),
        _place(SUBJECT, data["subject"]),
        *(_place(OPENINGS, item) for item in data["openings"]),
        *(_place(STEPS, item) for item in data.get("steps", ())),
        _place(CLOSING, data["closing"]),
        *(_place(AGENT_STEPS, item) for item in data["agent_steps"]),
    )


def _place(group: str, item: Mapping[str, Any]) -> Place:
    needs = frozenset(item.get("needs", ()))
    when = item.get("when", "")
    shipped = {language: item[language] for language in LANGUAGES}
    return place(
        key=f"{group}.{item['name']}" if "name" in item else group,
        group=group,
        shipped=shipped,
        more=_known_by(needs | {when}),
        needs=needs,
        unless=item.get("unless", ""),
        when=when,
    )


def place(*, key: str, group: str, shipped: Text, more: Slots = NONE, **conditions: Any) -> Place:
    """A place for a text that may name what it names as shipped, and `more`."""
    if group in PLAIN:
        return Place(key=key, group=group, shipped=shipped, slots=NONE, needed=NONE, **conditions)
    named = NONE.union(*(slots_of(text) for text in shipped.values()))
    return Place(
        key=key, group=group, shipped=shipped, slots=named | more, needed=named & CARRYING, **conditions
    )


def _known_by(conditions: frozenset[str]) -> frozenset[str]:
    """The slots that say something where these conditions hold."""
    told = {
        "elapsed": {"elapsed"},
        "tried": {"tried"},
        "suggested_domain": {"address_suggestion"},
        "carrier_check": {"carrier"},
        "provider": providers().keys(),
    }
    return frozenset(slot for slot, known_by in told.items() if conditions & known_by)


def refuse_twins(items: Sequence[Mapping[str, Any]], *, group: str) -> None:
    """Raises KeyError for a text without a name, ValueError for one whose name is no word or is taken."""
    names = [item["name"] for item in items]
    wrong = {name for name in names if names.count(name) > 1 or not str(name).isidentifier()}
    if wrong:
        raise ValueError(f"{group} need names of their own, one word each, not {sorted(wrong)}")


def complaint(text: object, place: Place) -> Complaint | None:
    """What is wrong with a text for this place, in any language."""
    if not isinstance(text, str) or not text.strip():
        return Complaint("empty")
    if len(text) > place.limit:
        return Complaint("too_long", {"limit": place.limit, "count": len(text)})
    if not text.isprintable():
        return Complaint("unseen")
    if place.group in PLAIN:
        return Complaint("no_slots") if set("{}") & set(text) else None
    try:
        named = slots_of(text)
    except ValueError:
        return Complaint("braces")
    if unknown := named - place.slots:
        return Complaint("unknown_slots", {"slots": tuple(sorted(unknown))})
    if missing := place.needed - named:
        return Complaint("missing_slots", {"slots": tuple(sorted(missing))})
    return None


def changed(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a file with these changes in it; what the file no longer has is left out."""
    copy = deepcopy(dict(data))
    for key, value in changes.items():
        *path, last = key.split(".")
        table = _table(copy, path)
        if table is not None and last in table:
            table[last] = value
    return copy


def _table(data: Any, path: list[str]) -> dict[str, Any] | None:
    for name in path:
        data = next(_named(data, name), None) if isinstance(data, list) else data.get(name)
        if not isinstance(data, (dict, list)):
            return None
    return data if isinstance(data, dict) else None


def _named(items: list[dict[str, Any]], name: str) -> Iterator[dict[str, Any]]:
    return (item for item in items if item["name"] == name)
