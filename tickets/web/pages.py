"""What the public pages have in common: headers, and the pages that say what went wrong."""

from __future__ import annotations

import math

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, set_response_etag

from tickets.intake import RETRY_AFTER

SIGNS = {
    "403": "lock",
    "413": "image",
    "503": "clock",
    "csrf": "lock",
    "link_expired": "clock",
    "identity_expired": "clock",
    "identity_withdrawn": "check",
}
# Where the text of a form stands: on Hubungi Kami, on the status page, in the reply box of the desk.
TYPED = ("description", "body")
UNREADABLE = (
    BadRequest,
    MultiPartParserError,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
    UnreadablePostError,
)


def problem(request: HttpRequest, name: str, *, status: int, **context: object) -> HttpResponse:
    """Render one of the pages named after what happened: what to do, and what became of the text."""
    context |= {
        "sign": SIGNS.get(name.rpartition("/")[2], "alert"),
        "typed": typed_in(request),
        "is_desk": request.path.startswith(reverse("admin:index")),
        # Whatever can be left away that asks the database.
        "is_failing": status >= 500,
    }
    response = render(request, f"{name}.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    # Only what was asked for by GET may be asked for again without its reader.
    again = RETRY_AFTER if request.method == "GET" else None
    return retry_after(problem(request, "503", status=503, retries_after=again), RETRY_AFTER)


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Send nothing but 304 to whoever has the answer as it is already (RFC 9110, 13.1.2)."""
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def retry_after(response: HttpResponse, seconds: float) -> HttpResponse:
    response["Retry-After"] = str(math.ceil(seconds))
    return response


def typed_in(request: HttpRequest) -> str:
    """Return the text of a form that was sent and not taken; "" when there is none, or it cannot be read."""
    try:
        return next((text for name in TYPED if (text := request.POST.get(name, ""))), "")
    except UNREADABLE:
        return ""
