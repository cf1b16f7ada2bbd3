"""Reasons of a decision: a code with parameters, and its text for the agent."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from triage.playbooks import playbooks, read_text
from triage.report import LANGUAGES
from triage.wording import duration, known_language, tried_words


@dataclass(frozen=True)
class Reason:
    """One ground of a decision. `params` is JSON-able; `describe` turns both into text."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@cache
def texts() -> dict[str, dict[str, Any]]:
    """Every reason by code: the agent's text by language, and under "requester" theirs where they get one."""
    return tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))


def incomplete_texts(codes: Iterable[str]) -> Iterator[str]:
    """Reasons without a text in every language, among these codes and those that have any."""
    for code in sorted({*codes, *texts()}):
        entry = texts().get(code, {})
        missing = [language for language in LANGUAGES if not entry.get(language, "").strip()]
        if missing:
            yield f"{code} has no text in {', '.join(missing)}"
        try:
            if "requester" in entry:
                read_text(entry, "requester")
        except (KeyError, TypeError, ValueError) as error:
            yield f"{code}: {error.args[0]}"


def describe(reason_code: str, params: Mapping[str, Any], *, language: str) -> str:
    """The text for the agent, e.g. "20 menit sejak mendaftar". An unknown code is shown as it is.

    Stored reasons outlive a release: a code that was dropped, or a parameter that is missing, must not
    break a page.
    """
    language = known_language(language)
    text = texts().get(reason_code, {}).get(language)
    if text is None:
        return reason_code
    try:
        return text.format_map(_slots(params, language=language))
    except (KeyError, TypeError, ValueError):
        return reason_code


def _slots(params: Mapping[str, Any], *, language: str) -> dict[str, Any]:
    slots = dict(params)
    if "minutes" in params:
        slots["duration"] = duration(
            params["minutes"], at_least=params.get("at_least", False), language=language
        )
    if "what" in params:
        slots["what"] = tried_words([params["what"]], language=language)
    for name in {"category", "second"} & slots.keys():
        if slots[name] in playbooks():
            slots[name] = playbooks()[slots[name]].label(language)
    return slots
