"""The answer to the requester: why, what to do now, what happens next."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from triage.assess import Assessment
from triage.contact import CHANNELS, carrier_check, mail_places, provider_name
from triage.evidence import signed_up_by
from triage.general import (
    AGENT_CLOSING,
    AGENT_OPENING,
    general,
    no_second_account,
    openings,
    silence,
    standing,
)
from triage.places import Text
from triage.playbooks import (
    CONTACT_FACTS,
    OTHER,
    SELF_FIX,
    TOLD_ALREADY,
    Playbook,
    Step,
    playbooks,
)
from triage.report import TRIED, Report
from triage.rules import rules
from triage.wording import clock, duration, known_language, rounded_up, span, tried_words

CODE_TAKES = timedelta(minutes=10)
WAIT_AT_LEAST = timedelta(minutes=5)
# "More than 0 minutes ago" explains nothing; from an hour on a lower bound does.
TELLING_MINUTES = 60


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Texts ready to show, in one language.

    `wait_until` is the clock time the steps name, when they say to wait.
    """

    language: str
    subject: str
    opening: str
    steps: tuple[str, ...]
    closing: str
    standing: tuple[str, ...]
    wait_until: datetime | None

    def as_text(self) -> str:
        """The plain text body, paragraphs divided by an empty line."""
        steps = "\n".join(f"{number}. {step}" for number, step in enumerate(self.steps, start=1))
        return "\n\n".join(
            part for part in (self.opening, steps, self.closing, "\n".join(self.standing)) if part
        )

    def as_json(self) -> dict[str, Any]:
        wait_until = self.wait_until.isoformat() if self.wait_until else None
        return {
            **asdict(self),
            "steps": [*self.steps],
            "standing": [*self.standing],
            "wait_until": wait_until,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        moment = data["wait_until"]
        return cls(
            **{
                **data,
                "steps": tuple(data["steps"]),
                "standing": tuple(data["standing"]),
                "wait_until": datetime.fromisoformat(moment) if moment else None,
            }
        )


def compose(assessment: Assessment, report: Report, *, now: datetime) -> Advice:
    """The advice for an assessed report.

    Nothing the requester typed gets into it; only our own texts and times do.
    """
    playbook = spoken_of(assessment)
    filled = filler(assessment, report, now=now)
    return Advice(
        language=known_language(report.language),
        subject=filled(playbook.subjects),
        opening=filled(opening_of(assessment, playbook)),
        steps=tuple(filled(step.text) for step in steps_for(assessment, playbook)),
        closing=filled(_closing(assessment, playbook)),
        standing=tuple(filled(text) for text in standing(has_two=assessment.facts["second_account"])),
        wait_until=wait_until_of(assessment, report, now=now),
    )


def spoken_of(assessment: Assessment) -> Playbook:
    """The playbook whose texts the requester reads."""
    return playbooks()[assessment.category if assessment.is_sure else OTHER]


def filler(assessment: Assessment, report: Report, *, now: datetime) -> Callable[[Text], str]:
    """What makes a text of a playbook ready to show, in the language of the report."""
    language = known_language(report.language)
    wait_until = wait_until_of(assessment, report, now=now)
    slots = _slots(assessment, report, now=now, wait_until=wait_until)
    return lambda text: text[language].format_map(slots)


def wait_until_of(assessment: Assessment, report: Report, *, now: datetime) -> datetime | None:
    """The clock time to wait for, when the advice says to wait."""
    return _wait_until(report, now=now) if _says_wait(assessment, spoken_of(assessment)) else None


def account_advice(language: str, *, has_two: bool) -> str:
    """What to tell somebody about accounts; more pointed where their reports name two."""
    return no_second_account(has_two=has_two)[known_language(language)]


def steps_for(assessment: Assessment, playbook: Playbook) -> Iterator[Step]:
    """The steps that are still news to this person and fit their channel, and one for a second problem.

    After a failed fix everything we could have advised counts as tried. A step that names a clock time is
    left out when the assessment does not ask to wait.
    """
    facts = assessment.facts
    if facts["fix_failed"] and playbook.route == SELF_FIX:
        return
    second = playbooks().get(assessment.second) if assessment.is_sure else None
    beside = [step for step in second.steps if step.beside] if second else []
    known = _known_already(facts)
    for step in (*playbook.steps, *beside):
        if step.unless not in known and _fits(step.when, facts) and _clock_allows(step, assessment, playbook):
            yield step


def _known_already(facts: dict[str, Any]) -> frozenset[str]:
    tried = TRIED if facts["fix_failed"] else frozenset(facts["tried"])
    return tried | {name for name in TOLD_ALREADY if facts[name]}


def _fits(when: str, facts: dict[str, Any]) -> bool:
    """A channel we do not know may be either one; everything else has to be known."""
    if when in CONTACT_FACTS:
        return bool(facts[when])
    if when in CHANNELS and not facts["channel"]:
        return True
    return when in ("", *(facts[name] for name in ("channel", "provider", "mailbox_kind", "carrier")))


def _clock_allows(step: Step, assessment: Assessment, playbook: Playbook) -> bool:
    return "{clock}" not in step.text["id"] or _says_wait(assessment, playbook)


def _says_wait(assessment: Assessment, playbook: Playbook) -> bool:
    names_clock = any("{clock}" in step.text["id"] for step in playbook.steps)
    return names_clock and assessment.route == SELF_FIX


def _wait_until(report: Report, *, now: datetime) -> datetime:
    signed_up_at = signed_up_by(report, now=now) or now
    return rounded_up(max(signed_up_at + CODE_TAKES, now + WAIT_AT_LEAST))


def opening_of(assessment: Assessment, playbook: Playbook) -> Text:
    """What a rule has to say to the requester comes before what the problem has to say."""
    given = {reason.code for reason in assessment.reasons}
    if assessment.abstained:
        # Only what is known of the person holds; of the problem nothing is.
        given &= {rule.reason for rule in rules()["person"]}
    ruled = next((text for code, text in openings().items() if code in given), None)
    if ruled and assessment.route != SELF_FIX:
        return ruled
    if playbook.route == SELF_FIX and assessment.route != SELF_FIX:
        return general()[AGENT_OPENING]
    known = _known_facts(assessment.facts)
    return next(opening.text for opening in playbook.openings if opening.needs <= known)


def _known_facts(facts: dict[str, Any]) -> frozenset[str]:
    known = {name for name in ("tried", "found_in_spam", *CONTACT_FACTS) if facts[name]}
    minutes = facts["minutes_since_signup"]
    if minutes is not None and (minutes >= TELLING_MINUTES or not facts["minutes_at_least"]):
        known.add("elapsed")
    return frozenset(known)


def _closing(assessment: Assessment, playbook: Playbook) -> Text:
    if playbook.route == SELF_FIX and assessment.route != SELF_FIX:
        return general()[AGENT_CLOSING]
    return playbook.closings


def _slots(
    assessment: Assessment, report: Report, *, now: datetime, wait_until: datetime | None
) -> dict[str, str]:
    facts, language = assessment.facts, known_language(report.language)
    return {
        "elapsed": duration(
            facts["minutes_since_signup"] or 0, at_least=facts["minutes_at_least"], language=language
        ),
        "tried": tried_words(facts["tried"], language=language),
        "mail_places": mail_places(facts["provider"] or facts["mailbox_kind"], language=language),
        "carrier_check": carrier_check(facts["carrier"], language=language),
        "suggested_domain": facts["address_suggestion"],
        "provider": provider_name(facts["provider"]),
        "category": playbooks()[assessment.category].label(language),
        "second": playbooks()[assessment.second].label(language) if assessment.second else "",
        "clock": clock(wait_until or now, now=now, zone=report.zone, language=language),
        "silence": _silence(assessment, language=language),
    }


def _silence(assessment: Assessment, *, language: str) -> str:
    """What becomes of a held report when nobody says a word, in a sentence."""
    if assessment.hold is None:
        return ""
    return silence(assessment.hold_then)[language].format(hold=span(assessment.hold, language=language))
