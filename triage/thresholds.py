"""The numbers of a playbook that may be changed, and within which bounds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from triage.places import Complaint

QUEUE, RESOLVE = "queue", "resolve"

PRIORITY, HOLD_MINUTES, HOLD_THEN = "priority", "hold_minutes", "hold_then"
MIN, ADVICE, HOLD = CONFIDENCES = ("min_confidence", "advice_confidence", "hold_confidence")
SETTINGS = (PRIORITY, HOLD_MINUTES, HOLD_THEN, *CONFIDENCES)
PRIORITIES = range(1, 5)
# The advice may name a time eleven minutes away; and after a week nobody remembers the report.
SHORTEST_HOLD, LONGEST_HOLD = 15, 7 * 24 * 60  # minutes


def settings_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a playbook has of these, as its file says.

    A category that takes no certainty at all is what is left when nothing is certain, and stays that.
    """
    names = SETTINGS if data[MIN] else (PRIORITY,)
    return {name: data[name] for name in names if name in data}


def setting_complaints(data: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Complaint]:
    """What is wrong with the changed settings, by name; `data` is the file as shipped."""
    shipped = settings_of(data)
    given = {**shipped, **{name: changes[name] for name in shipped if name in changes}}
    found = {name: wrong for name, value in given.items() if (wrong := _complaint(name, value))}
    return found or _out_of_order(given)


def _complaint(name: str, value: Any) -> Complaint | None:
    if name == HOLD_THEN:
        return None if value in (QUEUE, RESOLVE) else Complaint("no_choice")
    if name in CONFIDENCES:
        is_share = _is_number(value) and 0 <= value <= 1
        return None if is_share else Complaint("out_of_bounds", {"low": 0, "high": 1})
    low, high = (PRIORITIES[0], PRIORITIES[-1]) if name == PRIORITY else (SHORTEST_HOLD, LONGEST_HOLD)
    is_inside = _is_number(value) and value == int(value) and low <= value <= high
    return None if is_inside else Complaint("out_of_bounds", {"low": low, "high": high})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _out_of_order(given: Mapping[str, Any]) -> dict[str, Complaint]:
    """Naming asks for the least certainty, holding for the most."""
    pairs = ((MIN, ADVICE, "below_naming"), (ADVICE, HOLD, "below_advice"))
    return {
        more: Complaint(code) for less, more, code in pairs if more in given and given[more] < given[less]
    }
