"""API keys: which there are and what they may; administrators make them, see each once, and revoke them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tickets import api_keys
from tickets.admin.rights import StaffRequest, needs
from tickets.fields import clean_line
from tickets.models import ApiKey
from tickets.models.api_key import Scope

# Beyond these nobody looks through the list; the oldest are revoked long since.
SHOWN = 200
MAX_NAME = ApiKey._meta.get_field("name").max_length or 0
LIVES = {
    "30": gettext_lazy("30 days"),
    "90": gettext_lazy("90 days"),
    "365": gettext_lazy("one year"),
    "": gettext_lazy("until it is revoked"),
}
USUAL_LIFE = "365"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_apikey")
def api_keys_page(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _list(request)
    if not request.user.has_perm("tickets.add_apikey"):
        raise PermissionDenied
    name = clean_line(request.POST.get("name", "")[: MAX_NAME + 1])
    scopes = [scope for scope in request.POST.getlist("scopes") if scope in Scope]
    life = request.POST.get("life", USUAL_LIFE)
    refusal = _refusal(name, scopes, life)
    if refusal:
        return _list(request, refusal=refusal)
    expires_at = timezone.now() + timedelta(days=int(life)) if life else None
    key, token = api_keys.make(name=name, scopes=scopes, expires_at=expires_at, by=request.user)
    return shown_once(
        request,
        title=_("The key %(name)s, shown once") % {"name": key.name},
        value=token,
        hint=_("Give it to the program, and to nobody else. We keep no copy."),
        back=reverse("admin:tickets_apikey_changelist"),
    )


@require_POST
@needs("tickets.change_apikey")
def revoke_key(request: StaffRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk)
    api_keys.revoke(key, by=request.user)
    messages.success(request, _("The key %(name)s opens nothing any more.") % {"name": key.name})
    return HttpResponseRedirect(reverse("admin:tickets_apikey_changelist"), status=303)


def shown_once(request: StaffRequest, *, title: str, value: str, hint: str, back: str) -> HttpResponse:
    """A page with a secret that is not on it any more when one comes back."""
    context = {**admin.site.each_context(request), "title": title, "value": value, "hint": hint, "back": back}
    return TemplateResponse(request, "tickets/desk/shown_once.html", context)


def _refusal(name: str, scopes: list[str], life: str) -> str:
    if not name:
        return _("Give the key a name that says which program uses it.")
    if len(name) > MAX_NAME:
        return _("The name is longer than %(limit)s characters.") % {"limit": MAX_NAME}
    if not scopes:
        return _("Choose what the key may do.")
    return "" if life in LIVES else _("Choose how long the key lives.")


def _list(request: StaffRequest, *, refusal: str = "") -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("API keys"),
        "keys": ApiKey.objects.select_related("created_by", "revoked_by")[:SHOWN],
        "scopes": Scope.choices,
        "chosen": request.POST.getlist("scopes"),
        "lives": LIVES.items(),
        "life": request.POST.get("life", USUAL_LIFE),
        "name": request.POST.get("name", ""),
        "max_name": MAX_NAME,
        "refusal": refusal,
        "may_add": request.user.has_perm("tickets.add_apikey"),
        "may_change": request.user.has_perm("tickets.change_apikey"),
    }
    return TemplateResponse(request, "tickets/desk/api_keys.html", context, status=400 if refusal else 200)
