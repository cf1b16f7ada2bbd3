"""The rules of age, in the order in which they are applied: what goes, after how long, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise


@dataclass(frozen=True)
class Rule:
    what: str | Promise
    since: str | Promise  # from when its age is counted, in words
    setting: str  # its variable, or "" for what is fixed
    kept: Callable[[], timedelta]  # timedelta(0) is for ever
    discard: Callable[[datetime], int]  # removes a batch of what is older than that; returns how many

    @property
    def days(self) -> int:
        return self.kept().days

    @property
    def is_on(self) -> bool:
        return bool(self.kept())


RULES: dict[str, Rule] = {}


def rule(
    what: str | Promise, since: str | Promise, setting: str, kept: Callable[[], timedelta]
) -> Callable[[Callable[[datetime], int]], Callable[[datetime], int]]:
    """Register a function under its own name."""

    def register(discard: Callable[[datetime], int]) -> Callable[[datetime], int]:
        RULES[discard.__name__] = Rule(what, since, setting, kept, discard)
        return discard

    return register
