"""Triage of one claimed ticket: ask `triage`, write what it says, hold or queue."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tickets import lifecycle, outbox
from tickets.actors import SYSTEM
from tickets.mail.reachability import accepts_mail
from tickets.models import Assessment, Message, Screenshot, Ticket
from tickets.models.ticket import HoldThen, Status
from triage.advice import Advice, compose
from triage.assess import Assessment as Verdict
from triage.assess import assess
from triage.report import Report

logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(seconds=10)


def triage(pk: int) -> Message | None:
    """Triage the ticket if it is there to be claimed; return the automatic reply it led to.

    A ticket that triage cannot digest is tried again later, and after
    settings.MAX_ATTEMPTS goes to the agents without a category.
    """
    ticket = Ticket.objects.claim(pk)
    if ticket is None:
        return None
    if ticket.is_worn_out:
        give_up(ticket)
        return None
    try:
        report = report_of(ticket)
        now = timezone.now()
        verdict = assess(report, now=now)
        advice = compose(verdict, report, now=now)
        return _write(ticket, verdict=verdict, advice=advice)
    except Exception:
        # Whatever it was, the ticket must not be lost for it: back in line, and counted.
        logger.exception("triage of %s failed, attempt %s", ticket.reference, ticket.attempts)
        later = timezone.now() + RETRY_AFTER * ticket.attempts
        Ticket.objects.waiting().filter(pk=pk, attempts=ticket.attempts).update(lease_until=later)
        return None


def report_of(ticket: Ticket) -> Report:
    """Gather what triage may know of a ticket."""
    since = ticket.created_at - settings.SAME_PERSON_WINDOW
    earlier = Ticket.objects.of_person(ticket.requester_key).filter(pk__lt=ticket.pk, created_at__gt=since)
    return Report(
        text=ticket.description,
        language=ticket.language,
        signed_up_at=ticket.signed_up_at,
        signup_precision=ticket.signup_precision,
        zone=ticket.zone,
        tried=ticket.tried,
        contact=ticket.contact,
        reply_contact=ticket.reply_email,
        domain_accepts_mail=accepts_mail(ticket.registered_email),
        earlier_tickets=earlier.count(),
    )


def give_up(ticket: Ticket) -> None:
    """Bring a ticket that triage cannot digest before the agents, without a category."""
    with transaction.atomic():
        ticket = lifecycle.lock(ticket)
        if ticket.status == Status.NEW:
            lifecycle.flag(ticket, attention="triage_failed")
            lifecycle.put_in_queue(ticket, because="triage_failed", by=SYSTEM)


def uncleaned(ticket_pk: int) -> list[int]:
    return list(Screenshot.objects.due().filter(ticket=ticket_pk).values_list("pk", flat=True))


def _write(ticket: Ticket, *, verdict: Verdict, advice: Advice) -> Message | None:
    """Store the outcome in one transaction, unless the ticket has moved on meanwhile."""
    with transaction.atomic():
        attempt = ticket.attempts
        ticket = lifecycle.lock(ticket)
        if ticket.status != Status.NEW or ticket.attempts != attempt:
            return None
        _store(ticket, verdict)
        message = outbox.queue_auto_reply(ticket, advice=advice)
        if verdict.hold is None:
            lifecycle.put_in_queue(ticket, because="triaged", by=SYSTEM)
        else:
            until = timezone.now() + verdict.hold
            lifecycle.hold(ticket, until=until, then=HoldThen(verdict.hold_then), by=SYSTEM)
    return message


def _store(ticket: Ticket, verdict: Verdict) -> None:
    Assessment.objects.create(
        ticket=ticket,
        category=verdict.category,
        confidence=verdict.confidence,
        abstained=verdict.abstained,
        route=verdict.route,
        guesses=verdict.guesses,
        facts=verdict.facts,
        reasons=[{"code": reason.code, "params": reason.params} for reason in verdict.reasons],
        model_version=verdict.model_version,
    )
    lifecycle.apply_assessment(
        ticket,
        category=verdict.category,
        confidence=verdict.confidence,
        second=(verdict.second, dict(verdict.guesses).get(verdict.second, 0.0)),
        priority=verdict.priority,
    )
