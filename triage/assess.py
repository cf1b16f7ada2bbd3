"""The verdict on one report: wording gives guesses, facts have the last word."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from triage import classifier
from triage.evidence import Evidence, gather
from triage.language import normalise
from triage.otp import OTP_FAMILY, settle, settle_address
from triage.playbooks import AGENT, OTHER, SELF_FIX, Playbook, playbooks
from triage.reasons import Reason
from triage.report import Report

GUESSES_KEPT = 3


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What is wrong, how sure we are, and where the ticket goes.

    `confidence` (0..1) is the probability of `category`; `guesses` are the best three, best first, before
    abstention. `hold` is set exactly when the route is "self_fix"; `hold_then` says what its end does
    ("queue" or "resolve"). `facts` and the parameters of `reasons` are JSON-able.
    """

    category: str
    confidence: float
    guesses: tuple[tuple[str, float], ...]
    route: str
    priority: int
    hold: timedelta | None
    hold_then: str
    abstained: bool
    facts: dict[str, Any]
    reasons: tuple[Reason, ...]
    model_version: str


def assess(report: Report, *, now: datetime) -> Assessment:
    """Assess one report at the moment `now` (aware).

    Raises classifier.ModelMissing when no model was prepared.
    """
    model = classifier.current()
    evidence = gather(report, now=now)
    text = normalise(report.text)
    if not text:
        return _verdict(OTHER, {OTHER: 1.0}, evidence, reasons=[Reason("empty_text")], version=model.version)
    probabilities, reasons = _with_facts(model.probabilities(text), evidence)
    best = max(probabilities, key=probabilities.__getitem__)
    reasons.append(Reason("model_guess", {"category": best, "percent": _percent(probabilities[best])}))
    return _verdict(best, probabilities, evidence, reasons=reasons, version=model.version)


def _with_facts(probabilities: dict[str, float], evidence: Evidence) -> tuple[dict[str, float], list[Reason]]:
    """Give what the wording says about codes to the one category the facts allow."""
    family = sum(probabilities[slug] for slug in OTP_FAMILY)
    rest = {slug: share for slug, share in probabilities.items() if slug not in OTP_FAMILY}
    settled = settle_address(evidence, probabilities) or settle(
        evidence, is_sure=family >= _hold_confidence_of_family()
    )
    category, reason = settled
    given = {**rest, category: family + rest.get(category, 0.0)}
    if family <= max(rest.values()):
        return given, []
    return given, [reason]


def _hold_confidence_of_family() -> float:
    return max(
        playbooks()[slug].hold_confidence for slug in OTP_FAMILY if playbooks()[slug].route == SELF_FIX
    )


def _verdict(
    best: str, probabilities: dict[str, float], evidence: Evidence, *, reasons: list[Reason], version: str
) -> Assessment:
    ranked = sorted(probabilities.items(), key=lambda item: item[1], reverse=True)
    confidence = probabilities[best]
    abstained = confidence < playbooks()[best].min_confidence
    if abstained:
        reasons = [
            *reasons,
            _doubt("low_confidence", confidence, playbooks()[best].min_confidence, category=best),
        ]
    playbook = playbooks()[OTHER if abstained else best]
    route, objections = _route(playbook, confidence, evidence)
    return Assessment(
        category=playbook.slug,
        confidence=round(probabilities.get(playbook.slug, 0.0), 4),
        guesses=tuple((slug, round(share, 4)) for slug, share in ranked[:GUESSES_KEPT]),
        route=route,
        priority=playbook.priority,
        hold=playbook.hold if route == SELF_FIX else None,
        hold_then=playbook.hold_then if route == SELF_FIX else "",
        abstained=abstained,
        facts=evidence.as_facts(),
        reasons=(*evidence.reasons, *reasons, *objections),
        model_version=version,
    )


def _route(playbook: Playbook, confidence: float, evidence: Evidence) -> tuple[str, list[Reason]]:
    """Hold only what we are sure of, for somebody the fix is still new to."""
    if playbook.route != SELF_FIX:
        return AGENT, []
    if evidence.forbids_hold:
        return AGENT, []
    if playbook.exhausted_by and playbook.exhausted_by <= evidence.tried:
        return AGENT, [Reason("fix_already_tried")]
    if confidence < playbook.hold_confidence:
        return AGENT, [_doubt("not_sure_enough_to_hold", confidence, playbook.hold_confidence)]
    return SELF_FIX, []


def _doubt(code: str, confidence: float, limit: float, **params: str) -> Reason:
    return Reason(code, {"percent": _percent(confidence), "limit": _percent(limit), **params})


def _percent(share: float) -> int:
    return round(100 * share)
