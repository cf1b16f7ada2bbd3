from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import presence
from tickets.models import Presence

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory(first_name="Rina")


@pytest.fixture
def andi():
    return AgentFactory(first_name="Andi")


@pytest.fixture
def ticket():
    return TicketFactory(open=True)


def look(ticket, by, *, writing=False):
    return presence.renew(ticket.pk, is_writing=writing, by=by)


def pass_time(seconds):
    """Let every lease be so much older."""
    for each in Presence.objects.all():
        each.here_until -= timedelta(seconds=seconds)
        each.writing_until = each.writing_until and each.writing_until - timedelta(seconds=seconds)
        each.save()


def test_renew_shows_the_others_and_never_oneself(rina, andi, ticket):
    alone = look(ticket, rina)
    both = look(ticket, andi)

    assert ([each.user for each in alone.others], [each.user for each in both.others]) == ([], [rina])


def test_renew_brings_the_ticket_as_it_is_now(rina, ticket):
    message = MessageFactory(ticket=ticket)
    MessageFactory()

    sight = look(ticket, rina)

    assert (sight.ticket.status, sight.ticket.assignee, sight.last_message) == ("open", None, message.pk)


def test_look_hears_what_is_written_on_a_merged_ticket(ticket, rina):
    MessageFactory(ticket=ticket)
    message = MessageFactory(ticket=TicketFactory(status="merged", merged_into=ticket))
    MessageFactory()

    assert look(ticket, rina).last_message == message.pk


@pytest.mark.parametrize("colleagues", [0, 1, 3])
def test_renew_asks_two_queries_whoever_is_here(rina, ticket, colleagues, django_assert_num_queries):
    ticket.assignee = rina
    ticket.save()
    for colleague in AgentFactory.create_batch(colleagues):
        look(ticket, colleague, writing=True)
    look(ticket, rina)

    with django_assert_num_queries(2):
        sight = look(ticket, rina)
        names = [each.user.get_full_name() for each in sight.others], sight.ticket.assignee.first_name

    assert names == (["Rina"] * colleagues, "Rina")


def test_renew_again_keeps_one_row(rina, ticket):
    look(ticket, rina)
    look(ticket, rina, writing=True)

    assert Presence.objects.get().is_writing


@pytest.mark.django_db(transaction=True)
def test_renew_of_a_ticket_that_is_gone_says_so(rina):
    with pytest.raises(presence.NoSuchTicket):
        presence.renew(404, is_writing=False, by=rina)


@pytest.mark.parametrize(("seconds", "shown"), [(44, 1), (46, 0)])
def test_lease_runs_out(rina, andi, ticket, seconds, shown):
    look(ticket, andi, writing=True)
    pass_time(seconds)

    assert len(presence.others(ticket, by=rina)) == shown
    assert len(presence.writers(ticket, by=rina)) == shown


def test_leave_ends_the_lease_at_once_and_only_ones_own(rina, andi, ticket):
    look(ticket, rina)
    look(ticket, andi)

    presence.leave(ticket.pk, by=andi)

    assert presence.others(ticket, by=rina) == []
    assert [each.user for each in presence.others(ticket, by=andi)] == [rina]


def test_writers_are_those_who_write_now(rina, andi, ticket):
    look(ticket, andi)
    look(ticket, AgentFactory(first_name="Budi"), writing=True)

    assert [user.first_name for user in presence.writers(ticket, by=rina)] == ["Budi"]


def test_who_writes_stands_first(rina, andi, ticket):
    budi = AgentFactory()
    look(ticket, andi)
    look(ticket, budi, writing=True)

    assert [each.user for each in presence.others(ticket, by=rina)] == [budi, andi]


@pytest.mark.parametrize("rows", [1, 3])
def test_page_of_tickets_is_one_query(rina, andi, rows, django_assert_num_queries):
    tickets = TicketFactory.create_batch(rows, open=True)
    for ticket in tickets:
        look(ticket, andi)
    look(tickets[0], rina)

    with django_assert_num_queries(1):
        found = presence.others_by_ticket(tickets, by=rina)
        names = {pk: [each.user.first_name for each in others] for pk, others in found.items()}

    assert names == {ticket.pk: ["Andi"] for ticket in tickets}


def test_last_seen_is_never_in_the_future(rina, andi, ticket):
    look(ticket, rina)
    look(ticket, andi)
    pass_time(3600)
    look(ticket, rina)

    seen = presence.last_seen()

    assert timezone.now() - timedelta(seconds=5) < seen[rina.pk] <= timezone.now()
    assert seen[andi.pk] < timezone.now() - timedelta(minutes=55)
    assert presence.now_here() == {rina.pk}


def test_discard_old_keeps_what_tells_who_was_here(rina, andi, ticket):
    look(ticket, rina)
    pass_time(presence.KEPT.total_seconds() + 60)
    look(ticket, andi)

    assert (presence.discard_old(), Presence.objects.get().user) == (1, andi)


def test_page_that_left_while_it_asked_sees_nothing(rina, ticket, monkeypatch):
    sight = presence._sight
    monkeypatch.setattr(presence, "_sight", lambda pk, *, by: presence.leave(pk, by=by) or sight(pk, by=by))

    with pytest.raises(presence.HasLeft):
        look(ticket, rina)


def test_looking_leaves_no_event(rina, ticket):
    look(ticket, rina, writing=True)
    presence.leave(ticket.pk, by=rina)

    assert ticket.events.count() == 0
