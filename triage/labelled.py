"""Labelled reports in JSON lines, for measuring."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from triage.playbooks import playbooks

COMPLAINTS_SHOWN = 20


class BadLines(Exception):
    """Lines that are no labelled reports; the message names each of the first ones."""

    def __init__(self, complaints: list[str]):
        more = len(complaints) - COMPLAINTS_SHOWN
        shown = [*complaints[:COMPLAINTS_SHOWN], *([f"and {more} more"] if more > 0 else [])]
        super().__init__("\n".join(shown))


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One line: its id, text, true label, and a second label a careful reader would accept ("" for none)."""

    id: str | int
    text: str
    label: str
    alt_label: str


def read_lines(lines: Iterable[str]) -> list[Labelled]:
    """Labelled reports from JSON lines; blank lines are skipped, other keys ignored. Raises BadLines."""
    found: list[Labelled] = []
    complaints: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(_labelled(number, line))
            except ValueError as error:
                complaints.append(f"line {number} {error}")
    if complaints:
        raise BadLines(complaints)
    if not found:
        raise BadLines(["the file has no lines"])
    return found


def _labelled(number: int, line: str) -> Labelled:
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}") from error
    if not isinstance(data, dict) or "text" not in data or "label" not in data:
        raise ValueError("needs an object with id, text and label")
    text, label, alt_label = data["text"], data["label"], data.get("alt_label") or ""
    if not isinstance(text, str) or not isinstance(label, str) or not isinstance(alt_label, str) or not label:
        raise ValueError("is wrong: text and label must be strings")
    for name in (label, alt_label):
        if name and name not in playbooks():
            raise ValueError(f"has an unknown label {name!r}")
    return Labelled(id=data.get("id", number), text=text, label=label, alt_label=alt_label)
