"""The playbooks: one folder per category, and the folder list is the registry."""

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from triage.changes import Edition, edition
from triage.contact import CHANNELS, carriers, providers
from triage.examples import read_file
from triage.fit import usable
from triage.on_form import OnForm, on_form
from triage.places import Text, changed, refuse_twins, slots_of
from triage.report import LANGUAGES, TRIED
from triage.thresholds import PRIORITIES, QUEUE, RESOLVE

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
OTHER = "other"

SELF_FIX, AGENT = "self_fix", "agent"
SLOTS = frozenset(
    {
        "elapsed", "tried", "clock", "mail_places", "provider", "carrier_check", "suggested_domain",
        "category", "second", "silence", "hold",
    }
)  # fmt: skip
# What makes a step old news: something tried, or a fact of this name about the report.
TOLD_ALREADY = frozenset({"data_right", "has_screenshots"})
KNOWN_ALREADY = TRIED | TOLD_ALREADY
# What is known of the registered contact, for openings and for steps.
CONTACT_FACTS = frozenset(
    {
        "address_suggestion",
        "domain_unreachable",
        "address_unknown",
        "near_miss",
        "address_in_doubt",
        "managed_mailbox",
        "carrier",
    }
)
NEEDS = CONTACT_FACTS | {"elapsed", "tried", "found_in_spam"}


class BrokenPlaybook(Exception):
    """A playbook that cannot be used; the message names the folder and what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do.

    Left out when `unless` was tried or said already, or when `when` is not theirs: a channel, provider, kind
    of mailbox or carrier, or a fact about their contact. `beside` marks the step that helps when this problem
    is the second one of a report, `after_report` one that only a report's page can follow.
    """

    text: Text
    unless: str = ""
    when: str = ""
    beside: bool = False
    after_report: bool = False


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A first sentence that gives the reason; usable only when every fact it `needs` is known."""

    text: Text
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """What we know about one category.

    Below `min_confidence` the category is not named at all; below `advice_confidence` it is for the agent
    only, and the requester is told what anybody is. A self-fix is held only from `hold_confidence` on, and
    not when everything in `exhausted_by` was tried.
    """

    slug: str
    order: int
    route: str
    priority: int
    min_confidence: float
    advice_confidence: float
    hold_confidence: float
    hold: timedelta | None
    hold_then: str
    exhausted_by: frozenset[str]
    labels: Text
    situations: Text
    form: OnForm
    subjects: Text
    openings: tuple[Opening, ...]
    steps: tuple[Step, ...]
    closings: Text
    agent_actions: tuple[Text, ...]

    def label(self, language: str) -> str:
        return self.labels[language]

    def situation(self, language: str) -> str:
        """The problem in the requester's own words, in a sentence."""
        return self.situations[language]

    def choice(self, language: str) -> str:
        """The same in a few words, for a button on the form."""
        return self.form.choices[language]

    def agent_steps(self, language: str) -> tuple[str, ...]:
        return tuple(text[language] for text in self.agent_actions)

    @property
    def examples(self) -> tuple[str, ...]:
        """The training lines, without comments and blank lines; empty when the folder has none."""
        return read_examples(HERE / self.slug)


def playbooks() -> Mapping[str, Playbook]:
    """Every playbook in force by slug, in the order a list shows them. Raises BrokenPlaybook.

    That is the shipped one with the changes of triage.changes; changes that do not fit it are left out.
    """
    return _in_force(edition())


# The one in force, the shipped one, and a draft or two that are being looked at.
@lru_cache(maxsize=4)
def _in_force(edition: Edition) -> Mapping[str, Playbook]:
    found = {slug: _with_changes(playbook, edition.of(slug)) for slug, playbook in shipped().items()}
    return MappingProxyType(found)


@cache
def shipped() -> Mapping[str, Playbook]:
    """Every playbook as its file has it. Raises BrokenPlaybook."""
    found = [read_playbook(folder) for folder in folders(HERE)]
    return MappingProxyType({playbook.slug: playbook for playbook in sorted(found, key=_place)})


@cache
def shipped_data(slug: str) -> dict[str, Any]:
    """What the file of a playbook holds. To read only."""
    return read_data(HERE / slug)


def _with_changes(playbook: Playbook, changes: Mapping[str, Any]) -> Playbook:
    """The playbook with what of the changes can be used: the others may be of an earlier release."""
    if not changes:
        return playbook
    data = shipped_data(playbook.slug)
    try:
        return _playbook(playbook.slug, changed(data, usable(data, changes)))
    except BrokenPlaybook as error:
        # Not expected, and no reason to leave tickets without triage.
        logger.error("the changes of a playbook cannot be used; %s", error)
        return playbook


def folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))


def read_examples(folder: Path) -> tuple[str, ...]:
    return tuple(example.text for example in read_file(folder))


def read_playbook(folder: Path) -> Playbook:
    """The playbook of one folder. Raises BrokenPlaybook with a message for the person who edits the file."""
    return _playbook(folder.name, read_data(folder))


