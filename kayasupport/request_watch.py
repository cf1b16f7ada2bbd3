"""Gives every request an id, which its answer and all log lines about it carry, and counts and times it."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tickets import log_context, meters

HEADER = "X-Request-Id"
# What proxies make up: a UUID, or 32 hexadecimal digits (nginx). Nothing else: what is in this header
# stands in the logs, and a client could write somebody's number into it.
GIVEN = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestWatchMiddleware:
    """Stands before all others, so that whatever they refuse is seen too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        request_id = given_id(request) or uuid.uuid4().hex
        # Not ended behind: Django logs a failed request when all middleware is through with it.
        log_context.begin(request_id=request_id)
        response = self.get_response(request)
        response.headers[HEADER] = request_id
        _count(request, response, seconds=time.monotonic() - began)
        return response


def given_id(request: HttpRequest) -> str:
    """The id that our proxy gave the request, or ""; without a proxy the header is anybody's."""
    given = request.headers.get(HEADER, "") if settings.NUM_PROXIES else ""
    return given.lower() if GIVEN.fullmatch(given) else ""


def _count(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    # The name of the view: a path may end in a token.
    view = request.resolver_match.view_name if request.resolver_match else "none"
    method = request.method if request.method in METHODS else "other"
    status = str(response.status_code)
    meters.count("kayasupport_http_requests_total", view=view, method=str(method), status=status)
    meters.observe("kayasupport_http_request_seconds", seconds, view=view)
