"""Who has a ticket open: asked again and again by the open page, and shown when it is built."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tickets import drafts, presence
from tickets.admin.addresses import possible_pk, read_pk
from tickets.admin.rights import StaffRequest, needs
from tickets.models import Ticket

PARTS = "tickets/desk/parts"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_ticket")
def presence_view(request: StaffRequest, pk: int) -> HttpResponse:
    pk = possible_pk(pk)
    if request.method != "POST":
        # For a page whose token a new sign-in in another window has replaced. No other site can read it.
        return JsonResponse({"token": get_token(request)})
    if "leaving" in request.POST:
        presence.leave(pk, by=request.user)
        return HttpResponse(status=204)
    try:
        sight = presence.renew(pk, is_writing="writing" in request.POST, by=request.user)
    except presence.NoSuchTicket as error:
        raise Http404 from error
    except presence.HasLeft:
        return HttpResponse(status=204)
    return JsonResponse(_told(sight, request.POST))


def presence_context(ticket: Ticket, *, request: StaffRequest) -> dict[str, Any]:
    return {
        "others_here": presence.others(ticket, by=request.user),
        "poll_seconds": presence.POLL.seconds,
    }


def row_marks(tickets: list[Ticket], *, request: StaffRequest) -> dict[str, Any]:
    """For the rows of the queue, by the tickets' keys: who has it open, and where one's own draft waits."""
    others_by_ticket = presence.others_by_ticket(tickets, by=request.user)
    drafted = drafts.drafted(tickets, by=request.user)
    # Most rows have neither: theirs are not even looked for in the template.
    return {
        "others_by_ticket": others_by_ticket,
        "drafted": drafted,
        "marked": drafted | others_by_ticket.keys(),
    }


def _told(sight: presence.Sight, page: QueryDict) -> dict[str, str]:
    """What is new to a page, in the agent's words; "" where nothing is."""
    ticket = sight.ticket
    changes = {
        "has_spoken": sight.last_message > (read_pk(page.get("seen", "")) or 0),
        "status": ticket.get_status_display() if ticket.status != page.get("status") else "",
        "is_reassigned": ticket.assignee_id != read_pk(page.get("assignee", "")),
        "assignee": ticket.assignee,
    }
    has_changed = changes["has_spoken"] or changes["status"] or changes["is_reassigned"]
    context = {"others_here": sight.others, "changes": changes}
    return {
        "people": render_to_string(f"{PARTS}/people_here.html", context).strip(),
        "writers": render_to_string(f"{PARTS}/writers_here.html", context).strip(),
        "changes": render_to_string(f"{PARTS}/changes.html", context).strip() if has_changed else "",
    }
