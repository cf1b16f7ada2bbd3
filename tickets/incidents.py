"""Incidents: what leads declare and end, and which tickets come from one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import desk, lifecycle
from tickets.actors import agent
from tickets.models import Incident, Ticket


class IncidentEnded(Exception):
    """The incident is over: tickets are no longer linked to it."""

    def __init__(self, incident: Incident):
        super().__init__(incident.pk)
        self.incident = incident


def declare(*, title: str, public_note: str, by: User) -> Incident:
    """Say that something is broken for many, from now on."""
    return Incident.objects.create(title=title, public_note=public_note, created_by=by)


def reword(incident: Incident, *, title: str, public_note: str) -> None:
    """Say it in other words; also of one that is over."""
    incident.title, incident.public_note = title, public_note
    incident.save(update_fields=["title", "public_note"])


def end(incident: Incident) -> None:
    """Say that it works again; its tickets stay linked. Raises IncidentEnded when somebody has said so."""
    if not Incident.objects.running().filter(pk=incident.pk).update(ended_at=timezone.now()):
        raise IncidentEnded(incident)


def link(ticket: Ticket, *, to: Incident, by: User) -> None:
    """Say that the ticket comes from the incident; raises IncidentEnded and desk.NotYours."""
    with transaction.atomic():
        # Locked, so that it does not end in between.
        incident = Incident.objects.select_for_update().get(pk=to.pk)
        if not incident.is_running:
            raise IncidentEnded(incident)
        ticket = desk.lock(ticket, by=by)
        if ticket.incident_id != incident.pk:
            lifecycle.link_incident(ticket, incident=incident, by=agent(by))


def unlink(ticket: Ticket, *, by: User) -> None:
    """Say that the ticket comes from no incident after all; raises desk.NotYours."""
    with transaction.atomic():
        ticket = desk.lock(ticket, by=by)
        if ticket.incident_id is not None:
            lifecycle.unlink_incident(ticket, by=agent(by))
