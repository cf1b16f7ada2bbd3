import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets.admin.sign_in import SignInForm

pytestmark = pytest.mark.django_db

QUEUE, OUTBOX, USERS, GROUPS = (
    reverse(f"admin:{name}_changelist")
    for name in ("tickets_ticket", "tickets_message", "auth_user", "auth_group")
)


@pytest.fixture
def pages():
    message = MessageFactory(outgoing=True, ticket=TicketFactory(open=True))
    return {
        "queue": QUEUE,
        "ticket": reverse("admin:tickets_ticket_change", args=[message.ticket_id]),
        "outbox": OUTBOX,
        "message": reverse("admin:tickets_message_change", args=[message.pk]),
        "html": reverse("admin:tickets_message_html", args=[message.pk]),
        "users": USERS,
        "groups": GROUPS,
    }


def opened(client, pages):
    return {name for name, url in pages.items() if client.get(url).status_code == 200}


def test_anonymous_is_sent_to_sign_in(client, pages):
    answers = [client.get(url) for url in pages.values()]

    assert [answer.url for answer in answers] == [f"/desk/login/?next={url}" for url in pages.values()]


def test_staff_without_a_role_is_refused_everywhere(nobody, pages):
    statuses = {nobody.get(url).status_code for url in [*pages.values(), reverse("admin:index")]}

    assert statuses == {403}


def test_refusal_says_who_can_help(nobody):
    page = nobody.get(QUEUE)

    assert "Administrator" in page.content.decode()


def test_people_who_are_no_staff_are_sent_to_sign_in(client, pages):
    client.force_login(AgentFactory(is_staff=False, role="agent"))

    assert {client.get(url).status_code for url in pages.values()} == {302}


def test_agent_sees_queue_and_tickets(agent, pages):
    assert opened(agent, pages) == {"queue", "ticket"}


def test_lead_sees_the_outbox_too(lead, pages):
    assert opened(lead, pages) == {"queue", "ticket", "outbox", "message", "html"}


def test_administrator_sees_all(administrator, pages):
    assert opened(administrator, pages) == set(pages)


def test_start_of_the_desk_is_the_queue(agent):
    assert agent.get(reverse("admin:index")).url == QUEUE


def test_sign_in_leads_to_the_queue(client):
    AgentFactory(username="rina", role="agent")

    answer = client.post(
        reverse("admin:login"),
        {"username": "rina", "password": "rahasia-sekali-123", "next": "/desk/"},
        follow=True,
    )

    assert answer.redirect_chain == [("/desk/", 302), (QUEUE, 302)]


def test_wrong_password_keeps_the_name(client):
    answer = client.post(reverse("admin:login"), {"username": "rina", "password": "salah", "next": "/desk/"})

    page = answer.content.decode()
    assert 'value="rina"' in page
    assert str(SignInForm.error_messages["invalid_login"]) in page


@pytest.mark.parametrize("path", ["add/", "1/delete/", "1/history/"])
def test_tickets_cannot_be_added_or_deleted(administrator, path):
    TicketFactory(pk=1)

    assert administrator.get(QUEUE + path).status_code == 404


def test_administrator_makes_an_agent(administrator):
    answer = administrator.post(
        reverse("admin:auth_user_add"),
        {
            "username": "baru",
            "usable_password": "true",
            "password1": "kopi-susu-gula-77",
            "password2": "kopi-susu-gula-77",
            "first_name": "Baru",
            "is_staff": "on",
            "groups": [Group.objects.get(name="agent").pk],
        },
    )

    assert answer.status_code == 302
    assert User.objects.get(username="baru").has_perm("tickets.change_ticket")


def test_administrator_cannot_make_a_superuser(administrator):
    person = administrator.user

    administrator.post(
        reverse("admin:auth_user_change", args=[person.pk]),
        {"username": person.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"},
    )

    person.refresh_from_db()
    assert person.is_superuser is False


@pytest.mark.parametrize(("language", "words"), [("id", "Perlu agen"), ("en", "Needs an agent")])
def test_desk_speaks_the_chosen_language(agent, language, words):
    agent.post(reverse("set_language"), {"language": language, "next": QUEUE})

    assert words in agent.get(QUEUE).content.decode()


def test_sign_out_says_so(agent):
    answer = agent.post(reverse("admin:logout"))

    assert "Anda sudah keluar" in answer.content.decode()
    assert agent.get(QUEUE).status_code == 302
