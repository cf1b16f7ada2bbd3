"""Pages that the platform may show in a frame: who may, what the browser is told, how they differ."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language

from tickets import links
from tickets.csp import policy
from tickets.models import Ticket
from tickets.web.language import PARAMETER

# By the names of their routes. No page behind a status link is among them but the one that says "sent".
FRAMED = {"embed", "embed_sent", "embed_solved"}


def is_framed(request: HttpRequest) -> bool:
    """Whether the request is for a page that is made for a frame, and somebody may frame it."""
    match = request.resolver_match
    return bool(settings.EMBED_PARENTS and match and match.view_name in FRAMED)


class FrameMiddleware:
    """Let the allow-listed parents, and nobody else, frame the pages that are made for it.

    Not by a decorator: the pages that say what went wrong are shown in the frame too. Stands behind
    XFrameOptionsMiddleware, whose header knows no list of parents and would refuse them all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_framed(request):
            response.xframe_options_exempt = True  # Django's own mark
            directives = {**settings.SECURE_CSP, "frame-ancestors": settings.EMBED_PARENTS}
            response["Content-Security-Policy"] = policy(directives)
        return response


def in_language(name: str, *args: str) -> str:
    """Return the path of a page in the language in force: a frame has no cookie to keep it."""
    return f"{reverse(name, args=args)}?{PARAMETER}={get_language() or 'id'}"


def page_after_sending(request: HttpRequest, ticket: Ticket) -> str:
    """Return where the browser goes when the report is stored."""
    if is_framed(request):
        return in_language("embed_sent", ticket.reference, links.token_for(ticket))
    return links.status_path(ticket)
