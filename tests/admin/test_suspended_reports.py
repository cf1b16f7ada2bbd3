import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import TicketFactory
from tests.test_intake import submission
from tickets import intake
from tickets.models import BulkJob, Ticket

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:tickets_ticket_changelist")


def page_of(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def test_tab_lists_what_is_held_back_with_its_signs_and_count(agent):
    TicketFactory.create_batch(2, suspended=True)
    TicketFactory(open=True)

    page = agent.get(QUEUE, {"tab": "suspended"})

    counts = {str(each["tab"].slug): each["count"] for each in page.context["tabs"]}
    assert (len(page.context["rows"]), counts["suspended"], counts["open"]) == (2, "2", "1")
    assert page.text.count("kolom yang tidak terlihat orang terisi") == 2


def test_tab_costs_as_many_queries_for_three_as_for_one(agent, django_assert_num_queries):
    TicketFactory(suspended=True)
    agent.get(QUEUE, {"tab": "suspended"})

    with CaptureQueriesContext(
        connection,
    ) as one:
        agent.get(QUEUE, {"tab": "suspended"})
    TicketFactory.create_batch(2, suspended=True)

    with django_assert_num_queries(len(one)):
        agent.get(QUEUE, {"tab": "suspended"})


def test_page_shows_the_signs_and_two_buttons(agent):
    page = agent.get(page_of(TicketFactory(suspended=True))).text

    assert "Apakah ini spam?" in page
    assert page.count("<li>kolom yang tidak terlihat orang terisi</li>") == 1
    assert page.count('value="no_spam"') == page.count('value="spam"') == 1
    assert "dianggap spam mulai" in page


@pytest.mark.parametrize(("action", "status"), [("no_spam", "new"), ("spam", "spam")])
def test_buttons_decide(agent, action, status):
    ticket = TicketFactory(suspended=True)

    answer = agent.post(page_of(ticket), {"action": action, "seen": 0})

    ticket.refresh_from_db()
    assert (answer.status_code, ticket.status) == (303, status)
    history = agent.get(page_of(ticket)).text
    assert ("bukan spam: diteruskan" in history) == (action == "no_spam")


def test_second_press_is_refused_with_a_sentence(agent):
    ticket = TicketFactory(suspended=True)
    agent.post(page_of(ticket), {"action": "no_spam", "seen": 0})

    answer = agent.post(page_of(ticket), {"action": "no_spam", "seen": 0})

    assert answer.status_code == 409


def test_staff_without_a_role_decides_nothing(nobody):
    ticket = TicketFactory(suspended=True)

    assert nobody.post(page_of(ticket), {"action": "no_spam"}).status_code == 403
    assert Ticket.objects.get().status == "suspended"


def test_history_tells_the_signs(agent):
    ticket = intake.submit_ticket(submission(fell_for_trap=True))

    page = agent.get(page_of(ticket)).text

    assert "ditahan karena mungkin spam: kolom yang tidak terlihat orang terisi" in page


def test_many_at_once_are_let_go_in_one_change(agent):
    tickets = TicketFactory.create_batch(2, suspended=True)

    agent.post(
        reverse("admin:tickets_bulkjob_new"),
        {"kind": "no_spam", "tickets": ",".join(str(each.pk) for each in tickets)},
    )

    assert BulkJob.objects.get().kind == "no_spam"


def test_operations_count_them_and_lead_to_the_tab(lead, house_at_work):
    TicketFactory(suspended=True)

    page = lead.get(reverse("admin:tickets_pulse_changelist"))

    assert page.context["suspended"]["waiting"] == 1
    assert "?tab=suspended" in page.text


def test_ticket_offers_nothing_but_the_decision_and_a_note(agent):
    ticket = TicketFactory(suspended=True)

    page = agent.get(reverse("admin:tickets_ticket_change", args=[ticket.pk])).content.decode()

    assert "Tiket ini bisa dibalas setelah ada yang menyatakan bukan spam" in page
    assert "side-actions" not in page
