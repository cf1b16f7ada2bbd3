"""Drafts: saved by the open page while the agent types, and put back into its reply box."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tickets import drafts
from tickets.admin.action_inputs import MAX_BODY
from tickets.admin.addresses import possible_pk, read_page
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.wording import moment
from tickets.models import Ticket


@sensitive_post_parameters("body")
@require_POST
@needs("tickets.view_ticket")  # who may not reply any more keeps what they have typed
def draft_view(request: StaffRequest, pk: int) -> HttpResponse:
    ticket = get_object_or_404(Ticket.objects.only("pk"), pk=possible_pk(pk))
    if "discard" in request.POST:
        return _discard(request, ticket)
    body = request.POST.get("body", "")
    if len(body) > MAX_BODY:
        return _refused("long", _("The text is longer than %(limit)s characters.") % {"limit": MAX_BODY})
    try:
        draft = _save(request, ticket, body=body)
    except drafts.AlreadySent:
        return _refused("sent", _("This text was sent already."))
    except drafts.NewerDraft as error:
        newer = drafts.read(ticket, by=request.user)
        said = _("Another window has a newer draft for this ticket.")
        return _refused("newer", said, page=error.page, body=newer.body if newer else "")
    said = _("Draft saved %(moment)s") % {"moment": moment(draft.saved_at)} if draft else ""
    return JsonResponse({"said": said})


def draft_context(ticket: Ticket, *, request: StaffRequest) -> dict[str, Any]:
    """What the reply box of this page shows and carries; a refused text stands before the draft."""
    kept = drafts.read(ticket, by=request.user)
    return {
        "draft": kept if kept and kept.body else None,
        "typed": kept.body if kept else "",
        "page": {
            "key": uuid.uuid4().hex,
            "base": _base(request, kept),
            "sent": kept.page if kept and not kept.body else "",
        },
    }


def _base(request: StaffRequest, kept: drafts.Kept | None) -> str:
    """Name the page whose draft this one replaces.

    After a refusal that is the refused page; what a third window has typed meanwhile must not
    be overwritten by what comes back into the box here.
    """
    newest = kept.page if kept else ""
    before = _keys(request)
    if request.method != "POST" or newest in before.values():
        return newest
    return before["page"]


def _keys(request: StaffRequest) -> dict[str, str]:
    return {name: read_page(request.POST.get(name, "")) for name in ("page", "base")}


def _save(request: StaffRequest, ticket: Ticket, *, body: str):
    is_note = "is_note" in request.POST
    return drafts.save(ticket, body=body, is_note=is_note, by=request.user, **_keys(request))


def _discard(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """By a button, without script."""
    try:
        _save(request, ticket, body="")
        messages.success(request, _("The draft is thrown away."))
    except (drafts.AlreadySent, drafts.NewerDraft):
        messages.warning(request, _("This was not the newest draft any more; look at it again."))
    return HttpResponseRedirect(reverse("admin:tickets_ticket_change", args=[ticket.pk]), status=303)


def _refused(code: str, said: str, **newer: str) -> HttpResponse:
    return JsonResponse({"code": code, "said": said, **newer}, status=409)
