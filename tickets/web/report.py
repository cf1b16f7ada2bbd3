"""Hubungi Kami: the page on which somebody reports a registration issue."""

from __future__ import annotations

import logging
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from tickets import intake, prefill
from tickets.forms import ReportForm, prefilled_by
from tickets.models.ticket import Channel, Zone
from tickets.submission import Submission
from tickets.throttling import AdviceThrottle, allow_intake, client_ip
from tickets.web.advice import help_context
from tickets.web.device import HINTS, describe_device
from tickets.web.form_token import Opening, new_token, read_token, submission_key
from tickets.web.frame import page_after_sending
from tickets.web.pages import retry_after
from tickets.web.uploads import dropped_names, is_oversized, takes_uploads

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_uploads
def report(request: HttpRequest) -> HttpResponse:
    return answer(request)


def answer(request: HttpRequest) -> HttpResponse:
    """Answer with the form, or take what was filled in; the same inside a frame."""
    if request.method == "POST":
        return _receive(request)
    said = prefill.read(request.GET.get(prefill.PARAMETER, ""))
    form = ReportForm(
        initial={"device": describe_device(request), "signup_zone": Zone.WIB, **prefilled_by(said)}
    )
    return _page(request, form, token=new_token(platform_error=said.error))


def show_again(request: HttpRequest, *, notice: str, status: int) -> HttpResponse:
    """Show the form with everything that was typed; `notice` is a code for what happened."""
    opening, form = _posted(request)
    return _again(request, form, opening, notice=notice, status=status)


def _receive(request: HttpRequest) -> HttpResponse:
    opening, form = _posted(request)
    if is_oversized(request):
        return _again(request, form, opening, notice="too_large", status=413)
    if opening is None:
        return _again(request, form, opening, notice="stale", status=400)
    if request.POST.get("action") == "advice":
        return _advise(request, form)
    # Only what costs us something is counted: hundreds of phones share one address of a
    # mobile network, and a form to be corrected must not use up their turns.
    wait = allow_intake(request) if form.is_valid() or request.FILES else None
    if wait is not None:
        return retry_after(_again(request, form, opening, notice="throttled", status=429), wait)
    form.inspect_screenshots()
    if form.errors:
        return _again(request, form, opening, notice="", status=422)
    return _submit(request, form, opening)


def _advise(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """Show the form as it was sent with the advice in it: the way of those without a script."""
    helped = help_context(form) if AdviceThrottle().allow_request(request, None) else {}
    # Not bound: what is still missing is no mistake yet.
    shown = ReportForm(initial=form.as_typed())
    lost = form.lost_names + dropped_names(request)
    return _page(request, shown, token=request.POST["form_token"], written=form, lost_names=lost, **helped)


def _submit(request: HttpRequest, form: ReportForm, opening: Opening) -> HttpResponse:
    try:
        ticket = intake.submit_ticket(_submission(request, form, opening))
    except intake.AWAY:
        # The database or the disk is away; the text must not be.
        logger.exception("a report could not be stored")
        return retry_after(
            _again(request, form, opening, notice="unavailable", status=503), intake.RETRY_AFTER
        )
    # 303: whatever the browser does next, it does not send the report again.
    return HttpResponseRedirect(page_after_sending(request, ticket), status=303)


def _submission(request: HttpRequest, form: ReportForm, opening: Opening) -> Submission:
    data = form.cleaned_data
    return Submission(
        key=_key(form, opening),
        description=data["description"],
        channel=Channel.FORM,
        situation=data["situation"],
        language=get_language() or "id",
        registered_email=data["registered_email"],
        registered_phone=data["registered_phone"],
        reply_email=data["reply_email"],
        signup_precision=form.signup_precision,
        signed_up_at=form.signed_up_at,
        signup_claim=form.signup_claim,
        zone=data["signup_zone"],
        tried=frozenset(data["tried"]),
        device=data["device"],
        user_agent=request.headers.get("User-Agent", ""),
        ip_address=client_ip(request),
        attachments=form.attachments,
        platform_error=opening.platform_error,
        fell_for_trap=bool(data["website"]),
        filled_in=timezone.now() - opening.opened_at,
    )


def _key(form: ReportForm, opening: Opening) -> uuid.UUID:
    data = form.cleaned_data
    words = [data["description"], data["registered_email"], data["registered_phone"], data["reply_email"]]
    pictures = sorted(attachment.inspected.sha256 for attachment in form.attachments)
    return submission_key(opening, parts=[*words, *pictures])


def _posted(request: HttpRequest) -> tuple[Opening | None, ReportForm]:
    opening = read_token(request.POST.get("form_token", ""))
    opened_at = opening.opened_at if opening else None
    return opening, ReportForm(request.POST, request.FILES, opened_at=opened_at)


def _again(
    request: HttpRequest, form: ReportForm, opening: Opening | None, *, notice: str, status: int
) -> HttpResponse:
    token = request.POST["form_token"] if opening else new_token()
    lost = form.lost_names + dropped_names(request)
    return _page(request, form, token=token, written=form, notice=notice, lost_names=lost, status=status)


def _page(request: HttpRequest, form: ReportForm, *, status: int = 200, **context) -> HttpResponse:
    response = render(request, "tickets/web/report.html", {"form": form, **context}, status=status)
    response["Accept-CH"] = HINTS
    # Not "no-store": with it a browser's Back would come to an empty form.
    response["Cache-Control"] = "private, no-cache"
    return response
