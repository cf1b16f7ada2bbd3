from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import TicketFactory
from tickets.models import Incident

pytestmark = pytest.mark.django_db

LIST = reverse("admin:tickets_incident_changelist")


def page_of(incident):
    return reverse("admin:tickets_incident_change", args=[incident.pk])


@pytest.fixture
def incident():
    return Incident.objects.create(title="SMS terlambat", public_note="Kode terlambat.")


def test_a_lead_declares_rewords_and_ends(lead):
    declared = lead.post(LIST, {"title": " SMS\n terlambat ", "public_note": " Sabar ya.\u202e "})
    incident = Incident.objects.get()
    lead.post(page_of(incident), {"title": "SMS Telkomsel terlambat", "public_note": ""})
    reworded = Incident.objects.get()
    lead.post(page_of(incident), {"action": "end"})

    assert declared.url == page_of(incident)
    assert (incident.title, incident.public_note, incident.created_by) == (
        "SMS terlambat",
        "Sabar ya.",
        lead.user,
    )
    assert (reworded.title, reworded.public_note) == ("SMS Telkomsel terlambat", "")
    assert not Incident.objects.get().is_running


def test_numbers_of_its_tickets_stand_beside_it(agent, incident, django_assert_num_queries):
    TicketFactory.create_batch(2, open=True, incident=incident)
    TicketFactory(resolved=True, incident=incident)
    TicketFactory(open=True)

    with django_assert_num_queries(7):
        page = agent.get(LIST)
    Incident.objects.create(title="lain")
    Incident.objects.create(title="lagi")
    with django_assert_num_queries(7):
        agent.get(LIST)

    assert page.context["incidents"] == [{"incident": incident, "linked": "3", "unsolved": "2"}]


def test_those_that_run_come_first_and_pages_go_on(agent, monkeypatch):
    monkeypatch.setattr("tickets.admin.incidents_page.PAGE", 2)
    over = Incident.objects.create(title="lewat", ended_at=timezone.now() + timedelta(hours=1))
    running = [Incident.objects.create(title=f"jalan {n}") for n in range(2)]

    first = agent.get(LIST)
    second = agent.get(LIST, {"from": first.context["older"]})

    assert [each["incident"] for each in first.context["incidents"]] == running[::-1]
    assert [each["incident"] for each in second.context["incidents"]] == [over]


@pytest.mark.parametrize("start", ["x", "-1", "9" * 30, "²"])
def test_odd_pages_give_a_page(agent, incident, start):
    assert agent.get(LIST, {"from": start}).status_code == 200


@pytest.mark.parametrize(
    "typed",
    [
        {"title": "", "public_note": "tetap ada"},
        {"title": " \u200b\x00 ", "public_note": "tetap ada"},
        {"title": "x" * 81, "public_note": "tetap ada"},
        {"title": "judul", "public_note": "tetap ada" * 100},
    ],
)
def test_what_does_not_do_is_refused_and_given_back(lead, incident, typed):
    declared, reworded = lead.post(LIST, typed), lead.post(page_of(incident), typed)

    assert (declared.status_code, reworded.status_code) == (400, 409)
    assert "tetap ada" in declared.content.decode()
    assert "tetap ada" in reworded.content.decode()
    assert Incident.objects.get().title == "SMS terlambat"


def test_ending_twice_says_that_somebody_was_quicker(lead, incident):
    lead.post(page_of(incident), {"action": "end"})

    answer = lead.post(page_of(incident), {"action": "end"})

    assert answer.status_code == 409
    assert "sudah diakhiri orang lain" in answer.content.decode()


def test_agents_look_and_leads_act(agent, nobody, incident):
    looks = [agent.get(LIST), agent.get(page_of(incident))]
    acts = [
        agent.post(LIST, {"title": "x"}),
        agent.post(page_of(incident), {"title": "x"}),
        agent.post(page_of(incident), {"action": "end"}),
    ]

    assert [answer.status_code for answer in looks] == [200, 200]
    assert [answer.status_code for answer in acts] == [403, 403, 403]
    assert "Kode terlambat." in looks[1].content.decode()
    assert nobody.get(LIST).status_code == 403
    assert Incident.objects.get().is_running


def test_an_incident_that_is_not_there_is_not_found(lead):
    assert lead.get(reverse("admin:tickets_incident_change", args=[7])).status_code == 404
