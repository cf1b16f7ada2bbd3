"""Sematan: the report form inside a frame on the platform's own page, and the script that puts it there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, wraps
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tickets import links
from tickets.models import Ticket
from tickets.web import advice, report
from tickets.web.linked import private, with_ticket
from tickets.web.origin import is_from_us
from tickets.web.pages import unless_known
from tickets.web.uploads import takes_uploads

LOADER = Path(__file__).with_name("sematan.js")
# Long enough to cost a registration page nothing, short enough for a correction to arrive (seconds).
LOADER_KEPT = 3600


def where_allowed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """There is nothing to embed until parents are named."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not settings.EMBED_PARENTS:
            raise Http404
        return view(request, *args, **kwargs)

    return answer


def from_us_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take a form from our own pages alone. A frame on another site has no cookie to prove more by."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "POST" and not is_from_us(request):
            return report.show_again(request, notice="expired", status=403)
        return view(request, *args, **kwargs)

    return answer


@where_allowed
@require_http_methods(["GET", "HEAD", "POST"])
@partial(takes_uploads, protected_by=from_us_only)
def embed(request: HttpRequest) -> HttpResponse:
    return report.answer(request)


@where_allowed
@require_safe
def embed_sent(request: HttpRequest, reference: str, token: str) -> HttpResponse:
    """Give the number, and the way to the report's page, which itself is shown in no frame."""
    return with_ticket(request, reference, token, _sent)


def _sent(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    context = {"ticket": ticket, "status_path": links.status_path(ticket)}
    return private(render(request, "tickets/web/embed_sent.html", context))


@csrf_exempt
@where_allowed
def embed_solved(request: HttpRequest) -> HttpResponse:
    return advice.solved(request)


@where_allowed
@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """Serve the one-line script, under an address that never changes."""
    script = HttpResponse(_loader(), content_type="text/javascript; charset=utf-8")
    response = unless_known(request, script)
    response["Cache-Control"] = f"public, max-age={LOADER_KEPT}"
    # It holds nothing of anybody: any page may load it, under its own strict policies too.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@cache
def _loader() -> bytes:
    return LOADER.read_bytes()
