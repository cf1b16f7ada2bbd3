import pytest

from tests.factories import AgentFactory, TicketFactory
from tickets import capacity, desk
from tickets.models import AgentProfile

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory()


@pytest.mark.parametrize(("own", "limit"), [(None, 7), (3, 3), (0, 0)])
def test_limit_is_the_agents_own_or_the_general_one(settings, rina, own, limit):
    settings.AGENT_CAPACITY = 7
    AgentProfile.objects.create(user=rina, capacity=own)

    assert capacity.limit_of(rina) == limit


def test_limit_of_who_has_no_profile_is_the_general_one(settings, rina):
    settings.AGENT_CAPACITY = 7

    assert capacity.limit_of(rina) == 7


def test_only_open_tickets_of_ones_own_count(rina):
    TicketFactory(open=True, assignee=rina)
    TicketFactory(pending=True, assignee=rina)
    TicketFactory(open=True, assignee=AgentFactory())
    TicketFactory(open=True)

    assert capacity.open_count(rina) == 1


def test_take_refuses_one_more_than_the_limit(settings, rina):
    settings.AGENT_CAPACITY = 1
    first, second = TicketFactory.create_batch(2, open=True)
    desk.take(first, by=rina)

    with pytest.raises(capacity.AtCapacity) as caught:
        desk.take(second, by=rina)

    second.refresh_from_db()
    assert (second.assignee, second.events.count(), caught.value.limit) == (None, 0, 1)


def test_take_of_what_one_has_already_is_no_refusal(settings, rina):
    settings.AGENT_CAPACITY = 1
    ticket = TicketFactory(open=True, assignee=rina)

    desk.take(ticket, by=rina)

    assert capacity.open_count(rina) == 1


def test_take_of_a_waiting_ticket_needs_no_room(settings, rina):
    settings.AGENT_CAPACITY = 1
    TicketFactory(open=True, assignee=rina)
    waiting = TicketFactory(pending=True)

    desk.take(waiting, by=rina)

    waiting.refresh_from_db()
    assert waiting.assignee == rina


def test_lead_may_assign_beyond_the_limit(settings, rina):
    settings.AGENT_CAPACITY = 1
    TicketFactory(open=True, assignee=rina)
    more = TicketFactory(open=True)
    lead = AgentFactory(role="lead")

    desk.assign(more, to=rina, by=lead)

    assert (capacity.open_count(rina), capacity.is_exceeded(rina)) == (2, True)


def test_nobody_exceeds_any_number(settings, rina):
    settings.AGENT_CAPACITY = 0
    TicketFactory.create_batch(2, open=True, assignee=rina)

    assert capacity.is_exceeded(rina) is False


def test_open_counts_of_many_agents_are_one_query(rina, django_assert_num_queries):
    TicketFactory.create_batch(2, open=True, assignee=rina)
    TicketFactory(closed=True, assignee=rina)
    andi = AgentFactory()

    with django_assert_num_queries(1):
        counted = {user.pk: user.open_tickets for user in capacity.with_open_counts(type(rina).objects.all())}

    assert (counted[rina.pk], counted[andi.pk]) == (2, 0)


def test_set_limit_keeps_the_rest_of_the_profile(rina):
    AgentProfile.objects.create(user=rina, has_shortcuts=False)

    capacity.set_limit(rina, limit=4)

    profile = AgentProfile.objects.get(user=rina)
    assert (profile.capacity, profile.has_shortcuts) == (4, False)
