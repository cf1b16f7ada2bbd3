"""The switch of the keyboard shortcuts: everybody's own (WCAG 2.1.4)."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets.admin.queue_columns import profile_of
from tickets.admin.rights import StaffRequest
from tickets.models import AgentProfile


def has_shortcuts(user: User | AnonymousUser) -> bool:
    """True until somebody has switched them off."""
    return isinstance(user, User) and profile_of(user).has_shortcuts


@require_http_methods(["GET", "HEAD", "POST"])
def shortcuts_page(request: StaffRequest) -> HttpResponse:
    if request.method == "POST":
        is_on = request.POST.get("on") == "1"
        AgentProfile.objects.update_or_create(user=request.user, defaults={"has_shortcuts": is_on})
        if not request.accepts("text/html"):
            return HttpResponse(status=204)
        messages.success(request, _("Shortcuts are on.") if is_on else _("Shortcuts are off."))
        return redirect("admin:shortcuts")
    context = {**admin.site.each_context(request), "title": _("Keyboard shortcuts")}
    return TemplateResponse(request, "tickets/desk/shortcuts.html", context)
