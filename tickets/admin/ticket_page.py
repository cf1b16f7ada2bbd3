"""The ticket page: read what is known, answer, act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from tickets import desk, suppression
from tickets.addresses import NEAR_MISS, REGISTERED, REPLY, doubts_about
from tickets.admin import action_inputs, actions, spam_words
from tickets.admin.assessment_card import one_click
from tickets.admin.conversation import Line, MergedReport, Speech, conversation
from tickets.admin.draft_view import draft_context
from tickets.admin.identity_card import identity_context
from tickets.admin.incidents_page import running_incidents
from tickets.admin.others import living_among, may_undo, merged_here, others_of, second_account_of
from tickets.admin.outbox_page import framing
from tickets.admin.presence_view import presence_context
from tickets.admin.promise_badge import promised_on
from tickets.admin.queue_rows import Row, label_of, tried_of
from tickets.admin.reply_box import reply_context
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.screens import shots
from tickets.admin.undelivered import came_back
from tickets.admin.wording import (
    before_report,
    carrier,
    mailbox,
    percent_of,
    picked_on_form,
    signup_moment,
    since_signup,
    tried_in_short,
)
from tickets.linking import kin_of
from tickets.models import Assessment, Message, Screenshot, SealedSecret, Ticket
from tickets.models.event import EventKind
from tickets.models.message import MessageKind
from tickets.models.ticket import SignupPrecision
from tickets.moments import claim_in_words
from triage.playbooks import Playbook, playbooks
from triage.reasons import describe


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_ticket")
def ticket_page(request: StaffRequest, pk: int) -> HttpResponse:
    ticket = get_object_or_404(_tickets(), pk=pk)
    # A canned reply asked for without script changes nothing yet: the page comes back with it.
    if request.method == "POST" and "macro" not in request.POST:
        try:
            done = actions.perform(
                request.POST.get("action", ""), ticket, user=request.user, data=request.POST
            )
        except action_inputs.Refusal as refusal:
            return refused(request, pk, refusal=refusal)
        messages.success(request, done)
        for caution in actions.cautions(request.POST):
            messages.warning(request, caution)
        return HttpResponseRedirect(reverse("admin:tickets_ticket_change", args=[pk]), status=303)
    context = ticket_context(request, ticket)
    if request.GET.get("insert") == "account_advice" and context["second_account"]:
        context["typed"] = f"{context['typed']}\n\n{context['second_account'].advice}".strip()
    return framing(TemplateResponse(request, "tickets/desk/ticket.html", context))


def refused(request: StaffRequest, pk: int, *, refusal: action_inputs.Refusal) -> HttpResponse:
    """Show the ticket as it is now, why nothing was done, and what had been typed."""
    # Read again: what stood in the way has usually changed since the first look.
    context = ticket_context(request, _tickets().get(pk=pk))
    context |= {"refusal": str(refusal), "told": refusal.told}
    return framing(TemplateResponse(request, "tickets/desk/ticket.html", context, status=409))


def _tickets():
    return Ticket.objects.select_related("assignee", "follows", "merged_into", "incident")


def ticket_context(request: StaffRequest, ticket: Ticket) -> dict[str, Any]:
    assessment = ticket.assessments.order_by("-id").first()
    merged = list(ticket.merged_from.order_by("pk"))
    sources = {each.pk: each.reference for each in merged}
    pictures = Screenshot.objects.filter(ticket__in=[ticket.pk, *sources])
    screenshots = list(pictures.select_related("reading").order_by("id"))
    secrets = secret_pages([ticket, *merged], by=request.user)
    entries = conversation(ticket, merged=merged, screenshots=screenshots, secrets=secrets)
    spoken = [entry.message for entry in entries if isinstance(entry, Speech)]
    may = actions.available(ticket, user=request.user)
    kin = kin_of(ticket)
    others = others_of(ticket, kin, by=request.user)
    drafted = draft_context(ticket, request=request)
    return {
        **admin.site.each_context(request),
        "title": ticket.reference,
        "ticket": ticket,
        "row": Row(ticket, assessment, len(screenshots)),
        "entries": entries,
        "seen": max((message.pk for message in spoken), default=0),
        "spam_signs": spam_words.signs_of(ticket),
        "spam_from": spam_words.until(ticket),
        "facts": {**facts_of(ticket, assessment), **came_back_to(ticket, spoken)},
        "promised": promised_on(ticket, last_move_at=last_move(entries)),
        "mail_rests": suppression.because_of(ticket.mail_address) if ticket.mail_address else "",
        "assessment": assessment,
        "one_click": one_click(ticket, assessment),
        "guesses": guesses_of(assessment, ticket.category),
        "reasons": reasons_of(assessment),
        "playbook_steps": steps_of(playbooks().get(ticket.category)),
        "secret_pages": secrets[ticket.pk],
        "shots": shots(screenshots, sources=sources),
        "may_view_screenshots": request.user.has_perm("tickets.view_screenshot"),
        "may": may,
        "may_reply": bool(may & {"reply_and_wait", "reply_and_resolve"}),
        "categories": {slug: label_of(slug) for slug in playbooks()},
        "holds": action_inputs.HOLDS,
        "agents": action_inputs.assignable() if "assign" in may else [],
        "running_incidents": running_incidents() if "link_incident" in may else [],
        "others": others,
        "living": living_among(others, ticket),
        "second_account": second_account_of(ticket, kin),
        "merged": merged_here(ticket, merged, by=request.user),
        "may_undo_merge": may_undo(ticket, by=request.user),
        "max_body": action_inputs.MAX_BODY,
        "kinds": MessageKind,
        **identity_context(ticket, merged, by=request.user),
        **drafted,
        **reply_context(request, ticket, draft=drafted["draft"]),
        **presence_context(ticket, request=request),
    }


def last_move(entries: Sequence[Line | Speech | MergedReport]) -> datetime | None:
    moves = [entry.at for entry in entries if isinstance(entry, Line) and entry.event.kind == EventKind.MOVED]
    return moves[-1] if moves else None


def secret_pages(tickets: Iterable[Ticket], *, by: User) -> dict[int, dict[int, str]]:
    """Where each masked secret can be asked for, by ticket and its number: those open to this agent."""
    pages: dict[int, dict[int, str]] = {ticket.pk: {} for ticket in tickets}
    if not by.has_perm("tickets.change_ticket"):
        return pages
    for secret in SealedSecret.objects.filter(ticket__in=pages).defer("sealed"):
        if desk.may_reveal(secret, by=by):
            route = reverse("admin:tickets_ticket_secret", args=[secret.ticket_id, secret.number])
            pages[secret.ticket_id][secret.number] = route
    return pages


def facts_of(ticket: Ticket, assessment: Assessment | None) -> dict[str, str | bool]:
    return {
        "signup": signup_moment(ticket),
        "before_report": before_report(ticket),
        "since_signup": since_signup(ticket) if ticket.signup_precision == SignupPrecision.MINUTE else "",
        "signup_claim": claim_in_words(ticket),
        "picked": picked_on_form(ticket),
        "tried": tried_in_short(tried_of(ticket, assessment)),
        "mailbox": mailbox(ticket.registered_email),
        "carrier": carrier(ticket.registered_phone),
        "platform_error": ticket.platform_error,
        "takes_no_mail": bool(assessment and assessment.facts.get("domain_unreachable")),
        **doubts_of(ticket),
    }


def came_back_to(ticket: Ticket, messages: Iterable[Message]) -> dict[str, str]:
    """Why our mail did not reach each of the ticket's addresses, "" where it did or none was sent."""
    found = came_back(message for message in messages if message.ticket_id == ticket.pk)
    return {
        "registered_came_back": found.get(ticket.registered_email.lower(), ""),
        "reply_came_back": found.get(ticket.reply_email.lower(), ""),
    }


