"""How a draft of texts and thresholds would read: real advice for a made-up or a real report, not saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.linking import kin_of
from tickets.links import masked_url
from tickets.mail.outgoing import compose_mail
from tickets.models import Message, Ticket
from tickets.models.message import MessageKind
from tickets.pipeline import report_of
from triage.advice import Advice, compose
from triage.assess import Assessment, assess, assess_as
from triage.changes import Changes, trying
from triage.report import MINUTE, RESENT, SPAM, WAITED, Report

# Of the made-up reports.
REFERENCE = "KS-0000-0000"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A made-up report to try texts on; `minutes` ago is its signup, None for a time nobody knows."""

    label: str | Promise
    report: Report
    minutes: int | None = None


# Between them they bring out every kind of opening and every condition of a step.
SITUATIONS = {
    "young": Situation(
        label=_("3 minutes after signup, tried nothing, Gmail"),
        minutes=3,
        report=Report(text="", contact="siti@gmail.com"),
    ),
    "sms": Situation(
        label=_("25 minutes, looked in spam, Telkomsel"),
        minutes=25,
        report=Report(text="", contact="+6281234567890", tried=frozenset({SPAM})),
    ),
    "campus": Situation(
        label=_("2 hours, waited and asked for a resend, campus mailbox"),
        minutes=120,
        report=Report(text="", contact="siti@mail.ui.ac.id", tried=frozenset({WAITED, RESENT})),
    ),
    "misspelt": Situation(
        label=_("signup time unknown, address misspelt (gmial.com)"),
        report=Report(text="", contact="siti@gmial.com"),
    ),
    "screens": Situation(
        label=_("15 minutes, Yahoo, with a screenshot"),
        minutes=15,
        report=Report(text="", contact="siti@yahoo.com", has_screenshots=True),
    ),
    "failed": Situation(
        label=_("45 minutes, tried the steps, and it still fails"),
        minutes=45,
        report=Report(text="", contact="siti@gmail.com", fix_failed=True),
    ),
    "again": Situation(
        label=_("10 minutes, has reported before"),
        minutes=10,
        report=Report(text="", contact="siti@gmail.com", earlier_tickets=1),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """What the requester would get: `advice` for the page, `body` the mail's plain text."""

    assessment: Assessment
    advice: Advice
    subject: str
    body: str


def of_situation(situation: Situation, *, category: str, draft: Changes, language: str) -> Rehearsal:
    """What the situation would be answered under this draft, as a report that is about this category."""
    now = timezone.now()
    report = replace(situation.report, language=language)
    if situation.minutes is not None:
        signed_up_at = now - timedelta(minutes=situation.minutes)
        report = replace(report, signed_up_at=signed_up_at, signup_precision=MINUTE)
    with trying(draft):
        assessment = assess_as(category, report, now=now)
        advice = compose(assessment, report, now=now)
    return _rehearsal(assessment, advice, ticket=Ticket(reference=REFERENCE))


def of_ticket(ticket: Ticket, *, draft: Changes, language: str) -> Rehearsal:
    """What the ticket would be answered under this draft, if it came in as it did.

    Raises classifier.ModelMissing.
    """
    first = ticket.assessments.first()
    accepts = False if first and first.facts.get("domain_unreachable") else None
    report = report_of(ticket, kin=kin_of(ticket), domain_accepts_mail=accepts)
    # That agents have it by now, and that a fix has failed since, was not so then.
    report = replace(report, with_agent=False, fix_failed=False, language=language)
    now = first.created_at if first else ticket.created_at
    with trying(draft):
        assessment = assess(report, now=now)
        advice = compose(assessment, report, now=now)
    return _rehearsal(assessment, advice, ticket=ticket)


def _rehearsal(assessment: Assessment, advice: Advice, *, ticket: Ticket) -> Rehearsal:
    message = Message(
        ticket=ticket,
        kind=MessageKind.AUTO_REPLY,
        language=advice.language,
        subject=advice.subject,
        advice=advice.as_json(),
    )
    mail = compose_mail(message, link=masked_url(ticket))
    return Rehearsal(assessment=assessment, advice=advice, subject=str(mail.subject), body=str(mail.body))
