"""The status page of one ticket: where it stands, what to do now, and the requester's say."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import intake, links
from tickets.forms import AdditionForm
from tickets.models import Ticket
from tickets.throttling import allow_intake
from tickets.web.linked import private, with_ticket
from tickets.web.pages import retry_after
from tickets.web.shown import ShownTicket
from tickets.web.uploads import is_oversized, takes_uploads

# Without JavaScript the page reloads itself while triage is at work: soon at first, then seldom,
# then not at all, because a reload takes away what somebody is typing.
RELOADS = [(timedelta(seconds=20), 2), (timedelta(minutes=2), 15)]  # (age of the ticket, seconds)


@require_http_methods(["GET", "HEAD", "POST"])
@takes_uploads
def status(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    return with_ticket(request, reference, token, _answer)


def show_again(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """Show the page after a failed CSRF check, with what was being added."""

    def answer(request: HttpRequest, ticket: Ticket) -> HttpResponse:
        form = AdditionForm(request.POST, request.FILES) if _action(request) == "add" else AdditionForm()
        return _page(request, ticket, form, notice="expired", status=403)

    return with_ticket(request, reference, token, answer)


def _answer(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ticket, AdditionForm())
    if is_oversized(request):
        form = AdditionForm(request.POST, request.FILES)
        return _page(request, ticket, form, notice="too_large", status=413)
    actions = {"fixed": _confirm, "failing": _still_failing, "add": _add}
    action = actions.get(_action(request))
    if action is None:
        return _page(request, ticket, AdditionForm(), status=400)
    return action(request, ticket)


def _action(request: HttpRequest) -> str:
    return request.POST.get("action", "")


def _confirm(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    intake.confirm_fixed(ticket)
    return _done(request, ticket, _("Thank you. Good to hear that it works now."))


def _still_failing(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    intake.report_still_failing(ticket)
    return _done(request, ticket, _("Thank you for telling us. Our staff will take it from here."))


def _add(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    form = AdditionForm(request.POST, request.FILES)
    wait = allow_intake(request) if form.is_valid() or request.FILES else None
    if wait is not None:
        return retry_after(_page(request, ticket, form, notice="throttled", status=429), wait)
    form.inspect_screenshots()
    if form.errors:
        return _page(request, ticket, form, status=422)
    try:
        carrier = intake.add_information(ticket, body=form.cleaned_data["body"], attachments=form.attachments)
    except intake.AWAY:
        return retry_after(_page(request, ticket, form, notice="unavailable", status=503), intake.RETRY_AFTER)
    return _done(request, carrier, _("Thank you. We have added it to your report."))


def _done(request: HttpRequest, ticket: Ticket, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(links.status_path(ticket), status=303)


def _page(
    request: HttpRequest, ticket: Ticket, form: AdditionForm, *, notice: str = "", status: int = 200
) -> HttpResponse:
    is_part = request.method == "GET" and request.GET.get("part") == "live"
    context = {
        "shown": ShownTicket(ticket),
        # What a button in our mail asks to confirm: mail scanners open links, so no link changes anything.
        "asked": request.GET.get("say", ""),
        "ticket": ticket,
        "form": form,
        "notice": notice,
        "lost_names": form.lost_names,
        "reload_after": _reload_after(ticket),
    }
    template = "tickets/web/parts/live.html" if is_part else "tickets/web/status.html"
    return private(render(request, template, context, status=status))


def _reload_after(ticket: Ticket) -> int | None:
    age = timezone.now() - ticket.created_at
    return next((seconds for until, seconds in RELOADS if age < until), None)
