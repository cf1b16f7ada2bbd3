"""Incidents: which run, which are over, how many tickets come from each; leads declare and end them."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import incidents
from tickets.admin.addresses import read_pk
from tickets.admin.rights import StaffRequest, needs
from tickets.admin.wording import shown_count
from tickets.fields import clean_text
from tickets.models import Incident, Ticket
from tickets.models.ticket import Status
from tickets.queue_counts import COUNT_CAP, CappedCount

PAGE = 20
MAX_TITLE = Incident._meta.get_field("title").max_length or 0
MAX_NOTE = Incident._meta.get_field("public_note").max_length or 0
UNSOLVED = [Status.NEW, Status.SELF_FIX, Status.OPEN, Status.PENDING]


class Refusal(Exception):
    """Nothing is changed; `str()` says why, in the agent's language."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_incident")
def incidents_page(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _list(request)
    _require(request, "tickets.add_incident")
    try:
        title, note = _typed(request)
    except Refusal as refusal:
        return _list(request, refusal=str(refusal))
    incident = incidents.declare(title=title, public_note=note, by=request.user)
    messages.success(request, _("The incident is declared. Agents can link tickets to it now."))
    return _to(incident)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("tickets.view_incident")
def incident_page(request: StaffRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(_counted(), pk=pk)
    if request.method != "POST":
        return _one(request, incident)
    _require(request, "tickets.change_incident")
    try:
        done = _end(incident) if request.POST.get("action") == "end" else _reword(request, incident)
    except Refusal as refusal:
        return _one(request, get_object_or_404(_counted(), pk=pk), refusal=str(refusal))
    messages.success(request, done)
    return _to(incident)


def running_incidents() -> QuerySet[Incident]:
    """What a ticket can be linked to."""
    return Incident.objects.running().order_by("-started_at")[:PAGE]


def _end(incident: Incident) -> str:
    try:
        incidents.end(incident)
    except incidents.IncidentEnded as error:
        raise Refusal(_("Somebody has ended this incident already. Nothing was changed.")) from error
    return _("The incident is over. Its tickets stay linked.")


def _reword(request: StaffRequest, incident: Incident) -> str:
    title, note = _typed(request)
    incidents.reword(incident, title=title, public_note=note)
    return _("The incident is saved.")


def _typed(request: StaffRequest) -> tuple[str, str]:
    title = " ".join(clean_text(request.POST.get("title", "")).split())
    note = clean_text(request.POST.get("public_note", "").strip())
    if not title:
        raise Refusal(_("Give the incident a title that agents recognise."))
    if len(title) > MAX_TITLE:
        raise Refusal(_("The title is longer than %(limit)s characters.") % {"limit": MAX_TITLE})
    if len(note) > MAX_NOTE:
        raise Refusal(_("The text is longer than %(limit)s characters. Shorten it.") % {"limit": MAX_NOTE})
    return title, note


def _require(request: StaffRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied(_("Declaring and ending incidents is for leads."))


def _counted() -> QuerySet[Incident]:
    """Incidents with how many tickets come from each, and how many of those are not solved yet."""
    linked = Ticket.objects.filter(incident=OuterRef("pk")).order_by().values("pk")
    return Incident.objects.select_related("created_by").annotate(
        linked=CappedCount(linked[:COUNT_CAP]),
        unsolved=CappedCount(linked.filter(status__in=UNSOLVED)[:COUNT_CAP]),
    )


def _list(request: StaffRequest, *, refusal: str = "") -> HttpResponse:
    # Those that run before those that are over: NULL comes first.
    order = (F("ended_at").desc(nulls_first=True), "-pk")
    start = min(read_pk(request.GET.get("from", "")) or 0, 10_000)
    found = list(_counted().order_by(*order)[start : start + PAGE + 1])
    context = {
        **_shared(request, refusal),
        "title": _("Incidents"),
        "incidents": [_told(each) for each in found[:PAGE]],
        "older": start + PAGE if len(found) > PAGE else None,
        "may_declare": request.user.has_perm("tickets.add_incident"),
    }
    status = 400 if refusal else 200
    return TemplateResponse(request, "tickets/desk/incidents.html", context, status=status)


def _one(request: StaffRequest, incident: Incident, *, refusal: str = "") -> HttpResponse:
    context = {
        **_shared(request, refusal),
        "title": incident.title,
        "each": _told(incident),
        "may_change": request.user.has_perm("tickets.change_incident"),
    }
    status = 409 if refusal else 200
    return TemplateResponse(request, "tickets/desk/incident.html", context, status=status)


def _shared(request: StaffRequest, refusal: str) -> dict[str, object]:
    return {
        **admin.site.each_context(request),
        "refusal": refusal,
        "typed": request.POST if refusal else None,
        "max_title": MAX_TITLE,
        "max_note": MAX_NOTE,
    }


def _told(incident) -> dict[str, object]:
    return {
        "incident": incident,
        "linked": shown_count(incident.linked),
        "unsolved": shown_count(incident.unsolved),
    }


def _to(incident: Incident) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:tickets_incident_change", args=[incident.pk]), status=303)
