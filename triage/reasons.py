"""Reasons of a decision: a code with parameters, and its text for the agent."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from triage.playbooks import playbooks
from triage.wording import duration, known_language, tried_words


@dataclass(frozen=True)
class Reason:
    """One ground of a decision. `params` is JSON-able; `describe` turns both into text."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


@cache
def texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))


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
    if params.get("category") in playbooks():
        slots["category"] = playbooks()[params["category"]].label(language)
    return slots
