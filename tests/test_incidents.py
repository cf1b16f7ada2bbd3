from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import incidents
from tickets.desk import NotYours
from tickets.incidents import IncidentEnded
from tickets.models import Event, Incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory(role="agent")


@pytest.fixture
def incident(rina):
    return incidents.declare(title="SMS terlambat", public_note="", by=rina)


def history(ticket):
    return list(Event.objects.filter(ticket=ticket).values_list("kind", "actor", "data"))


def test_link_and_unlink_are_in_the_history_by_ids_alone(rina, incident):
    ticket = TicketFactory(open=True)

    incidents.link(ticket, to=incident, by=rina)
    incidents.link(ticket, to=incident, by=rina)
    ticket.refresh_from_db()
    linked = ticket.incident
    incidents.unlink(ticket, by=rina)
    incidents.unlink(ticket, by=rina)
    ticket.refresh_from_db()

    assert (linked, ticket.incident) == (incident, None)
    assert history(ticket) == [
        ("incident_linked", rina.pk, {"incident": incident.pk}),
        ("incident_unlinked", rina.pk, {"incident": incident.pk}),
    ]


def test_a_ticket_moves_from_one_incident_to_another(rina, incident):
    ticket = TicketFactory(open=True, incident=incident)
    other = incidents.declare(title="Formulir mati", public_note="", by=rina)

    incidents.link(ticket, to=other, by=rina)

    ticket.refresh_from_db()
    assert ticket.incident == other


def test_nothing_is_linked_to_an_incident_that_is_over(rina, incident):
    ticket = TicketFactory(open=True)
    incidents.end(incident)

    with pytest.raises(IncidentEnded):
        incidents.link(ticket, to=incident, by=rina)

    ticket.refresh_from_db()
    assert (ticket.incident, history(ticket)) == (None, [])


def test_the_ticket_of_a_colleague_is_left_alone(rina, incident):
    ticket = TicketFactory(open=True, assignee=AgentFactory())

    with pytest.raises(NotYours):
        incidents.link(ticket, to=incident, by=rina)
    with pytest.raises(NotYours):
        incidents.unlink(ticket, by=rina)


def test_an_incident_ends_once_and_keeps_its_tickets(rina, incident):
    ticket = TicketFactory(open=True, incident=incident)

    incidents.end(incident)
    with pytest.raises(IncidentEnded):
        incidents.end(incident)

    incident.refresh_from_db()
    ticket.refresh_from_db()
    assert (incident.is_running, ticket.incident) == (False, incident)


@pytest.mark.parametrize(
    "columns",
    [
        {"title": ""},
        {"title": "x", "ended_at": timezone.now() - timedelta(days=1)},
    ],
)
def test_the_database_refuses_what_cannot_be(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.create(**columns)


def test_an_incident_with_tickets_cannot_be_deleted(incident):
    TicketFactory(open=True, incident=incident)

    with pytest.raises(RestrictedError):
        incident.delete()
