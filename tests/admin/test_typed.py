"""What was typed comes back, whatever has ended meanwhile: the right, the session, the token."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

WORDS = "Kodenya sudah kami kirim ulang <b>sekarang</b>"
SHOWN = "Kodenya sudah kami kirim ulang &lt;b&gt;sekarang&lt;/b&gt;"
DATA = {"action": "reply_and_wait", "body": WORDS, "seen": "0"}


@pytest.fixture
def page(agent):
    return reverse("admin:tickets_ticket_change", args=[TicketFactory(open=True, assignee=agent.user).pk])


def test_role_that_was_taken_away(agent, page):
    agent.user.groups.clear()

    answer = agent.post(page, DATA)

    assert answer.status_code == 403
    assert SHOWN in answer.content.decode()


def test_ticket_that_was_handed_to_somebody_else(agent, andi, page):
    Ticket.objects.update(assignee=andi)

    answer = agent.post(page, DATA)

    assert answer.status_code == 409
    assert SHOWN in answer.content.decode()
    assert "Andi" in answer.content.decode()


def test_session_that_has_ended(agent, page):
    agent.session.flush()

    answer = agent.post(page, DATA)

    assert answer.status_code == 403
    assert SHOWN in answer.content.decode()
    assert f'href="/desk/login/?next={page.replace("/", "%2F")}"' in answer.content.decode()


def test_script_that_saves_a_draft_is_led_to_the_sign_in_page_which_it_knows(agent, page):
    agent.session.flush()

    answer = agent.post(page, DATA, headers={"Sec-Fetch-Mode": "cors"})

    assert answer.url.startswith("/desk/login/")


def test_account_that_was_shut(agent, page):
    agent.user.is_active = False
    agent.user.save()

    assert SHOWN in agent.post(page, DATA).content.decode()


def test_token_that_signing_in_elsewhere_has_replaced(agent, page):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = agent.cookies

    answer = strict.post(page, DATA)

    assert answer.status_code == 403
    assert SHOWN in answer.content.decode()


def test_nothing_typed_leads_to_the_sign_in_page_as_ever(client, page):
    assert client.post(page, {"action": "take"}).url.startswith("/desk/login/")


def test_password_is_not_given_back(client):
    AgentFactory(username="rina")

    answer = Client(enforce_csrf_checks=True).post("/desk/login/", {"username": "rina", "password": WORDS})

    assert answer.status_code == 403
    assert "Kodenya" not in answer.content.decode()
