"""What Django calls when a request fails: pages that say what to do and what became of the text."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tickets.web import complete, find, identity, report, status
from tickets.web.pages import problem

logger = logging.getLogger(__name__)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the form again, with everything typed and a fresh token: a cookie ran out, nothing worse."""
    match = request.resolver_match
    if match and match.view_name == "report":
        return report.show_again(request, notice="expired", status=403)
    if match and match.view_name == "status":
        return status.show_again(request, **match.kwargs)
    if match and match.view_name == "complete":
        return complete.show_again(request, **match.kwargs)
    if match and match.view_name == "identity":
        return identity.show_again(request, **match.kwargs)
    if match and match.view_name == "find":
        return find.show_again(request)
    return problem(request, "tickets/web/csrf", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return problem(request, "413", status=413)
    return problem(request, "400", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, "403", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, "404", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    try:
        return problem(request, "500", status=500)
    except Exception:
        # Whatever broke the request may break its page too. This one needs nothing but its file.
        logger.exception("the page that says what went wrong went wrong")
        return HttpResponse(render_to_string("500_bare.html"), status=500)
