"""Webhooks: which addresses are told of what; administrators add, change, try and switch them off."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets.admin.api_keys_page import shown_once
from tickets.admin.rights import StaffRequest, needs
from tickets.models import WebhookEndpoint
from tickets.models.webhook import OffBecause, WebhookEvent
from tickets.webhooks import endpoints, queueing, targets

# More endpoints than that are a mistake, not a list to page through.
SHOWN = 100
REFUSALS: dict[str, str | Promise] = {
    "url": gettext_lazy("That is no address we can send to. Write it as https://hooks.example.org/path."),
    "scheme": gettext_lazy("The address must begin with https://."),
    "private": gettext_lazy("The address leads into a private network."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_webhookendpoint")
def webhooks_page(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _list(request)
    if not request.user.has_perm("tickets.add_webhookendpoint"):
        raise PermissionDenied
    url, events = _typed(request)
    if not events:
        return _list(request, refusal=_("Choose at least one event."))
    try:
        endpoint, secret = endpoints.add(url=url, events=events, by=request.user)
    except targets.Refused as error:
        return _list(request, refusal=str(REFUSALS[error.code]))
    return _secret(request, endpoint, secret)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_webhookendpoint")
def webhook_page(request: StaffRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(WebhookEndpoint.objects.select_related("created_by"), pk=pk)
    if request.method != "POST":
        return _one(request, endpoint)
    if not request.user.has_perm("tickets.change_webhookendpoint"):
        raise PermissionDenied
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        return _one(request, endpoint, refusal=_("Nothing was changed."))
    return action(request, endpoint)


def _save(request: StaffRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    url, events = _typed(request)
    if not events:
        return _one(request, endpoint, refusal=_("Choose at least one event."))
    try:
        endpoints.change(endpoint, url=url, events=events, by=request.user)
    except targets.Refused as error:
        return _one(request, endpoint, refusal=str(REFUSALS[error.code]))
    return _done(request, endpoint, _("The webhook is saved."))


def _rotate(request: StaffRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    return _secret(request, endpoint, endpoints.rotate(endpoint, by=request.user))


def _switch_off(request: StaffRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    endpoints.switch_off(endpoint, because=OffBecause.BY_HAND, by=request.user)
    return _done(request, endpoint, _("The webhook is off. What was waiting is given up."))


def _switch_on(request: StaffRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    endpoints.switch_on(endpoint, by=request.user)
    return _done(request, endpoint, _("The webhook is on."))


def _test(request: StaffRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    if not endpoint.is_active:
        return _one(request, endpoint, refusal=_("Switch the webhook on first."))
    queueing.send_test(endpoint)
    return _done(request, endpoint, _("A test event is on its way; the log shows what becomes of it."))


ACTIONS: dict[str, Callable[[StaffRequest, WebhookEndpoint], HttpResponse]] = {
    "save": _save,
    "rotate": _rotate,
    "off": _switch_off,
    "on": _switch_on,
    "test": _test,
}


def _typed(request: StaffRequest) -> tuple[str, list[str]]:
    url = request.POST.get("url", "").strip()
    return url, [event for event in request.POST.getlist("events") if event in WebhookEvent]


def _page_of(endpoint: WebhookEndpoint) -> str:
    return reverse("admin:tickets_webhookendpoint_change", args=[endpoint.pk])


def _done(request: StaffRequest, endpoint: WebhookEndpoint, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return HttpResponseRedirect(_page_of(endpoint), status=303)


def _secret(request: StaffRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
    return shown_once(
        request,
        title=_("The secret of the webhook, shown once"),
        value=secret,
        hint=_("The receiver checks signatures with it. We can make a new one, but not show this one again."),
        back=_page_of(endpoint),
    )


def _shared(request: StaffRequest, refusal: str) -> dict[str, object]:
    return {
        **admin.site.each_context(request),
        "refusal": refusal,
        "all_events": WebhookEvent.choices,
        "max_url": targets.MAX_URL,
        "may_change": request.user.has_perm("tickets.change_webhookendpoint"),
        "may_add": request.user.has_perm("tickets.add_webhookendpoint"),
    }


def _list(request: StaffRequest, *, refusal: str = "") -> HttpResponse:
    context = {
        **_shared(request, refusal),
        "title": _("Webhooks"),
        "endpoints": WebhookEndpoint.objects.all()[:SHOWN],
        "url": request.POST.get("url", ""),
        "chosen": request.POST.getlist("events") if refusal else WebhookEvent.values,
    }
    return TemplateResponse(request, "tickets/desk/webhooks.html", context, status=400 if refusal else 200)


def _one(request: StaffRequest, endpoint: WebhookEndpoint, *, refusal: str = "") -> HttpResponse:
    is_typed = refusal and "url" in request.POST
    context = {
        **_shared(request, refusal),
        "title": _("Webhook"),
        "endpoint": endpoint,
        "url": request.POST["url"] if is_typed else endpoint.url,
        "chosen": request.POST.getlist("events") if is_typed else endpoint.events,
    }
    return TemplateResponse(request, "tickets/desk/webhook.html", context, status=400 if refusal else 200)
