"""The gate: nothing of the desk opens to who still owes a second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect
from django.urls import reverse

from tickets import second_factor
from tickets.admin.rights import wants_page

# What it takes to set one up, and the way out. Whatever else is under /desk/ stays shut, also
# what is added later.
OPEN = frozenset(
    {
        "admin:login",
        "account_login",
        "mfa_authenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "admin:logout",
    }
)


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.desk = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> HttpResponse | None:
        if not request.path.startswith(self.desk) or request.resolver_match.view_name in OPEN:
            return None
        if not request.user.is_authenticated or not second_factor.is_owed(request.user):
            return None
        if not wants_page(request):
            # A redirect would hand a script a page it cannot read.
            return HttpResponseForbidden(content_type="text/plain")
        return redirect("mfa_index")
