"""Sends the Permissions-Policy that settings.PERMISSIONS_DENIED spells out."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class PermissionsPolicyMiddleware:
    """Deny on every answer what no page of ours asks for: nothing smuggled into one can ask either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        # A structured field (W3C Permissions Policy, 5.1): an empty list is for nobody.
        self.header = ", ".join(f"{feature}=()" for feature in settings.PERMISSIONS_DENIED)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.header)
        return response
