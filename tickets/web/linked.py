"""Pages behind a ticket's signed link: who has it may read and answer that ticket, and nobody else."""

from __future__ import annotations

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from tickets import links
from tickets.models import Ticket
from tickets.web.pages import problem, unavailable


def with_ticket(
    request: HttpRequest,
    reference: str,
    token: str,
    answer: Callable[[HttpRequest, Ticket], HttpResponse],
) -> HttpResponse:
    """Answer with the ticket the link is for. A bad link and an unknown number look the same."""
    try:
        links.check_token(reference, token)
        ticket = Ticket.objects.filter(reference=reference).first()
        if ticket is None:
            return problem(request, "tickets/web/link_bad", status=404)
        return answer(request, ticket)
    except links.ExpiredLink:
        return problem(request, "tickets/web/link_expired", status=410)
    except links.BadLink:
        return problem(request, "tickets/web/link_bad", status=404)
    except (OperationalError, InterfaceError):
        return unavailable(request)


def private(response: HttpResponse) -> HttpResponse:
    """Keep the page out of caches and search engines, and its link out of Referer."""
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
