"""The buttons that merge two tickets and undo it; both lead back to a ticket page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets import desk, merging
from tickets.admin import actions
from tickets.admin.addresses import possible_pk, read_pk
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.ticket_page import refused
from tickets.lifecycle import ForbiddenTransition
from tickets.models import Ticket
from tickets.models.ticket import Status


@require_POST
@needs("tickets.change_ticket")
def merge_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Merge the ticket into another one ("into"), or another one into it ("take_in")."""
    ticket, other = _ticket(pk), _ticket(read_pk(request.POST.get("other", "")))
    pair = {"into": (ticket, other), "take_in": (other, ticket)}.get(request.POST.get("direction", ""))
    if pair is None:
        raise Http404
    merged, into = pair
    try:
        merging.merge(merged, into=into, by=request.user)
    except desk.NotYours as error:
        return refused(request, pk, refusal=actions.Refusal(actions.taken(error.ticket)))
    except merging.SameTicket:
        return refused(request, pk, refusal=actions.Refusal(_("A ticket cannot be merged with itself.")))
    except merging.TooManyMerged:
        return refused(request, pk, refusal=actions.Refusal(_("Too many tickets are merged there already.")))
    except (merging.TakesNoneIn, ForbiddenTransition) as error:
        sentence = _("%(ticket)s is “%(status)s” now; it cannot be merged. Nothing was changed.")
        names = {"ticket": error.ticket.reference, "status": Status(error.ticket.status).label}
        return refused(request, pk, refusal=actions.Refusal(sentence % names))
    done = _("%(ticket)s goes on here. What is written there is read here too.")
    messages.success(request, done % {"ticket": merged.reference})
    return _to(into.pk)


@require_POST
@needs("tickets.change_ticket")
def undo_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a merged ticket out again, and go back to the page ("page") on which the button was."""
    ticket = _ticket(pk)
    page = ticket.merged_into_id if request.POST.get("page") == str(ticket.merged_into_id) else pk
    try:
        merging.undo_merge(ticket, by=request.user)
    except desk.NotYours as error:
        return refused(request, page or pk, refusal=actions.Refusal(actions.taken(error.ticket)))
    except merging.NotMerged:
        return refused(
            request,
            pk,
            refusal=actions.Refusal(_("This ticket is not merged (any more). Nothing was changed.")),
        )
    done = _("The merge of %(ticket)s is undone.")
    messages.success(request, done % {"ticket": ticket.reference})
    return _to(page or pk)


def _ticket(pk: int | None) -> Ticket:
    if pk is None:
        raise Http404
    return get_object_or_404(Ticket, pk=possible_pk(pk))


def _to(pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:tickets_ticket_change", args=[pk]), status=303)
