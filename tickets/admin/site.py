"""The desk: one AdminSite for agents, leads and administrators."""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from tickets.admin.rights import wants_page
from tickets.admin.second_factor_pages import proven
from tickets.admin.settings_page import places_for, settings_page
from tickets.admin.shortcuts import has_shortcuts, shortcuts_page
from tickets.admin.sign_in import SignInView
from tickets.admin.typed import typed_in

# What stands in the header: permission, route, label.
NAVIGATION = [
    ("tickets.view_ticket", "admin:tickets_ticket_changelist", _("Queue")),
    ("tickets.view_message", "admin:tickets_message_changelist", _("Outbox")),
    ("tickets.view_incomingmail", "admin:tickets_incomingmail_changelist", _("Inbox")),
    ("tickets.view_figures", "admin:tickets_figures_changelist", _("Numbers")),
    ("tickets.view_triageweek", "admin:tickets_triageweek_changelist", _("Triage")),
]
SETTINGS = "admin:settings"
KEYS = {"admin:tickets_ticket_changelist": "g q", "admin:tickets_message_changelist": "g o", SETTINGS: "g s"}


class DeskSite(AdminSite):
    site_header = site_title = settings.BRAND_NAME
    index_title = _("Settings")
    logout_template = "tickets/desk/signed_out.html"
    enable_nav_sidebar = False
    site_url = None

    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def with_own_refusal(request, *args, **kwargs):
            if typed_in(request) and wants_page(request) and not self.has_permission(request):
                return self.sign_in_again(request)
            try:
                return inner(request, *args, **kwargs)
            except PermissionDenied as denied:
                return self.refusal(request, sentence=str(denied))

        return with_own_refusal

    def each_context(self, request):
        may = request.user.has_perm
        routes = [(route, label) for permission, route, label in NAVIGATION if may(permission)]
        if places_for(request.user):
            routes.append((SETTINGS, _("Settings")))
        return {
            **super().each_context(request),
            "navigation": [
                {
                    "url": reverse(route),
                    "label": label,
                    "is_here": request.path.startswith(reverse(route)),
                    "key": KEYS.get(route, ""),
                }
                for route, label in routes
            ],
            "has_shortcuts": has_shortcuts(request.user),
            "may_search": may("tickets.view_ticket"),
        }

    def get_urls(self):
        shortcuts = path("shortcuts/", self.admin_view(shortcuts_page), name="shortcuts")
        return [
            shortcuts,
            path("settings/", self.admin_view(settings_page), name="settings"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        return SignInView.as_view(extra_context=extra_context)(request)

    def password_change(self, request, extra_context=None):
        if request.method != "POST":
            return super().password_change(request, extra_context)
        return proven(super().password_change)(request, extra_context)

    def index(self, request, extra_context=None):
        if request.user.has_perm("tickets.view_ticket"):
            return redirect("admin:tickets_ticket_changelist")
        if not self.get_app_list(request):
            raise PermissionDenied
        return super().index(request, extra_context)

    def refusal(self, request: HttpRequest, *, sentence: str = "") -> TemplateResponse:
        """Say which right is missing and who gives it, in the desk's own page."""
        context = {
            **self.each_context(request),
            "title": _("No access"),
            "sentence": sentence,
            "typed": typed_in(request),
        }
        return TemplateResponse(request, "tickets/desk/refusal.html", context, status=403)

    def sign_in_again(self, request: HttpRequest) -> TemplateResponse:
        """Give back what was typed while the session ended, instead of leading to the sign-in page."""
        context = {
            **self.each_context(request),
            "title": _("You are signed out"),
            "typed": typed_in(request),
            "sign_in": f"{reverse('admin:login')}?{urlencode({'next': request.path})}",
        }
        return TemplateResponse(request, "tickets/desk/sign_in_again.html", context, status=403)
