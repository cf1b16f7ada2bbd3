import pytest
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tickets import presence
from tickets.models import AgentProfile

pytestmark = pytest.mark.django_db

AGENTS = reverse("admin:tickets_agentprofile_changelist")


def row_of(answer, user):
    return next(row for row in answer.context["rows"] if row.user == user)


def test_page_shows_counts_limits_and_who_is_here(lead, andi, settings):
    settings.AGENT_CAPACITY = 2
    tickets = TicketFactory.create_batch(2, open=True, assignee=andi)
    presence.renew(tickets[0].pk, is_writing=False, by=andi)
    rina = AgentFactory(role="agent")
    AgentProfile.objects.create(user=rina, capacity=0)

    answer = lead.get(AGENTS)

    full, free = row_of(answer, andi), row_of(answer, rina)
    assert (full.held, full.typed, full.is_full, full.is_here) == (2, "", True, True)
    assert (free.held, free.typed, free.is_full, free.is_here) == (0, "0", False, False)


def test_own_limit_of_none_is_unlimited_although_the_general_one_is_not(lead, andi, settings):
    settings.AGENT_CAPACITY = 1
    AgentProfile.objects.create(user=andi, capacity=0)
    TicketFactory.create_batch(2, open=True, assignee=andi)

    assert row_of(lead.get(AGENTS), andi).is_full is False


def test_limits_are_set_and_taken_off(lead, andi):
    AgentProfile.objects.create(user=lead.user, capacity=5)

    answer = lead.post(AGENTS, {f"capacity-{andi.pk}": " 7 ", f"capacity-{lead.user.pk}": ""})

    assert answer.status_code == 303
    assert dict(AgentProfile.objects.values_list("user", "capacity")) == {andi.pk: 7, lead.user.pk: None}


def test_who_is_not_on_the_form_keeps_their_limit(lead, andi):
    AgentProfile.objects.create(user=andi, capacity=5)

    lead.post(AGENTS, {})

    assert AgentProfile.objects.get().capacity == 5


@pytest.mark.parametrize("typed", ["-1", "banyak", "1.5", "32768", "99999", "٣", "1\x00"])
def test_what_is_no_limit_saves_nothing_and_comes_back(lead, andi, typed):
    answer = lead.post(AGENTS, {f"capacity-{andi.pk}": typed, f"capacity-{lead.user.pk}": "3"})

    assert (answer.status_code, AgentProfile.objects.count()) == (400, 0)
    assert (row_of(answer, andi).typed, row_of(answer, andi).is_wrong) == (typed, True)
    assert row_of(answer, lead.user).typed == "3"


def test_agents_may_not_look(agent):
    assert agent.get(AGENTS).status_code == 403


def test_number_of_queries_does_not_depend_on_the_agents(lead, django_assert_max_num_queries):
    def grow(number):
        for user in AgentFactory.create_batch(number, role="agent"):
            AgentProfile.objects.create(user=user, capacity=3)
            ticket = TicketFactory(open=True, assignee=user)
            presence.renew(ticket.pk, is_writing=False, by=user)

    grow(1)
    with django_assert_max_num_queries(9) as few:
        lead.get(AGENTS)
    grow(2)
    with django_assert_max_num_queries(9) as many:
        lead.get(AGENTS)

    assert len(few) == len(many)
