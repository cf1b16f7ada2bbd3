"""Proof of identity at the desk: agents ask for it and take that back; leads see it, each look recorded."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin, messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tickets import desk, identity_files, sealing
from tickets.admin import actions
from tickets.admin.action_inputs import MAX_SAID, read_said
from tickets.admin.addresses import possible_pk
from tickets.admin.identity_card import with_looks
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.screenshot_view import CONTENT_TYPES, EXTENSIONS, mark_as_picture
from tickets.admin.ticket_page import refused
from tickets.identity import asking, deciding
from tickets.identity.asking import ASK, SEE
from tickets.lifecycle import ForbiddenTransition
from tickets.models import IdentityFile, IdentityRequest, Ticket
from tickets.models.identity import IdentityDecision, IdentityReason
from tickets.models.ticket import Status
from tickets.throttling import client_ip

LATELY = 50  # requests in the list below those that wait


@dataclass(frozen=True)
class Shown:
    picture: IdentityFile
    is_readable: bool


@require_POST
@needs("tickets.change_ticket")
@needs(ASK)
def ask_view(request: StaffRequest, pk: int) -> HttpResponse:
    ticket = get_object_or_404(Ticket, pk=possible_pk(pk))
    try:
        asking.ask(ticket, because=_reason(request), by=request.user)
    except actions.Refusal as refusal:
        return refused(request, pk, refusal=refusal)
    except desk.NotYours as error:
        return refused(request, pk, refusal=actions.Refusal(actions.taken(error.ticket)))
    except asking.NotNeeded:
        sentence = _(
            "Only tickets about a restricted account need proof of identity. A lead may ask for it here."
        )
        return refused(request, pk, refusal=actions.Refusal(sentence))
    except asking.AlreadyAsked:
        sentence = _(
            "The requester has a link that works, or their proof waits for a decision. Nothing was sent."
        )
        return refused(request, pk, refusal=actions.Refusal(sentence))
    except asking.AskedTooOften:
        sentence = _("Proof of identity was asked for often enough today. Nothing was sent.")
        return refused(request, pk, refusal=actions.Refusal(sentence))
    except ForbiddenTransition as error:
        sentence = _("The ticket is now “%(status)s”; from there this is not possible. Nothing was changed.")
        status = {"status": Status(error.ticket.status).label}
        return refused(request, pk, refusal=actions.Refusal(sentence % status))
    messages.success(request, _("The link is on its way; the ticket waits for the requester."))
    return _to_ticket(pk)


@require_POST
@needs("tickets.change_ticket")
@needs(ASK)
def withdraw_view(request: StaffRequest, pk: int) -> HttpResponse:
    asked = _asked(pk)
    try:
        asking.withdraw(asked, by=request.user)
    except desk.NotYours as error:
        return refused(request, asked.ticket_id, refusal=actions.Refusal(actions.taken(error.ticket)))
    except asking.NotOpen:
        sentence = _("The link does not work any more, or something was sent by it meanwhile. Look again.")
        return refused(request, asked.ticket_id, refusal=actions.Refusal(sentence))
    messages.success(request, _("The request is taken back; its link works no more."))
    return _to_ticket(asked.ticket_id)


@require_safe
@needs(SEE)
def identities_page(request: StaffRequest) -> HttpResponse:
    """What waits for a decision, the longest first; below, what was asked for lately."""
    waiting = list(with_looks(IdentityRequest.objects.to_decide()).order_by("used_at"))
    others = with_looks(IdentityRequest.objects.exclude(pk__in=[each.pk for each in waiting]))
    context = {
        **admin.site.each_context(request),
        "title": _("Proof of identity"),
        "lists": [
            (_("Waiting for a decision"), waiting, _("Nothing waits for a decision.")),
            (_("All others, the latest first"), list(others.order_by("-id")[:LATELY]), _("None yet.")),
        ],
    }
    return TemplateResponse(request, "tickets/desk/identities.html", context)


@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
@needs(SEE)
def identity_page(request: StaffRequest, pk: int) -> HttpResponse:
    asked = _asked(pk)
    if request.method != "POST":
        return _page(request, asked)
    try:
        decision, words = _decision(request), read_said(request.POST)
        deciding.decide(asked, decision=decision, words=words, by=request.user)
    except actions.Refusal as refusal:
        return _page(request, asked, refusal=str(refusal))
    except deciding.AlreadyDecided:
        sentence = _("There is nothing to decide here (any more): somebody has, or the pictures are deleted.")
        return _page(request, _asked(pk), refusal=sentence)
    messages.success(request, _("The decision is saved. Now the requester needs an answer."))
    return _to_ticket(asked.ticket_id)


@require_safe
@needs(SEE)
def identity_picture(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Unseal one picture for a lead, who is written down first.

    The headers say: this is an image, it runs nothing, and nobody keeps it.
    """
    if number > IdentityFile.LAST:
        raise Http404
    files = IdentityFile.objects.select_related("request__ticket")
    picture = get_object_or_404(files, request=possible_pk(pk), number=number)
    try:
        content = deciding.look(picture, ip_address=client_ip(request), by=request.user)
    except (FileNotFoundError, sealing.Unreadable) as error:
        raise Http404 from error
    response = HttpResponse(content, content_type=CONTENT_TYPES[picture.format])
    # The name is ours, and says whose it is to nobody.
    name = f"identity-{pk}-{number}.{EXTENSIONS[picture.format]}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    mark_as_picture(response)
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: StaffRequest, asked: IdentityRequest, *, refusal: str = "") -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Proof of identity: %(ticket)s") % {"ticket": asked.ticket.reference},
        "asked": asked,
        "ticket": asked.ticket,
        "pictures": [Shown(each, _is_readable(each)) for each in asked.files.all()],
        "decisions": IdentityDecision.choices,
        "chosen": request.POST.get("decision", ""),
        "said": request.POST.get("said", ""),
        "max_said": MAX_SAID,
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return TemplateResponse(request, "tickets/desk/identity.html", context, status=status)


def _is_readable(picture: IdentityFile) -> bool:
    """Whether it can be shown at all; this shows it to nobody."""
    try:
        identity_files.read(picture.path)
    except (FileNotFoundError, sealing.Unreadable):
        return False
    return True


def _reason(request: StaffRequest) -> IdentityReason | None:
    typed = request.POST.get("because", "")
    if typed and typed not in IdentityReason:
        raise actions.Refusal(_("Choose a reason from the list, or none."))
    return IdentityReason(typed) if typed else None


def _decision(request: StaffRequest) -> IdentityDecision:
    typed = request.POST.get("decision", "")
    if typed not in IdentityDecision:
        raise actions.Refusal(_("Choose first whether it matches."))
    return IdentityDecision(typed)


def _asked(pk: int) -> IdentityRequest:
    return get_object_or_404(with_looks(IdentityRequest.objects.all()), pk=possible_pk(pk))


def _to_ticket(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:tickets_ticket_change", args=[pk]), status=303)
