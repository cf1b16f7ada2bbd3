from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import lifecycle
from tickets.actors import REQUESTER, SYSTEM, agent
from tickets.lifecycle import TRANSITIONS, ForbiddenTransition
from tickets.models import Ticket
from tickets.models.ticket import HoldThen, Resolution, Status

pytestmark = pytest.mark.django_db


def test_transitions_name_every_status():
    assert set(TRANSITIONS) == set(Status)
    assert set().union(*TRANSITIONS.values()) <= set(Status)


def test_hold_keeps_until_and_then():
    ticket = TicketFactory()
    until = timezone.now() + timedelta(minutes=30)

    lifecycle.hold(ticket, until=until, then=HoldThen.QUEUE, by=SYSTEM)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.hold_until, ticket.hold_then) == ("self_fix", until, "queue")


def test_put_in_queue_clears_the_hold_and_stamps_the_entry():
    ticket = TicketFactory(held=True)

    lifecycle.put_in_queue(ticket, because="still_failing", by=REQUESTER)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.hold_until, ticket.hold_then) == ("open", None, "")
    assert ticket.queued_at is not None


def test_move_writes_its_event_with_actor_and_reason():
    user = AgentFactory()
    ticket = TicketFactory(open=True)

    lifecycle.resolve(ticket, resolution=Resolution.AGENT, by=agent(user))

    event = ticket.events.get()
    assert (event.kind, event.actor_kind, event.actor) == ("moved", "agent", user)
    assert event.data == {"before": "open", "after": "resolved", "because": "agent"}


def test_closed_ticket_cannot_be_reopened():
    ticket = TicketFactory(closed=True)

    with pytest.raises(ForbiddenTransition):
        lifecycle.put_in_queue(ticket, because="agent", by=SYSTEM)

    assert ticket.events.count() == 0


def test_close_keeps_how_it_was_resolved():
    ticket = TicketFactory(resolved=True)

    lifecycle.close(ticket, by=SYSTEM)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("closed", "agent")
    assert ticket.closed_at is not None


def test_reopen_forgets_the_resolution():
    ticket = TicketFactory(resolved=True)

    lifecycle.put_in_queue(ticket, because="requester_wrote", by=REQUESTER)

    ticket.refresh_from_db()
    assert (ticket.resolved_at, ticket.resolution) == (None, "")


def test_categorise_drops_the_confidence_of_the_machine():
    ticket = TicketFactory(open=True, category="other", confidence=0.3, is_unsure=True)

    lifecycle.categorise(ticket, category="form_rejected", priority=2, by=agent(AgentFactory()))

    ticket.refresh_from_db()
    assert (ticket.category, ticket.confidence, ticket.priority) == ("form_rejected", None, 2)
    assert not ticket.is_unsure
    assert ticket.events.get().data == {
        "before": "other",
        "after": "form_rejected",
        "assessment": None,
    }


@pytest.mark.parametrize("state", [{}, {"closed": True}])
def test_categorise_refuses_before_triage_and_after_the_end(state):
    ticket = TicketFactory(**state)
    before = ticket.category

    with pytest.raises(ForbiddenTransition):
        lifecycle.categorise(ticket, category="form_rejected", priority=2, by=agent(AgentFactory()))

    ticket.refresh_from_db()
    assert (ticket.category, ticket.events.count()) == (before, 0)


def test_raise_priority_stops_at_urgent():
    ticket = TicketFactory(open=True, priority=1)

    lifecycle.raise_priority(ticket)

    assert ticket.priority == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "self_fix"},
        {"status": "pending"},
        {"status": "resolved"},
        {"status": "closed"},
        {"status": "merged"},
        {"queued_at": None},
        {"hold_until": timezone.now()},
        {"resolved_at": timezone.now()},
        {"signed_up_at": None},
        {"confidence": 1.5},
        {"registered_email": "", "registered_phone": "", "reply_email": ""},
    ],
)
def test_constraints_refuse_columns_that_do_not_belong_together(columns):
    ticket = TicketFactory(open=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**columns)


@pytest.mark.parametrize(
    ("state", "columns"), [("open", {"due_at": None}), ("pending", {"due_at": timezone.now()})]
)
def test_a_deadline_runs_for_open_tickets_only(state, columns):
    ticket = TicketFactory(**{state: True})

    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**columns)
