import pytest
from django.urls import reverse

from tests.factories import TicketFactory
from tickets.models import AgentProfile

pytestmark = pytest.mark.django_db

DISPLAY = reverse("admin:tickets_queue_display")
QUEUE = reverse("admin:tickets_ticket_changelist")


def test_columns_and_density_are_kept_and_lead_back_to_the_list(agent):
    TicketFactory(open=True, device="Samsung A15")
    chosen = {
        "density": "compact",
        "column": ["category", "age"],
        "query": "tab=open&channel=form",
    }

    answer = agent.post(DISPLAY, chosen)

    page = agent.get(answer.url)
    assert answer.url == f"{QUEUE}?tab=open&channel=form"
    assert list(page.context["columns"]) == ["ticket", "category", "status", "age"]
    assert "rows--compact" in page.content.decode()
    assert "Sudah dicoba</th>" not in page.content.decode()


def test_ticket_and_status_cannot_be_hidden(agent):
    AgentProfile.objects.create(user=agent.user, hidden_columns=["ticket", "status", "age", "gone", 7])
    TicketFactory(open=True)

    columns = agent.get(QUEUE).context["columns"]

    assert list(columns) == ["ticket", "category", "status", "sla", "signup", "tried", "agent"]


def test_display_leaves_the_rest_of_the_profile_alone(agent):
    AgentProfile.objects.create(user=agent.user, capacity=7, has_shortcuts=False)

    agent.post(DISPLAY, {"density": "compact"})

    profile = AgentProfile.objects.get()
    assert (profile.capacity, profile.has_shortcuts, profile.density) == (7, False, "compact")


@pytest.mark.parametrize(
    "chosen", [{}, {"density": "x", "column": ["x", "<b>"], "query": "//evil.example\r\nx"}]
)
def test_odd_choices_are_not_kept(agent, chosen):
    answer = agent.post(DISPLAY, chosen)

    profile = AgentProfile.objects.get()
    assert answer.url.startswith(f"{QUEUE}?")
    assert profile.density == "comfortable"
    assert profile.hidden_columns == ["age", "agent", "category", "signup", "sla", "tried"]


def test_display_is_changed_by_post_and_by_who_sees_the_queue(agent, nobody):
    assert agent.get(DISPLAY).status_code == 405
    assert nobody.post(DISPLAY).status_code == 403
