"""Triage of one claimed ticket: ask `triage`, write what it says, hold or queue; then look at its screens."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tickets import lifecycle, linking, log_context, meters, ocr, outbox, shadow, shared_clock
from tickets.actors import SYSTEM
from tickets.linking import Kin
from tickets.mail.reachability import accepts_mail
from tickets.mail.status_codes import reading_of
from tickets.models import Assessment, Message, Screenshot, Ticket
from tickets.models.event import EventKind
from tickets.models.message import Delivery
from tickets.models.ticket import Channel, HoldThen, Status
from triage.advice import Advice, compose
from triage.assess import Assessment as Verdict
from triage.assess import assess
from triage.playbooks import AGENT, OTHER, SELF_FIX, playbooks
from triage.report import MAILBOX_FULL, Report

logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(seconds=10)
# A text that makes us so sure is answered at once; below, a look at the screenshots is worth the wait.
COMFORT = 0.75


def triage(pk: int) -> Message | None:
    """Triage the ticket if it is there to be claimed; return the automatic reply it led to.

    One whose text says too little is put aside until its screenshots are read, for settings.SCREENS_WAIT
    after its creation at most. A ticket that triage cannot digest is tried again later, and after
    settings.MAX_ATTEMPTS goes to the agents without a category.
    """
    ticket = Ticket.objects.claim(pk)
    if ticket is None:
        return None
    log_context.turn_to_ticket(ticket.reference)
    if ticket.is_worn_out:
        give_up(ticket)
        return None
    try:
        kin = linking.link(ticket)
        accepts = accepts_mail(ticket.registered_email)
        report = report_of(ticket, kin=kin, domain_accepts_mail=accepts)
        now = timezone.now()
        verdict = assess(report, now=now)
        if is_unsure(verdict) and _waits_for_screens(ticket):
            return None
        advice = compose(verdict, report, now=now)
        message = _write(ticket, verdict=verdict, advice=advice)
    except Exception:
        # Whatever it was, the ticket must not be lost for it: back in line, and counted.
        logger.exception("triage of %s failed, attempt %s", ticket.reference, ticket.attempts)
        meters.count("kayasupport_triage_failures_total")
        later = shared_clock.now() + RETRY_AFTER * ticket.attempts
        Ticket.objects.waiting().filter(pk=pk, attempts=ticket.attempts).update(lease_until=later)
        return None
    if message:
        # One that was suspended has not waited for us.
        _count(verdict, waited=None if ticket.suspended_because else message.created_at - ticket.created_at)
        shadow.try_candidate(ticket, report=report, live=verdict, now=now)
    return message


def report_of(ticket: Ticket, *, kin: Sequence[Kin], domain_accepts_mail: bool | None) -> Report:
    """Gather what triage may know of a ticket; the DNS is asked by the caller, outside its transactions."""
    earlier = linking.earlier_among(kin, ticket)
    return Report(
        text=ticket.description,
        situation=ticket.situation,
        language=ticket.language,
        signed_up_at=ticket.signed_up_at,
        signup_precision=ticket.signup_precision,
        zone=ticket.zone,
        tried=ticket.tried,
        contact=ticket.contact,
        reply_contact=ticket.reply_email,
        domain_accepts_mail=domain_accepts_mail,
        has_screenshots=ticket.screenshots.exists(),
        screens=ticket.screens,
        platform_error=ticket.platform_error,
        with_agent=ticket.queued_at is not None,
        earlier_tickets=len(earlier),
        second_account=linking.second_account_among(earlier, ticket) is not None,
    )


def is_unsure(verdict: Verdict) -> bool:
    """Whether more evidence could change the answer; "other" never says what is wrong."""
    playbook = playbooks()[verdict.category]
    comfort = max(COMFORT, playbook.hold_confidence) if playbook.route == SELF_FIX else COMFORT
    return playbook.slug == OTHER or verdict.confidence < comfort


def hear_screens(ticket: Ticket) -> None:
    """Let a locked ticket have the use of its screenshots, once nothing more can come of any of them."""
    if ticket.screenshots.unread().exists():
        return
    if ticket.status == Status.NEW:
        lifecycle.stop_waiting_for_screens(ticket)
        return
    if not ticket.screens:
        return
    try:
        reconsider(ticket.pk, because="screens_read")
    except Exception:
        # The ticket has been triaged and answered; a better guess must not cost it its screens.
        logger.exception("%s could not be reconsidered", ticket.reference)


def look_again(pk: int) -> None:
    """Reconsider a ticket whose requester has filled in what was missing, and find its kin anew."""
    linking.link(Ticket.objects.get(pk=pk))
    reconsider(pk, because="completed")


def reconsider(pk: int, *, because: str) -> None:
    """Assess a triaged ticket again: "screens_read", "completed" or "mail_failed" says what is known now.

    Brings one that triage holds before the agents, or mends the category of one in their queue that no
    human has chosen. It holds nothing, and nobody gets a second automatic reply.
    """
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=pk)
        earlier = ticket.assessments.order_by("-id").first()
        if earlier is None or not _is_left_to_triage(ticket):
            return
        # As of then: what changes must come from the new facts, not from the clock or the DNS.
        accepts = False if earlier.facts.get("domain_unreachable") else None
        report = report_of(ticket, kin=linking.kin_of(ticket), domain_accepts_mail=accepts)
        report = replace(report, bounced=bounced_at_registered(ticket))
        verdict = assess(report, now=earlier.created_at)
        if ticket.status == Status.OPEN and _says_more(verdict, than=earlier):
            lifecycle.apply_second_look(ticket, _keep(ticket, verdict), because=because)
        elif ticket.status == Status.SELF_FIX and verdict.route == AGENT:
            lifecycle.apply_second_look(ticket, _keep(ticket, verdict), because=because)
            lifecycle.put_in_queue(ticket, because=because, by=SYSTEM)


def bounced_at_registered(ticket: Ticket) -> str:
    """Return what the mail system of the registered address said to the last mail that came back, or ""."""
    failed = ticket.messages.filter(
        delivery=Delivery.FAILED, recipient__iexact=ticket.registered_email
    ).exclude(bounce_status="")
    reading = reading_of(failed.order_by("-id").values_list("bounce_status", flat=True).first() or "")
    return reading if reading == MAILBOX_FULL or _was_typed(ticket) else ""


def _was_typed(ticket: Ticket) -> bool:
    """Nobody can have misspelt the address that a mail came from."""
    return ticket.channel != Channel.EMAIL or ticket.events.filter(kind=EventKind.COMPLETED).exists()


def give_up(ticket: Ticket) -> None:
    """Bring a ticket that triage cannot digest before the agents, without a category."""
    with transaction.atomic():
        ticket = lifecycle.lock(ticket)
        if ticket.status == Status.NEW:
            lifecycle.flag(ticket, attention="triage_failed")
            lifecycle.put_in_queue(ticket, because="triage_failed", by=SYSTEM)


def uncleaned(ticket_pk: int) -> list[int]:
    return list(Screenshot.objects.due().filter(ticket=ticket_pk).values_list("pk", flat=True))


def _waits_for_screens(ticket: Ticket) -> bool:
    """Put the ticket aside until its screenshots are read, if that is to be expected in time."""
    # The clock of the web may be fast.
    until = min(ticket.created_at, shared_clock.now()) + settings.SCREENS_WAIT
    is_possible = timezone.now() < until and ticket.screenshots.unread().exists() and ocr.is_available()
    if not is_possible:
        return False
    with transaction.atomic():
        # Locked: a reading that ends at this moment either is seen here, or sees the ticket waiting.
        ticket = lifecycle.lock(ticket)
        if ticket.status != Status.NEW or not ticket.screenshots.unread().exists():
            return False
        lifecycle.wait_for_screens(ticket, until=until)
    return True


def _is_left_to_triage(ticket: Ticket) -> bool:
    """No human has chosen its category; and a hold is triage's own, not that of an agent who saw it."""
    is_held_by_triage = ticket.status == Status.SELF_FIX and ticket.queued_at is None
    return ticket.confidence is not None and (ticket.status == Status.OPEN or is_held_by_triage)


