"""Lengkapi laporan: what a report that came by mail lacks, asked for on a page behind its link."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import completing, intake, links
from tickets.forms import CompletionForm, known_of
from tickets.models import Ticket
from tickets.throttling import allow_intake
from tickets.web.device import HINTS, describe_device
from tickets.web.linked import private, with_ticket
from tickets.web.pages import retry_after
from tickets.web.uploads import takes_uploads


@require_http_methods(["GET", "HEAD", "POST"])
@takes_uploads
def complete(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    return with_ticket(request, reference, token, _answer)


def show_again(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """Show the page after a failed CSRF check, with everything that was filled in."""

    def answer(request: HttpRequest, ticket: Ticket) -> HttpResponse:
        return _page(request, ticket, CompletionForm(request.POST), notice="expired", status=403)

    return with_ticket(request, reference, token, answer)


def _answer(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    if ticket.is_finished:  # nothing is asked for any more
        return HttpResponseRedirect(links.status_path(ticket))
    if request.method == "POST":
        return _receive(request, ticket, CompletionForm(request.POST))
    known = known_of(ticket, device=describe_device(request))
    return _page(request, ticket, CompletionForm(initial=known))


def _receive(request: HttpRequest, ticket: Ticket, form: CompletionForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, ticket, form, status=422)
    wait = allow_intake(request)
    if wait is not None:
        return retry_after(_page(request, ticket, form, notice="throttled", status=429), wait)
    try:
        completing.complete(ticket, form.completion)
    except intake.AWAY:
        return retry_after(_page(request, ticket, form, notice="unavailable", status=503), intake.RETRY_AFTER)
    messages.success(request, _("Thank you. Your report is complete now."))
    return HttpResponseRedirect(links.status_path(ticket), status=303)


def _page(
    request: HttpRequest, ticket: Ticket, form: CompletionForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    context = {"form": form, "ticket": ticket, "notice": notice, "back": links.status_path(ticket)}
    response = private(render(request, "tickets/web/complete.html", context, status=status))
    response["Accept-CH"] = HINTS
    return response