def read_data(folder: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / "playbook.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenPlaybook(f"{folder.name}: playbook.toml cannot be read: {error}") from error


def _playbook(slug: str, data: dict[str, Any]) -> Playbook:
    try:
        playbook = _built(slug, data)
        _refuse_twins(data)
    except KeyError as error:
        raise BrokenPlaybook(f"{slug}: {error.args[0]} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise BrokenPlaybook(f"{slug}: {error}") from error
    _refuse_nonsense(playbook)
    return playbook


def _built(slug: str, data: dict[str, Any]) -> Playbook:
    minutes = data.get("hold_minutes")
    return Playbook(
        slug=slug,
        order=int(data["order"]),
        route=data["route"],
        priority=int(data["priority"]),
        min_confidence=float(data["min_confidence"]),
        advice_confidence=float(data.get("advice_confidence", data["min_confidence"])),
        hold_confidence=float(data.get("hold_confidence", 1)),
        hold=None if minutes is None else timedelta(minutes=minutes),
        hold_then=data.get("hold_then", ""),
        exhausted_by=frozenset(data.get("exhausted_by", ())),
        labels=read_text(data, "label"),
        situations=read_text(data, "situation"),
        form=on_form(data["form"], choices=read_text(data["form"], "choice")),
        subjects=read_text(data, "subject"),
        openings=tuple(read_opening(item) for item in data["openings"]),
        steps=tuple(_step(item) for item in data.get("steps", ())),
        closings=read_text(data, "closing"),
        agent_actions=tuple(read_text({"agent_steps": item}, "agent_steps") for item in data["agent_steps"]),
    )


def read_text(data: Mapping[str, Any], name: str) -> Text:
    """A text in every language.

    Raises KeyError for a missing one, ValueError for an empty one or an unknown slot.
    """
    table = data[name]
    for language in LANGUAGES:
        if language not in table:
            raise KeyError(f"{name} in {language}")
        if not table[language].strip():
            raise ValueError(f"{name} in {language} is empty")
        unknown = slots_of(table[language]) - SLOTS
        if unknown:
            raise ValueError(f"{name} in {language} has unknown slots {sorted(unknown)}")
    return {language: table[language] for language in LANGUAGES}


def read_opening(item: Mapping[str, Any]) -> Opening:
    needs = frozenset(item.get("needs", ()))
    if needs - NEEDS:
        raise ValueError(f"openings need unknown facts {sorted(needs - NEEDS)}")
    return Opening(text=read_text({"openings": item}, "openings"), needs=needs)


def _step(item: Mapping[str, Any]) -> Step:
    unless = item.get("unless", "")
    if unless and unless not in KNOWN_ALREADY:
        raise ValueError(f"steps name an unknown tried key {unless!r}")
    when = item.get("when", "")
    if when and when not in CHANNELS | CONTACT_FACTS | providers().keys() | carriers().keys():
        raise ValueError(f"steps name an unknown channel or provider {when!r}")
    beside = item.get("beside", False)
    return Step(
        text=read_text({"steps": item}, "steps"),
        unless=unless,
        when=when,
        beside=beside is True,
        after_report=item.get("after_report", False) is True,
    )


def _refuse_twins(data: Mapping[str, Any]) -> None:
    """What was changed at the desk finds its text by this name."""
    for group in ("openings", "steps", "agent_steps"):
        refuse_twins(data.get(group, ()), group=group)


def _refuse_nonsense(playbook: Playbook) -> None:
    complaints = {
        f"unknown route {playbook.route!r}": playbook.route not in (SELF_FIX, AGENT),
        f"priority {playbook.priority} is not 1 to 4": playbook.priority not in PRIORITIES,
        "a confidence is not 0 to 1": not all(
            0 <= share <= 1
            for share in (playbook.min_confidence, playbook.advice_confidence, playbook.hold_confidence)
        ),
        "the last opening must need no facts": not playbook.openings or bool(playbook.openings[-1].needs),
        "exhausted_by names an unknown tried key": bool(playbook.exhausted_by - TRIED),
        "advice_confidence is below min_confidence": playbook.advice_confidence < playbook.min_confidence,
        "hold_confidence is below advice_confidence": playbook.hold_confidence < playbook.advice_confidence,
        "a self-fix needs hold_minutes": playbook.route == SELF_FIX and not playbook.hold,
        "a self-fix needs hold_then queue or resolve": playbook.route == SELF_FIX
        and playbook.hold_then not in (QUEUE, RESOLVE),
        "an agent route has no hold": playbook.route == AGENT
        and (playbook.hold is not None or playbook.hold_then != ""),
    }
    wrong = [complaint for complaint, is_wrong in complaints.items() if is_wrong]
    if wrong:
        raise BrokenPlaybook(f"{playbook.slug}: {'; '.join(wrong)}")


def _place(playbook: Playbook) -> tuple[int, str]:
    return playbook.order, playbook.slug
