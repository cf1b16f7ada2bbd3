"""One masked secret: asked for with a reason, shown once, and written into the ticket's history."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from tickets import desk, sealing
from tickets.admin import actions
from tickets.admin.action_inputs import MAX_SAID, read_said
from tickets.admin.addresses import possible_pk
from tickets.admin.event_sentences import REASONS
from tickets.admin.rights import StaffRequest, needs
from tickets.models import SealedSecret


@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.change_ticket")
def secret_page(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    secret = _secret(pk, number)
    if not desk.may_reveal(secret, by=request.user):
        raise PermissionDenied(_("Your role does not show this kind of secret. A lead can look at it."))
    if request.method != "POST":
        return _page(request, secret)
    try:
        return _revealed(request, secret)
    except actions.Refusal as refusal:
        return _page(request, secret, refusal=str(refusal), status=409)


def _secret(pk: int, number: int) -> SealedSecret:
    # What no column can hold is no number of ours, and PostgreSQL would refuse to look for it.
    if number > SealedSecret.LAST:
        raise Http404
    secrets = SealedSecret.objects.select_related("ticket")
    return get_object_or_404(secrets, ticket=possible_pk(pk), number=number)


@sensitive_variables("value")
def _revealed(request: StaffRequest, secret: SealedSecret) -> HttpResponse:
    because, words = _reason(request)
    try:
        value = desk.reveal(secret, because=because, words=words, by=request.user)
    except desk.NotYours as error:
        raise actions.Refusal(actions.taken(error.ticket)) from error
    except sealing.Unreadable as error:
        raise actions.Refusal(
            _("This secret cannot be read any more: its key is gone. Ask the requester.")
        ) from error
    return _page(request, secret, value=value)


def _reason(request: StaffRequest) -> tuple[str, str]:
    because = request.POST.get("because", "")
    if because not in REASONS:
        raise actions.Refusal(_("Choose the reason first."))
    words = read_said(request.POST)
    if because == "other" and not words:
        raise actions.Refusal(_("Say in a few words what it is needed for."))
    return because, words


def _page(
    request: StaffRequest, secret: SealedSecret, *, status: int = 200, value: str = "", refusal: str = ""
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": f"{secret} · {secret.ticket}",
        "secret": secret,
        "ticket": secret.ticket,
        "value": value,
        "refusal": refusal,
        "reasons": REASONS,
        "chosen": request.POST.get("because", ""),
        "said": request.POST.get("said", ""),
        "max_said": MAX_SAID,
    }
    return TemplateResponse(request, "tickets/desk/secret.html", context, status=status)
