"""The rules of rules.toml: conditions over facts, read strictly and applied in their order.

A condition is the set of values it allows, so the same sets that decide a report also show the system check
which rule can never speak.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from triage.contact import EMAIL, SMS
from triage.playbooks import playbooks
from triage.report import TRIED

RULES = Path(__file__).with_name("rules.toml")
# Minutes above this are all alike to a rule.
LAST_MINUTE = 60
UNKNOWN = "unknown"
BLOCKING = "blocking"

# What the report says, the same for every table.
REPORT_FLAGS = frozenset(
    {
        "fix_failed",
        "with_agent",
        "came_back",
        "wants_human",
        "restricted",
        "found_in_spam",
        "spam_unread",
        "data_right",
        "code_refused",
        "code_absent",
        "code_late",
        "address_in_doubt",
        "address_unknown",
        "mailbox_full",
    }
)
# What earlier tables found, by the table that may ask for it.
FOUND_FLAGS = {
    "person": frozenset[str](),
    "words": frozenset[str](),
    "code": frozenset({"sure", "for_agent"}),
    "hold": frozenset({"sure", "exhausted", "contradicted", "second_for_agent"}),
}
# In these the first rule that holds decides; in the others every rule that holds objects.
DECIDING = ("words", "code")
# And here one must hold for every report.
TOTAL = ("code",)

Point = object
Facts = Mapping[str, Point]
Box = Mapping[str, frozenset[Point]]


class BrokenRules(Exception):
    """Rules that cannot be used; the message says which one and why."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: it holds when every fact is among the values allowed; `limit` is the minute it names."""

    reason: str
    allowed: Box
    category: str = ""
    limit: int | None = None

    def holds(self, facts: Facts) -> bool:
        return all(facts[name] in points for name, points in self.allowed.items())

    @property
    def params(self) -> dict[str, Any]:
        return {} if self.limit is None else {"limit": self.limit}


Rules = Mapping[str, tuple[Rule, ...]]


@cache
def rules() -> Rules:
    """Every table of rules.toml by name. Raises BrokenRules."""
    return read_rules(RULES)


def decision(table: str, facts: Facts) -> Rule | None:
    """The first rule of a table that holds."""
    return next((rule for rule in rules()[table] if rule.holds(facts)), None)


def objections(table: str, facts: Facts) -> list[Rule]:
    return [rule for rule in rules()[table] if rule.holds(facts)]


@cache
def _blocking() -> tuple[str, ...]:
    return tuple(_data(RULES)[BLOCKING])


def is_blocked_by(category: str, other: str) -> bool:
    """Whether the other problem has to be solved first."""
    order = _blocking()
    return other in order and (category not in order or order.index(other) < order.index(category))


def minute(minutes: int | None) -> int | None:
    """Minutes as a rule sees them."""
    return None if minutes is None else min(minutes, LAST_MINUTE)


def read_rules(path: Path) -> Rules:
    data = _data(path)
    return {table: _read_table(table, data[table]) for table in FOUND_FLAGS}


