"""What helps before there is a report: the same advice, as far as it can be followed on the form already."""

from dataclasses import dataclass
from datetime import datetime

from triage.advice import filler, opening_of, steps_for, wait_until_of
from triage.assess import Assessment
from triage.playbooks import OTHER, SELF_FIX, playbooks
from triage.report import Report
from triage.wording import clock_face, known_language

# Until an agent looks: a long list reads like a refusal. The report's own advice has them all.
MOST_MEANWHILE = 3


@dataclass(frozen=True, kw_only=True)
class Beforehand:
    """Texts ready to show, in one language: why, and the steps.

    `is_fix` says that the steps may solve it, else they are what can be done until an agent looks. `clock` is
    the time the steps name when they say to wait, as they write it.
    """

    category: str
    is_fix: bool
    why: str
    steps: tuple[str, ...]
    clock: str


def beforehand(assessment: Assessment, report: Report, *, now: datetime) -> Beforehand | None:
    """What to show beside the form; None when too little is known to say anything of use."""
    if not assessment.is_sure or assessment.category == OTHER:
        return None
    playbook = playbooks()[assessment.category]
    filled = filler(assessment, report, now=now)
    wait_until = wait_until_of(assessment, report, now=now)
    language = known_language(report.language)
    is_fix = assessment.route == SELF_FIX
    steps = [filled(step.text) for step in steps_for(assessment, playbook) if not step.after_report]
    return Beforehand(
        category=playbook.slug,
        is_fix=is_fix,
        why=filled(opening_of(assessment, playbook)),
        steps=tuple(steps if is_fix else steps[:MOST_MEANWHILE]),
        clock=clock_face(wait_until, zone=report.zone, language=language) if wait_until else "",
    )
