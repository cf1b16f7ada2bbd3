"""The settings page: everything that people at the desk may set, with what it is for."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tickets.admin.rights import StaffRequest


class Place(NamedTuple):
    permission: str
    route: str
    label: str | Promise
    hint: str | Promise


PLACES = [
    Place(
        "tickets.view_agentprofile",
        "admin:tickets_agentprofile_changelist",
        gettext_lazy("Agents"),
        gettext_lazy("Who is at work, how many open tickets they hold and how many they may."),
    ),
    Place(
        "tickets.add_incident",
        "admin:tickets_incident_changelist",
        gettext_lazy("Incidents"),
        gettext_lazy("What is broken for many at once: declare it, tell the requesters, end it."),
    ),
    Place(
        "tickets.view_playbookoverride",
        "admin:tickets_playbookoverride_changelist",
        gettext_lazy("Texts and thresholds"),
        gettext_lazy("What requesters are told, and when a ticket is held back for them to try a fix."),
    ),
    Place(
        "tickets.change_macro",
        "admin:tickets_macro_changelist",
        gettext_lazy("Canned replies"),
        gettext_lazy("What agents choose with /, and what is suggested for each category."),
    ),
    Place(
        "tickets.view_servicepolicy",
        "admin:tickets_servicepolicy_changelist",
        gettext_lazy("Promised times"),
        gettext_lazy("How soon an answer and a resolution are due, and when the desk is open."),
    ),
    Place(
        "tickets.view_specialday",
        "admin:tickets_specialday_changelist",
        gettext_lazy("Special days"),
        gettext_lazy("Dates on which the desk is closed, or open at other hours."),
    ),
    Place(
        "tickets.view_apikey",
        "admin:tickets_apikey_changelist",
        gettext_lazy("API keys"),
        gettext_lazy("What programs of yours show to send automatic replies, read tickets or ask triage."),
    ),
    Place(
        "tickets.view_webhookendpoint",
        "admin:tickets_webhookendpoint_changelist",
        gettext_lazy("Webhooks"),
        gettext_lazy("Addresses that are told at once what happens to tickets, and what arrived there."),
    ),
    Place(
        "tickets.view_pulse",
        "admin:tickets_pulse_changelist",
        gettext_lazy("Operations"),
        gettext_lazy("Whether everything runs: database, workers, mail, what waits and what room is left."),
    ),
    Place(
        "tickets.view_erasure",
        "admin:tickets_erasure_changelist",
        gettext_lazy("Personal data"),
        gettext_lazy("Export or erase what is kept about one person; how long each kind is kept."),
    ),
    Place(
        "tickets.see_identity",
        "admin:tickets_identityrequest_changelist",
        gettext_lazy("Proof of identity"),
        gettext_lazy("What requesters sent to show who they are: what waits for a decision, who saw it."),
    ),
    Place(
        "auth.view_user",
        "admin:auth_user_changelist",
        gettext_lazy("Users"),
        gettext_lazy("Who may sign in to the desk, and in which role."),
    ),
    Place(
        "auth.view_group",
        "admin:auth_group_changelist",
        gettext_lazy("Roles"),
        gettext_lazy("What agents, leads and administrators may see and do."),
    ),
]


def places_for(user: User) -> list[Place]:
    return [place for place in PLACES if user.has_perm(place.permission)]


@require_safe
def settings_page(request: StaffRequest) -> HttpResponse:
    places = places_for(request.user)
    if not places:
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": _("Settings"),
        "places": [
            {"url": reverse(place.route), "label": place.label, "hint": place.hint} for place in places
        ],
    }
    return TemplateResponse(request, "tickets/desk/settings.html", context)