def doubts_of(ticket: Ticket) -> dict[str, str | bool]:
    """Which domain each address may have meant, and whether the two are nearly the same."""
    found = doubts_about(registered_email=ticket.registered_email, reply_email=ticket.reply_email)
    meant = {doubt.field: doubt.domain for doubt in found}
    return {
        "registered_meant": meant.get(REGISTERED, ""),
        "reply_meant": meant.get(REPLY, ""),
        "are_nearly_same": any(doubt.code == NEAR_MISS for doubt in found),
    }


def reasons_of(assessment: Assessment | None) -> list[str]:
    language = get_language() or "id"
    given = assessment.reasons if assessment else []
    return [describe(each["code"], each.get("params", {}), language=language) for each in given]


def guesses_of(assessment: Assessment | None, category: str) -> list[tuple[str, int]]:
    """Triage's guesses beside the ticket's category, worth a look from 1 % on."""
    if assessment is None:
        return []
    pairs = ((slug, percent_of(share)) for slug, share in assessment.guesses)
    shown = [(slug, percent) for slug, percent in pairs if slug != category]
    return [(label_of(slug), percent) for slug, percent in shown if percent]


def steps_of(playbook: Playbook | None) -> tuple[str, ...]:
    return playbook.agent_steps(get_language() or "id") if playbook else ()
