"""The button "take the next ticket": to the ticket, or a sentence that says why there is none."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import capacity
from tickets.admin.capacity_sentences import at_capacity
from tickets.admin.queue_filters import all_choices, incidents_for, kept_query, read_view
from tickets.admin.rights import StaffRequest, needs
from tickets.next_ticket import NobodyWaits, take_next
from tickets.queue import View


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.change_ticket")
def next_view(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        # Who had to sign in on the way comes back by GET, which takes nothing.
        return _to_queue({})
    view = _asked(request)
    try:
        ticket = take_next(by=request.user, filters=view.filters)
    except capacity.AtCapacity as error:
        messages.warning(request, at_capacity(error))
        return _to_queue({"tab": "mine"})
    except NobodyWaits:
        messages.info(request, _nobody_waits(is_narrowed=view.filters.are_set))
        return _to_queue(kept_query(view))
    messages.success(request, _("This was the next ticket. It is yours now."))
    return HttpResponseRedirect(reverse("admin:tickets_ticket_change", args=[ticket.pk]), status=303)


def _asked(request: StaffRequest) -> View:
    """The open tickets, narrowed as the list is on which the button stood."""
    choices = all_choices(user=request.user, incidents=incidents_for(request.POST))
    return read_view({**request.POST.dict(), "tab": "open", "q": "", "sort": ""}, choices)


def _to_queue(query: Mapping[str, str]) -> HttpResponse:
    where = reverse("admin:tickets_ticket_changelist")
    return HttpResponseRedirect(f"{where}?{urlencode(query)}" if query else where, status=303)


def _nobody_waits(*, is_narrowed: bool) -> str:
    if is_narrowed:
        return _("No ticket that fits these filters waits for an agent. Clear them to get any other.")
    return _("Nobody waits for an agent: every open ticket has one. Time for a breath.")