def _data(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenRules(f"{path.name} cannot be read: {error}") from error
    if data.keys() != {BLOCKING, *FOUND_FLAGS}:
        raise BrokenRules(f"{path.name} needs exactly {BLOCKING} and the tables {', '.join(FOUND_FLAGS)}")
    unknown = [slug for slug in data[BLOCKING] if slug not in playbooks()]
    if unknown:
        raise BrokenRules(f"{BLOCKING} names unknown categories {unknown}")
    return data


def _read_table(table: str, items: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    rules = []
    for place, item in enumerate(items, start=1):
        try:
            rules.append(_read_rule(table, item))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            name = item.get("reason", "") if isinstance(item, Mapping) else ""
            raise BrokenRules(f"{table} rule {place} {name}: {error}") from error
    return tuple(rules)


def _read_rule(table: str, item: Mapping[str, Any]) -> Rule:
    surplus = item.keys() - {"reason", "when", "category"}
    if surplus:
        raise ValueError(f"unknown keys {sorted(surplus)}")
    category = item.get("category", "")
    if (category in playbooks()) != (table in DECIDING):
        raise ValueError(f"{'needs a known' if table in DECIDING else 'has no'} category, not {category!r}")
    when = item.get("when", {})
    bounds = when.get("minutes", UNKNOWN)
    return Rule(
        reason=item["reason"],
        allowed=_allowed(when, vocabulary(table)),
        category=category,
        limit=None if bounds == UNKNOWN else bounds.get("from", bounds.get("below")),
    )


def vocabulary(table: str) -> Box:
    """Every fact a table may ask for, with all the values it can have."""
    slugs = frozenset(playbooks())
    box: dict[str, frozenset[Point]] = {
        "minutes": frozenset({None, *range(LAST_MINUTE + 1)}),
        "tried": frozenset(_subsets(sorted(TRIED))),
        "channel": frozenset({"", EMAIL, SMS}),
        **{flag: frozenset({True, False}) for flag in REPORT_FLAGS | FOUND_FLAGS[table]},
    }
    if table in ("words", "hold"):
        box["category"] = slugs
    return box


def _subsets(keys: Sequence[str]) -> Iterator[frozenset[str]]:
    for size in range(len(keys) + 1):
        yield from map(frozenset, combinations(keys, size))


def _allowed(when: Mapping[str, Any], vocabulary: Box) -> Box:
    allowed: dict[str, frozenset[Point]] = {}
    for name, condition in when.items():
        fact = "tried" if name == "untried" else name
        if fact not in vocabulary:
            raise ValueError(f"unknown fact {name!r}")
        allowed[fact] = allowed.get(fact, vocabulary[fact]) & _points(name, condition, vocabulary[fact])
    return allowed


def _points(name: str, condition: Any, domain: frozenset[Point]) -> frozenset[Point]:
    if name == "minutes":
        return _minutes(condition)
    if name in ("tried", "untried"):
        return _tried(frozenset(condition), name=name, domain=domain)
    values = frozenset(condition) if isinstance(condition, list) else frozenset({condition})
    if not values <= domain:
        raise ValueError(f"{name} cannot be {sorted(map(str, values - domain))}")
    return values


def _minutes(condition: Any) -> frozenset[Point]:
    if condition == UNKNOWN:
        return frozenset({None})
    bounds = dict(condition)
    low, high = bounds.pop("from", 0), bounds.pop("below", LAST_MINUTE + 1)
    may_be_unknown = bounds.pop("or_unknown", False)
    if bounds or not 0 <= low <= LAST_MINUTE or not 0 < high <= LAST_MINUTE + 1:
        raise ValueError(f"minutes have from, below (up to {LAST_MINUTE}) and or_unknown, not {condition}")
    return frozenset({*range(low, high), *({None} if may_be_unknown else ())})


def _tried(keys: frozenset[str], *, name: str, domain: frozenset[Any]) -> frozenset[Point]:
    if keys - TRIED:
        raise ValueError(f"{name} names an unknown key {sorted(keys - TRIED)}")
    if name == "tried":
        return frozenset(point for point in domain if keys <= point)
    return frozenset(point for point in domain if not keys & point)


def complaints(rules: Rules) -> Iterator[str]:
    """What is wrong with rules that can be read: one that can never speak, a report that meets none."""
    for table, members in rules.items():
        for place, rule in enumerate(members):
            if not all(rule.allowed.values()):
                yield f"{table} rule {rule.reason}: its conditions contradict each other"
            elif table in DECIDING and not _remains(rule.allowed, members[:place], table):
                yield f"{table} rule {rule.reason}: the rules before it leave it nothing to decide"
        if table in TOTAL and _remains({}, members, table):
            yield f"{table}: some reports meet no rule; the last rule needs no conditions"


def _remains(box: Box, taken: Sequence[Rule], table: str) -> bool:
    """Whether some report is in the box and in none of those taken before it."""
    if not all(box.values()):
        return False
    if not taken:
        return True
    domain = vocabulary(table)
    for name, points in taken[0].allowed.items():
        inside = box.get(name, domain[name])
        if _remains({**box, name: inside - points}, taken[1:], table):
            return True
        box = {**box, name: inside & points}
    return False
