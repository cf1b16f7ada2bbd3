"""What becomes of the tickets of a colleague who leaves."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.test import Client

from tests.factories import AgentFactory, TicketFactory
from tickets import lifecycle, staff
from tickets.actors import REQUESTER
from tickets.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory(role="agent")


@pytest.fixture
def administrator():
    return AgentFactory(role="administrator")


def test_deactivate_hands_back_what_is_unfinished(monkeypatch, rina, administrator):
    monkeypatch.setattr(staff, "BATCH", 2)
    states = ("open", "open", "held", "pending")
    unfinished = [TicketFactory(assignee=rina, **{state: True}) for state in states]
    done = TicketFactory(assignee=rina, resolved=True)
    others = TicketFactory(assignee=administrator, open=True)

    count = staff.deactivate(rina, by=administrator)

    for ticket in [*unfinished, done, others]:
        ticket.refresh_from_db()
    assert count == 4
    assert [ticket.assignee for ticket in unfinished] == [None] * 4
    assert (done.assignee, others.assignee) == (rina, administrator)
    events = Event.objects.filter(kind="assigned")
    assert sorted(events.values_list("ticket", "actor", "data__user")) == sorted(
        (ticket.pk, administrator.pk, None) for ticket in unfinished
    )


def test_deactivate_ends_the_sessions(rina, administrator):
    client = Client()
    client.force_login(rina)

    staff.deactivate(rina, by=administrator)

    rina.refresh_from_db()
    assert rina.is_active is False
    assert client.session.get("_auth_user_id") is None
    assert LogEntry.objects.get().get_change_message() == "Aktif berubah."


def test_deactivate_can_be_done_again_after_it_was_cut_off(rina, administrator):
    staff.deactivate(rina, by=administrator)
    late = TicketFactory(assignee=rina, open=True)

    assert staff.deactivate(rina, by=administrator) == 1

    late.refresh_from_db()
    assert late.assignee is None
    assert LogEntry.objects.count() == 1


def test_nobody_shuts_themselves_out(administrator):
    with pytest.raises(staff.IsOneself):
        staff.deactivate(administrator, by=administrator)

    administrator.refresh_from_db()
    assert administrator.is_active is True


def test_reactivate_opens_the_account(rina, administrator):
    staff.deactivate(rina, by=administrator)

    staff.reactivate(rina, by=administrator)

    rina.refresh_from_db()
    assert rina.is_active is True


@pytest.mark.parametrize(("is_active", "keeps"), [(True, True), (False, False)])
def test_reopened_ticket_does_not_go_to_who_has_left(rina, is_active, keeps):
    rina.is_active = is_active
    rina.save()
    ticket = TicketFactory(assignee=rina, resolved=True)

    with transaction.atomic():
        lifecycle.put_in_queue(lifecycle.lock(ticket), because="requester_wrote", by=REQUESTER)

    ticket.refresh_from_db()
    assert (ticket.assignee == rina) is keeps
