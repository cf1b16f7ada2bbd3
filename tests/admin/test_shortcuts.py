import pytest
from django.urls import reverse

from tests.factories import TicketFactory
from tickets.models import AgentProfile

pytestmark = pytest.mark.django_db

SWITCH = reverse("admin:shortcuts")
QUEUE = reverse("admin:tickets_ticket_changelist")


def are_on(client):
    return 'data-shortcuts="on"' in client.get(QUEUE).content.decode()


def test_shortcuts_are_on_until_switched_off(agent):
    before = are_on(agent)
    answer = agent.post(SWITCH, {})

    assert (before, answer.status_code, are_on(agent)) == (True, 302, False)


def test_shortcuts_can_be_switched_on_again(agent):
    AgentProfile.objects.create(user=agent.user, has_shortcuts=False, density="compact")

    agent.post(SWITCH, {"on": "1"})

    profile = AgentProfile.objects.get(user=agent.user)
    assert (are_on(agent), profile.density) == (True, "compact")


def test_switch_is_each_ones_own(agent, lead):
    agent.post(SWITCH, {})

    assert (are_on(agent), are_on(lead)) == (False, True)


def test_a_script_that_saves_gets_no_page(agent):
    answer = agent.post(SWITCH, {}, headers={"accept": "application/json"})

    assert (answer.status_code, are_on(agent)) == (204, False)


def test_switch_says_so_without_script(agent):
    page = agent.post(SWITCH, {}, follow=True).content.decode()

    assert "Pintasan mati." in page


def test_looking_switches_nothing(agent):
    agent.get(SWITCH, {"on": ""})

    assert not AgentProfile.objects.exists()


def test_menu_leads_to_the_list(agent):
    assert f'href="{SWITCH}"' in agent.get(QUEUE).content.decode()


def test_sign_in_has_none(client):
    page = client.get(reverse("admin:login")).content.decode()

    assert ('id="shortcuts"' in page, "data-shortcuts" in page) == (False, False)


def test_keys_of_the_ticket_page_are_one_each(agent):
    ticket = TicketFactory(open=True)

    page = agent.get(reverse("admin:tickets_ticket_change", args=[ticket.pk])).content.decode()

    keys = [part.partition('"')[0] for part in page.split('data-shortcut="')[1:]]
    assert sorted(set(keys)) == sorted(keys)
    assert {"r", "i", "t", "e", "u", "p", "g q", "/"} <= set(keys)
