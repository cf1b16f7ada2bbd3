import pytest
from django.urls import reverse

from tests.factories import AssessmentFactory, TicketFactory
from tickets import corrections, desk
from tickets.models.event import EventKind

pytestmark = pytest.mark.django_db

GUESSES = [["otp_not_received", 0.7], ["already_registered", 0.21], ["self_typo", 0.05], ["other", 0.001]]


def url(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def card(client, ticket):
    return client.get(url(ticket)).context["one_click"]


@pytest.fixture
def ticket():
    ticket = TicketFactory(open=True, confidence=0.7)
    AssessmentFactory(ticket=ticket, guesses=GUESSES)
    return ticket


def test_other_guesses_are_one_press_away(agent, ticket):
    page = agent.get(url(ticket))

    assert [(each.slug, each.percent) for each in page.context["one_click"].others] == [
        ("already_registered", 21),
        ("self_typo", 5),
    ]
    assert 'Bukan: jadikan Sudah terdaftar <span class="nowrap muted">21 %' in page.content.decode()


def test_second_problem_comes_first(agent, ticket):
    ticket.second_category = "form_rejected"
    ticket.save()

    assert card(agent, ticket).others[0].slug == "form_rejected"


def test_a_guess_pressed_corrects_and_trains(agent, ticket):
    answer = agent.post(url(ticket), {"action": "categorise", "category": "already_registered"}, follow=True)

    ticket.refresh_from_db()
    assert (ticket.category, ticket.confidence) == ("already_registered", None)
    assert "triase belajar dari ini" in answer.content.decode()
    assert [example.slug for example in corrections.gather()] == ["already_registered"]


def test_benar_confirms_and_trains(agent, ticket):
    agent.post(url(ticket), {"action": "categorise", "category": ticket.category})

    ticket.refresh_from_db()
    event = ticket.events.get(kind=EventKind.CATEGORISED)
    assert (ticket.confidence, event.data["before"], event.data["after"]) == (
        None,
        "otp_not_received",
        "otp_not_received",
    )
    assert [example.slug for example in corrections.gather()] == ["otp_not_received"]


def test_confirming_leaves_a_raised_priority(agent, ticket):
    ticket.priority = 1
    ticket.save()

    desk.categorise(ticket, category=ticket.category, by=agent.user)

    ticket.refresh_from_db()
    assert ticket.priority == 1


def test_nothing_is_asked_once_a_human_has_said_it(agent, ticket):
    desk.categorise(ticket, category=ticket.category, by=agent.user)

    one_click = card(agent, ticket)
    assert (one_click.can_confirm, one_click.others) == (False, [])
    assert "Bukan: jadikan" not in agent.get(url(ticket)).content.decode()


def test_an_abstention_offers_guesses_and_nothing_to_confirm(agent):
    ticket = TicketFactory(open=True, category="other", confidence=0.0)
    AssessmentFactory(ticket=ticket, category="other", abstained=True, guesses=[["form_rejected", 0.45]])

    page = agent.get(url(ticket)).content.decode()

    assert 'Jadikan Formulir ditolak <span class="nowrap muted">45 %' in page
    assert 'data-shortcut="b"' not in page


def test_a_guess_whose_playbook_is_gone_is_not_offered(agent):
    ticket = TicketFactory(open=True)
    AssessmentFactory(ticket=ticket, guesses=[["dulu_ada", 0.4], ["self_typo", 0.2]])

    assert [each.slug for each in card(agent, ticket).others] == ["self_typo"]


def test_a_colleagues_ticket_offers_no_correction(agent, andi, ticket):
    desk.take(ticket, by=andi)

    assert "Bukan: jadikan" not in agent.get(url(ticket)).content.decode()
