"""A masked secret is shown to who may see it, once, for a reason."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.urls import reverse

from tests.factories import MessageFactory, TicketFactory
from tickets import masking
from tickets.models.sealed_secret import SecretSource

pytestmark = pytest.mark.django_db

OTP, NIK = "482913", "3201014505900003"


@pytest.fixture
def ticket():
    ticket = TicketFactory(open=True)
    with transaction.atomic():
        ticket.description = masking.mask(
            ticket, f"kode {OTP} <b>nik</b> {NIK} password Kucing99", source=SecretSource.DESCRIPTION
        )
        ticket.save()
    return ticket


def url(ticket, number=1):
    return reverse("admin:tickets_ticket_secret", args=[ticket.pk, number])


def page(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def reveals(ticket):
    return ticket.events.filter(kind="secret_revealed")


def test_ticket_page_leads_to_the_secrets_that_are_open_to_the_role(agent, lead, ticket):
    pages = {client: client.get(page(ticket)).content.decode() for client in (agent, lead)}

    assert f'href="{url(ticket, 1)}"' in pages[agent]
    assert f'href="{url(ticket, 2)}"' not in pages[agent]
    assert f'href="{url(ticket, 2)}"' in pages[lead]
    for text in pages.values():
        assert '<span class="secret">PASSWORD •••</span>' in text
        assert "&lt;b&gt;nik&lt;/b&gt;" in text


def test_placeholder_that_somebody_typed_leads_nowhere(agent, ticket):
    MessageFactory(ticket=ticket, body='[OTP ••• 9] [NIK •••] [CARD •••4242 77] "><script>')

    text = agent.get(page(ticket)).content.decode()

    assert '<span class="secret">OTP ••• 9</span>' in text
    assert "&quot;&gt;&lt;script&gt;" in text
    assert agent.get(url(ticket, 9)).status_code == 404


def test_asking_shows_nothing_yet(agent, ticket):
    answer = agent.get(url(ticket))

    assert answer.status_code == 200
    assert OTP not in answer.content.decode()
    assert not reveals(ticket).exists()


def test_secret_is_shown_once_for_a_reason(agent, ticket):
    answer = agent.post(url(ticket), {"because": "compare_code"})

    event = reveals(ticket).get()
    assert OTP in answer.content.decode()
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert event.actor == agent.user
    assert event.data == {"number": 1, "secret": "OTP", "because": "compare_code", "note": None}
    assert OTP not in agent.get(url(ticket)).content.decode()
    assert OTP not in agent.get(page(ticket)).content.decode()


def test_look_is_told_in_the_history(agent, lead, ticket):
    lead.post(url(ticket, 2), {"because": "asked"})

    assert "NIK 2" in agent.get(page(ticket)).content.decode()


def test_words_become_a_note_without_the_secret(agent, ticket):
    agent.post(url(ticket), {"because": "other", "said": f"kode {OTP} dicocokkan"})

    note = ticket.messages.get()
    assert (note.kind, note.body, note.author) == ("note", "kode [OTP ••• 1] dicocokkan", agent.user)
    assert reveals(ticket).get().data["note"] == note.pk


@pytest.mark.parametrize(
    "typed",
    [{}, {"because": "bored"}, {"because": "other"}, {"because": "other", "said": " \x00 "}]
    + [{"because": "asked", "said": "x" * size} for size in (501, 20_000)],
)
def test_without_a_reason_nothing_is_shown(agent, ticket, typed):
    answer = agent.post(url(ticket), typed)

    assert answer.status_code == 409
    assert OTP not in answer.content.decode()
    assert not reveals(ticket).exists()


def test_identity_numbers_are_for_leads(agent, lead, administrator, ticket):
    asked = {"because": "check_account"}

    statuses = [client.post(url(ticket, 2), asked).status_code for client in (agent, lead, administrator)]

    assert statuses == [403, 200, 200]
    assert reveals(ticket).count() == 2


def test_role_may_be_given_the_right(agent, ticket):
    Group.objects.get(name="agent").permissions.add(Permission.objects.get(codename="reveal_identity"))

    assert agent.post(url(ticket, 2), {"because": "check_account"}).context["value"] == NIK


def test_ticket_of_a_colleague_keeps_its_secrets(agent, lead, andi, ticket):
    ticket.assignee = andi
    ticket.save()

    refused, allowed = (client.post(url(ticket), {"because": "asked"}) for client in (agent, lead))

    assert (refused.status_code, allowed.status_code) == (409, 200)
    assert OTP not in refused.content.decode()
    assert reveals(ticket).count() == 1


def test_anonymous_and_staff_without_a_role_see_nothing(client, nobody, ticket):
    statuses = [each.post(url(ticket), {"because": "asked"}).status_code for each in (client, nobody)]

    assert statuses == [302, 403]
    assert not reveals(ticket).exists()


@pytest.mark.parametrize("number", [0, 3, 32768, 10**30])
def test_number_that_is_none_is_not_found(agent, ticket, number):
    assert agent.get(url(ticket, number)).status_code == 404


def test_secret_of_another_ticket_is_not_found(agent, ticket):
    assert agent.get(url(TicketFactory(open=True))).status_code == 404


def test_secret_whose_key_is_gone_is_said_so(agent, ticket, settings):
    settings.SECRET_KEY_FALLBACKS = []
    settings.SEALING_KEYS = ["MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="]

    answer = agent.post(url(ticket), {"because": "asked"})

    assert answer.status_code == 409
    assert not reveals(ticket).exists()


@pytest.mark.parametrize("count", [1, 3])
def test_ticket_page_asks_the_same_number_of_queries(agent, ticket, count, django_assert_num_queries):
    with transaction.atomic():
        masking.mask(ticket, " ".join(f"kode 59012{n}" for n in range(count)), source=SecretSource.MESSAGE)
    agent.get(page(ticket))

    with django_assert_num_queries(21):
        agent.get(page(ticket))
