"""The status page of one ticket: where it stands, what to do now, and the requester's say."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import intake, links, sharing
from tickets.forms import AdditionForm, LinkForm
from tickets.link_mails import TooManyLinks
from tickets.models import Ticket
from tickets.throttling import LinkThrottle, allow_intake, seconds_to_wait
from tickets.web.linked import private, with_ticket
from tickets.web.pages import retry_after, unless_known
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
        link_form = LinkForm(request.POST) if _action(request) == "link" else None
        return _page(request, ticket, form, link_form=link_form, notice="expired", status=403)

    return with_ticket(request, reference, token, answer)


def _answer(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ticket, AdditionForm())
    if is_oversized(request):
        form = AdditionForm(request.POST, request.FILES)
        return _page(request, ticket, form, notice="too_large", status=413)
    actions = {"fixed": _confirm, "failing": _still_failing, "add": _add, "link": _mail_link}
    action = actions.get(_action(request))
    if action is None:
        # From a page before an upgrade, perhaps: what was typed into it is not lost.
        form = AdditionForm(request.POST, request.FILES)
        return _page(request, ticket, form, notice="stale", status=400)
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


def _mail_link(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Send the link elsewhere. What is said tells nothing of the address, known or not, mailed or not."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket, AdditionForm(), link_form=form, status=422)
    wait = seconds_to_wait(LinkThrottle(), request)
    if wait is not None:
        response = _page(request, ticket, AdditionForm(), link_form=form, notice="link_capped", status=429)
        return retry_after(response, wait)
    try:
        sharing.mail_link(ticket, to=form.cleaned_data["address"])
    except TooManyLinks:
        return _page(request, ticket, AdditionForm(), link_form=form, notice="link_capped", status=429)
    except intake.AWAY:
        response = _page(request, ticket, AdditionForm(), link_form=form, notice="unavailable", status=503)
        return retry_after(response, intake.RETRY_AFTER)
    return _done(request, ticket, _("We are sending the link to that address."))


def _done(request: HttpRequest, ticket: Ticket, words: str) -> HttpResponse:
    messages.success(request, words)
    return HttpResponseRedirect(links.status_path(ticket), status=303)


def _page(
    request: HttpRequest,
    ticket: Ticket,
    form: AdditionForm,
    *,
    link_form: LinkForm | None = None,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "shown": ShownTicket(ticket),
        # What a button in our mail asks to confirm: mail scanners open links, so no link changes anything.
        "asked": request.GET.get("say", ""),
        "ticket": ticket,
        "form": form,
        "link_form": link_form or LinkForm(),
        "page_url": request.build_absolute_uri(request.path),
        "notice": notice,
        "lost_names": form.lost_names,
        "reload_after": _reload_after(ticket),
    }
    if request.method == "GET" and request.GET.get("part") == "live":
        return _live(request, context)
    return private(render(request, "tickets/web/status.html", context, status=status))


def _live(request: HttpRequest, context: dict) -> HttpResponse:
    """The part that updates itself; while it is as it was, not even that is sent."""
    return private(unless_known(request, render(request, "tickets/web/parts/live.html", context)))


def _reload_after(ticket: Ticket) -> int | None:
    age = timezone.now() - ticket.created_at
    return next((seconds for until, seconds in RELOADS if age < until), None)
