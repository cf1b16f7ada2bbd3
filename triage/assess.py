"""The verdict on one report: wording gives guesses, facts have the last word."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from triage import classifier
from triage.classifier import Classifier
from triage.clauses import second_problem
from triage.evidence import Evidence, gather
from triage.otp import OTP_FAMILY, OVERDUE, as_one
from triage.picked import with_pick
from triage.playbooks import AGENT, OTHER, SELF_FIX, Playbook, playbooks
from triage.reasons import Reason
from triage.report import Report
from triage.rules import Rule, decision, is_blocked_by, objections
from triage.screens import contradicts, with_screens

GUESSES_KEPT = 3


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What is wrong, how sure we are, and where the ticket goes.

    `confidence` (0..1) is the probability of `category`; `guesses` are the best three, best first, before
    abstention. `second` is the other problem of a report that tells of two ("" for none); of the two
    `category` is the one that blocks first. `hold` is set exactly when the route is "self_fix"; `hold_then`
    says what its end does ("queue" or "resolve"). `is_sure` tells whether the advice may speak of the
    problem, or the category is for the agent only. `facts` and the parameters of `reasons` are JSON-able.
    """

    category: str
    confidence: float
    second: str = ""
    guesses: tuple[tuple[str, float], ...]
    route: str
    priority: int
    hold: timedelta | None
    hold_then: str
    abstained: bool
    is_sure: bool
    facts: dict[str, Any]
    reasons: tuple[Reason, ...]
    model_version: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the report is about so far: the shares of all categories, the choice among them, and why.

    `by_fact` says that a fact made the choice, a message on the screen, the pick or a rule, and not the words
    alone. `said` is the share the words alone give to the choice, `unpicked` are the shares without the pick.
    """

    shares: dict[str, float]
    unpicked: dict[str, float]
    category: str
    confidence: float
    second: str = ""
    by_fact: bool = False
    said: float = 0.0
    reasons: tuple[Reason, ...] = ()


def assess(report: Report, *, now: datetime) -> Assessment:
    """Assess one report at the moment `now` (aware).

    Raises classifier.ModelMissing when no model was prepared.
    """
    return assess_by(classifier.current(), report, now=now)


def assess_by(model: Classifier, report: Report, *, now: datetime) -> Assessment:
    """What a given model makes of a report: one that is measured, or tried beside the one in use."""
    evidence = gather(report, now=now)
    words = as_one(model.probabilities(evidence.text) if evidence.text else {OTHER: 1.0})
    finding = _read(words, evidence)
    finding = _with_second(finding, report, evidence, model=model)
    finding = _with_face_of_code(finding, evidence)
    return _verdict(finding, evidence, version=model.version)


def assess_as(category: str, report: Report, *, now: datetime) -> Assessment:
    """What would become of a report that is about this category beyond doubt: facts decide the rest.

    For looking at a playbook's texts; no model is asked.
    """
    evidence = gather(report, now=now)
    sure = {category: 1.0}
    finding = Finding(shares=sure, unpicked=sure, category=category, confidence=1.0, said=1.0)
    return _verdict(finding, evidence, version="")


def assess_unread(report: Report, *, now: datetime) -> Assessment:
    """What the pick and the facts make of a report whose words no model can read."""
    evidence = replace(gather(report, now=now), text="")
    finding = _with_face_of_code(_read(as_one({OTHER: 1.0}), evidence), evidence)
    return _verdict(finding, evidence, version="")


def _read(words: dict[str, float], evidence: Evidence) -> Finding:
    """What words, pictures, the pick and correcting facts make of the report."""
    said = _best(words)
    unpicked, reasons = with_screens(words, evidence.screens), []
    shares = with_pick(unpicked, evidence.picked, text=evidence.text)
    best = _best(shares)
    if best != said:
        by_screen = best == _best(unpicked)
        reasons.append(Reason("screen_decides" if by_screen else "pick_decides", {"category": best}))
    rule = decision("words", {**evidence.for_rules(), "category": best})
    if rule is not None:
        shares, unpicked = (_moved(each, best, to=rule.category) for each in (shares, unpicked))
        reasons.append(_reason(rule))
        best = rule.category
    guess = Reason("model_guess", {"category": said, "percent": _percent(words[said])})
    reasons.append(guess if evidence.text else Reason("empty_text"))
    return Finding(
        shares=shares,
        unpicked=unpicked,
        category=best,
        confidence=shares[best],
        by_fact=best != said,
        said=words.get(best, 0.0),
        reasons=tuple(reasons),
    )


def _with_second(finding: Finding, report: Report, evidence: Evidence, *, model: Classifier) -> Finding:
    """Look for another problem, and put the one that blocks first in front."""
    # What was picked is no second problem; it must not make the words tell of two.
    told = _best(finding.unpicked) == finding.category
    found = second_problem(report.text, finding.unpicked, model=model) if told else None
    if found is None:
        return _with_contradiction(finding, evidence)
    main, other = (finding.category, found.main_share), (found.category, found.share)
    front, behind = (other, main) if is_blocked_by(finding.category, found.category) else (main, other)
    both = sum(finding.shares[slug] for slug, _ in (main, other))
    code = "blocks_first" if is_blocked_by(behind[0], front[0]) else "two_problems"
    return replace(
        finding,
        category=front[0],
        # Two problems divide the words between them; each clause says how sure its own problem is.
        confidence=both * front[1],
        said=finding.said if front is main else 0.0,
        second=behind[0],
        reasons=(*finding.reasons, Reason(code, {"category": front[0], "second": behind[0]})),
    )


def _with_contradiction(finding: Finding, evidence: Evidence) -> Finding:
    """A message on the screen that could not overrule sure words is the other half of the story."""
    if not contradicts(evidence.screens, finding.category):
        return finding
    return replace(
        finding,
        second=evidence.screens[0],
        reasons=(*finding.reasons, Reason("screen_contradicts")),
    )


def _with_face_of_code(finding: Finding, evidence: Evidence) -> Finding:
    """Give what is known about a missing code to the one category the facts allow."""
    facts = evidence.for_rules()
    sure = finding.shares[OVERDUE] >= _hold_confidence_of_family()
    rule = decision("code", {**facts, "sure": sure, "for_agent": bool(objections("person", facts))})
    if rule is None:  # The system check sees to it that one always holds.
        return finding
    shares = {slug: share for slug, share in finding.shares.items() if slug != OVERDUE}
    # The address rule gives it to a category that words may speak of as well.
    shares[rule.category] = shares.get(rule.category, 0.0) + finding.shares[OVERDUE]
    reasons = (_reason(rule), *finding.reasons) if finding.category == OVERDUE else finding.reasons
    return replace(
        finding,
        shares=shares,
        category=rule.category if finding.category == OVERDUE else finding.category,
        second=rule.category if finding.second == OVERDUE else finding.second,
        reasons=reasons,
    )


def _hold_confidence_of_family() -> float:
    return max(
        playbooks()[slug].hold_confidence for slug in OTP_FAMILY if playbooks()[slug].route == SELF_FIX
    )


def _verdict(finding: Finding, evidence: Evidence, *, version: str) -> Assessment:
    ranked = sorted(finding.shares.items(), key=lambda item: item[1], reverse=True)
    # Screenshots that disagree make sure words less sure, but never take the name from them.
    named = max(finding.confidence, finding.said) >= playbooks()[finding.category].min_confidence
    abstained = not (named or finding.by_fact)
    playbook = playbooks()[OTHER if abstained else finding.category]
    confidence = finding.shares.get(OTHER, 0.0) if abstained else finding.confidence
    speak = _objections(playbook, finding, evidence)
    route = SELF_FIX if playbook.route == SELF_FIX and not speak else AGENT
    is_sure = not abstained and (finding.by_fact or finding.confidence >= playbook.advice_confidence)
    doubt = _doubts(finding, playbook, abstained=abstained, is_sure=is_sure)
    return Assessment(
        category=playbook.slug,
        confidence=round(confidence, 4),
        second="" if abstained else finding.second,
        guesses=tuple((slug, round(share, 4)) for slug, share in ranked[:GUESSES_KEPT]),
        route=route,
        priority=playbook.priority,
        hold=playbook.hold if route == SELF_FIX else None,
        hold_then=playbook.hold_then if route == SELF_FIX else "",
        abstained=abstained,
        is_sure=is_sure,
        facts=evidence.as_facts(),
        reasons=_once((*evidence.reasons, *finding.reasons, *doubt, *speak)),
        model_version=version,
    )


def _doubts(finding: Finding, playbook: Playbook, *, abstained: bool, is_sure: bool) -> list[Reason]:
    if abstained:
        least = playbooks()[finding.category].min_confidence
        return [_doubt("low_confidence", finding.confidence, least, category=finding.category)]
    if not is_sure:
        return [_doubt("general_advice", finding.confidence, playbook.advice_confidence)]
    return []


def _objections(playbook: Playbook, finding: Finding, evidence: Evidence) -> list[Reason]:
    """What speaks against holding the ticket: the person first, then the problem."""
    facts = evidence.for_rules()
    person = [_reason(rule) for rule in objections("person", facts)]
    if playbook.route != SELF_FIX:
        return person
    second = playbooks().get(finding.second)
    hold = objections(
        "hold",
        {
            **facts,
            "category": playbook.slug,
            "sure": finding.confidence >= playbook.hold_confidence,
            "exhausted": bool(playbook.exhausted_by) and playbook.exhausted_by <= evidence.tried,
            "contradicted": contradicts(evidence.screens, playbook.slug),
            "second_for_agent": second is not None and second.route != SELF_FIX,
        },
    )
    return [*person, *(_held_against(rule, finding, playbook) for rule in hold)]


def _held_against(rule: Rule, finding: Finding, playbook: Playbook) -> Reason:
    if rule.reason == "not_sure_enough_to_hold":
        return _doubt(rule.reason, finding.confidence, playbook.hold_confidence)
    return _reason(rule)


def _reason(rule: Rule) -> Reason:
    return Reason(rule.reason, rule.params)


def _once(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """A rule does not repeat what a fact has said under the same code."""
    told: list[Reason] = []
    for reason in reasons:
        said_before = any(reason.code == other.code for other in told)
        if not said_before or (reason.params and reason not in told):
            told.append(reason)
    return tuple(told)


def _moved(shares: dict[str, float], slug: str, *, to: str) -> dict[str, float]:
    return {**shares, to: shares.get(to, 0.0) + shares.get(slug, 0.0), slug: 0.0}


def _best(shares: dict[str, float]) -> str:
    return max(shares, key=shares.__getitem__)


def _doubt(code: str, confidence: float, limit: float, **params: str) -> Reason:
    return Reason(code, {"percent": _percent(confidence), "limit": _percent(limit), **params})


def _percent(share: float) -> int:
    return round(100 * share)
