import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

NEXT = reverse("admin:tickets_next")
QUEUE = reverse("admin:tickets_ticket_changelist")


def url(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_button_leads_to_the_most_urgent_ticket(agent):
    TicketFactory(open=True, priority=3)
    urgent = TicketFactory(open=True, priority=1)

    answer = agent.post(NEXT)

    urgent.refresh_from_db()
    assert (answer.status_code, answer.url, urgent.assignee) == (303, url(urgent), agent.user)


def test_button_keeps_to_the_filter_of_the_list(agent):
    TicketFactory(open=True, priority=1, category="form_rejected")
    asked = TicketFactory(open=True, category="otp_not_received")

    page = agent.get(QUEUE, {"category": "otp_not_received"}).content.decode()
    answer = agent.post(NEXT, {"category": "otp_not_received"})

    assert '<input type="hidden" name="category" value="otp_not_received">' in page
    assert answer.url == url(asked)


def test_filters_that_are_none_count_as_not_set(agent):
    ticket = TicketFactory(open=True)

    answer = agent.post(NEXT, {"category": "' OR 1=1", "age": "\x00", "status": "spam", "tab": "x"})

    assert answer.url == url(ticket)


def test_nothing_left_is_a_sentence_on_the_queue(agent):
    TicketFactory(open=True, assignee=AgentFactory())

    answer = agent.post(NEXT)

    assert (answer.status_code, answer.url) == (303, f"{QUEUE}?tab=open")
    assert "Tidak ada yang menunggu" in said(answer)[0]


def test_nothing_left_for_the_filter_keeps_the_filter(agent):
    TicketFactory(open=True, category="form_rejected")

    answer = agent.post(NEXT, {"category": "otp_not_received"})

    assert answer.url == f"{QUEUE}?tab=open&category=otp_not_received"
    assert "saringan" in said(answer)[0]


def test_who_is_full_is_told_what_to_do_and_shown_their_tickets(agent, settings):
    settings.AGENT_CAPACITY = 1
    TicketFactory(open=True, assignee=agent.user)
    free = TicketFactory(open=True)

    answer = agent.post(NEXT)

    free.refresh_from_db()
    assert (answer.url, free.assignee) == (f"{QUEUE}?tab=mine", None)
    assert "Jawab atau kembalikan satu" in said(answer)[0]


def test_get_takes_nothing(agent):
    ticket = TicketFactory(open=True)

    answer = agent.get(NEXT)

    ticket.refresh_from_db()
    assert (answer.status_code, answer.url, ticket.assignee) == (303, QUEUE, None)


def test_staff_without_a_role_get_nothing(nobody):
    TicketFactory(open=True)

    answer = nobody.post(NEXT)

    assert (answer.status_code, Ticket.objects.get().assignee) == (403, None)


def test_take_of_one_more_ticket_than_allowed_is_refused(agent, settings):
    settings.AGENT_CAPACITY = 1
    TicketFactory(open=True, assignee=agent.user)
    ticket = TicketFactory(open=True)

    answer = agent.post(url(ticket), {"action": "take"})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.assignee) == (409, None)
    assert "Anda memegang 1 tiket terbuka" in answer.content.decode()


@pytest.mark.parametrize(("limit", "warned"), [(1, True), (2, False)])
def test_lead_is_warned_of_who_has_too_many(lead, andi, settings, limit, warned):
    settings.AGENT_CAPACITY = limit
    TicketFactory(open=True, assignee=andi)
    ticket = TicketFactory(open=True)

    answer = lead.post(url(ticket), {"action": "assign", "agent": andi.pk}, follow=True)

    ticket.refresh_from_db()
    assert ticket.assignee == andi
    assert ("Andi kini memegang 2 tiket terbuka; batasnya 1." in answer.content.decode()) == warned


@pytest.mark.parametrize(("state", "offered"), [("open", False), ("pending", True), ("resolved", True)])
def test_ticket_page_offers_the_next_one_when_this_one_is_done(agent, state, offered):
    ticket = TicketFactory(**{state: True})

    page = agent.get(url(ticket)).content.decode()

    assert (f'action="{NEXT}"' in page) == offered