def _says_more(verdict: Verdict, *, than: Assessment) -> bool:
    # That the ticket is in the queue by now is no news about its problem.
    reasons = [reason for reason in _as_json(verdict) if reason["code"] != "with_agent"]
    return (verdict.category, reasons) != (than.category, than.reasons)


def _as_json(verdict: Verdict) -> list[dict[str, Any]]:
    return [{"code": reason.code, "params": reason.params} for reason in verdict.reasons]


def _write(ticket: Ticket, *, verdict: Verdict, advice: Advice) -> Message | None:
    """Store the outcome in one transaction; None when the ticket has moved on meanwhile."""
    with transaction.atomic():
        attempt, screens = ticket.attempts, ticket.screens
        ticket = lifecycle.lock(ticket)
        if ticket.status != Status.NEW or ticket.attempts != attempt:
            return None
        if ticket.screens != screens:
            # Read meanwhile: what was thought without them is not worth writing.
            lifecycle.stop_waiting_for_screens(ticket)
            return None
        lifecycle.apply_assessment(ticket, _keep(ticket, verdict))
        message = outbox.queue_auto_reply(ticket, advice=advice)
        if verdict.hold is None:
            lifecycle.put_in_queue(ticket, because="triaged", by=SYSTEM)
        else:
            until = timezone.now() + verdict.hold
            lifecycle.hold(ticket, until=until, then=HoldThen(verdict.hold_then), by=SYSTEM)
    return message


def _count(verdict: Verdict, *, waited: timedelta | None) -> None:
    outcome = "abstained" if verdict.abstained else "named"
    meters.count("kayasupport_triaged_total", category=verdict.category, route=verdict.route, outcome=outcome)
    if waited is not None:
        meters.observe("kayasupport_advice_seconds", waited.total_seconds())


def _keep(ticket: Ticket, verdict: Verdict) -> lifecycle.Thought:
    """Write the verdict's Assessment row; return what of it stands on the ticket itself."""
    Assessment.objects.create(
        ticket=ticket,
        category=verdict.category,
        confidence=verdict.confidence,
        abstained=verdict.abstained,
        route=verdict.route,
        guesses=verdict.guesses,
        facts=verdict.facts,
        reasons=_as_json(verdict),
        model_version=verdict.model_version,
    )
    return lifecycle.Thought(
        category=verdict.category,
        confidence=verdict.confidence,
        is_unsure=verdict.abstained,
        second_category=verdict.second,
        second_confidence=dict(verdict.guesses).get(verdict.second),
        priority=verdict.priority,
    )
