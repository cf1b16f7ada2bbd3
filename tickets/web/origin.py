"""Where a request was sent from: for forms that cannot count on a cookie (docs/adr/0026)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt

from tickets.web.form_token import read_token


def is_from_us(request: HttpRequest) -> bool:
    """Whether a page of ours sent it, as far as the browser says: Origin, else Sec-Fetch-Site (W3C).

    What says neither is no browser of the last years, and no other site's page in a present one.
    """
    origin = request.headers.get("Origin")
    if origin is not None:
        ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
        return origin in ours
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def takes_form_token(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the report form's script ask, from inside a frame too: its signed token instead of the CSRF cookie.

    For POST views that know nobody and change nothing of anybody's. Answers 403 without a page.
    """

    @csrf_exempt
    @wraps(view)
    def receive(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_from_us(request) or read_token(request.POST.get("form_token", "")) is None:
            return HttpResponseForbidden()
        return view(request, *args, **kwargs)

    return receive
