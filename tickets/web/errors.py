"""What Django calls when a request fails: pages that say what to do and what became of the text."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse

from tickets.web import complete, report, status
from tickets.web.pages import problem


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the form again, with everything typed and a fresh token: a cookie ran out, nothing worse."""
    match = request.resolver_match
    if match and match.view_name == "report":
        return report.show_again(request, notice="expired", status=403)
    if match and match.view_name == "status":
        return status.show_again(request, **match.kwargs)
    if match and match.view_name == "complete":
        return complete.show_again(request, **match.kwargs)
    return problem(request, "tickets/web/csrf", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return problem(request, "413", status=413)
    return problem(request, "400", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(request, "500", status=500)
