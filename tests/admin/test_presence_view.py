import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import MessageFactory, TicketFactory
from tickets import desk, presence
from tickets.models import Presence

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:tickets_ticket_changelist")


def url(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def here(ticket):
    return reverse("admin:tickets_presence", args=[ticket.pk])


def poll(client, ticket, **page):
    asked = {"seen": "0", "status": ticket.status, "assignee": ticket.assignee_id or "", **page}
    return client.post(here(ticket), asked).json()


@pytest.fixture
def ticket():
    return TicketFactory(open=True)


def test_poll_shows_who_else_is_here(agent, andi, ticket):
    presence.renew(ticket.pk, is_writing=False, by=andi)

    told = poll(agent, ticket)

    assert "Andi sedang membuka tiket ini" in told["people"]
    assert (told["writers"], told["changes"]) == ("", "")


def test_poll_warns_of_who_writes(agent, andi, ticket):
    presence.renew(ticket.pk, is_writing=True, by=andi)

    told = poll(agent, ticket)

    assert "Andi sedang menulis balasan" in told["people"]
    assert "badge--amber" in told["people"]
    assert "Andi juga sedang menulis balasan" in told["writers"]


def test_poll_says_whether_one_writes(agent, ticket):
    poll(agent, ticket, writing="1")
    wrote = Presence.objects.get().is_writing
    poll(agent, ticket)

    assert (wrote, Presence.objects.get().is_writing) == (True, False)


def test_names_are_escaped(agent, andi, ticket):
    andi.first_name = "<script>alert(1)</script>"
    andi.save()
    presence.renew(ticket.pk, is_writing=True, by=andi)

    told = poll(agent, ticket)

    assert "<script" not in "".join(told.values())


def test_poll_tells_what_changed_meanwhile(agent, lead, andi, ticket):
    MessageFactory(ticket=ticket)
    desk.assign(ticket, to=andi, by=lead.user)
    desk.resolve(ticket, by=andi)

    changes = poll(agent, ticket)["changes"]

    expected = ("Ada tulisan baru", "Statusnya kini “Selesai”", "Tiket kini dipegang Andi", "Muat ulang")
    assert [words for words in expected if words not in changes] == []


@pytest.mark.parametrize("junk", [{"seen": "x"}, {"assignee": "9" * 40}, {"status": "<b>"}])
def test_poll_takes_any_junk(agent, ticket, junk):
    assert set(poll(agent, ticket, **junk)) == {"people", "writers", "changes"}


def test_own_rows_of_the_page_are_no_change(agent, ticket):
    desk.add_note(ticket, body="Telkomsel", by=agent.user)
    seen = agent.get(url(ticket)).context["seen"]

    assert poll(agent, ticket, seen=seen)["changes"] == ""


def test_mail_with_the_link_alone_is_nothing_new_to_read(agent, ticket):
    MessageFactory(ticket=ticket, outgoing=True, purpose="link_again:0123456789ab")

    assert poll(agent, ticket, seen="0")["changes"] == ""


def test_page_that_left_while_it_asked_is_told_nothing(agent, ticket, monkeypatch):
    def leave(*args, **kwargs):
        raise presence.HasLeft

    monkeypatch.setattr(presence, "renew", leave)

    assert agent.post(here(ticket)).status_code == 204


def test_leaving_ends_it(agent, ticket):
    poll(agent, ticket)

    answer = agent.post(here(ticket), {"leaving": "1"})

    assert (answer.status_code, Presence.objects.running().count()) == (204, 0)


def test_ticket_page_shows_who_is_here_without_script(agent, andi, ticket):
    presence.renew(ticket.pk, is_writing=True, by=andi)

    assert "Andi sedang menulis balasan" in agent.get(url(ticket)).content.decode()


def test_looking_at_the_page_alone_claims_no_presence(agent, ticket):
    agent.get(url(ticket))

    assert Presence.objects.count() == 0


def test_queue_shows_who_is_on_which_row(agent, andi, ticket):
    TicketFactory(open=True)
    presence.renew(ticket.pk, is_writing=False, by=andi)

    page = " ".join(agent.get(QUEUE).content.decode().split())

    assert page.count('Andi<span class="visually-hidden"> sedang membuka tiket ini</span>') == 1


def test_poll_asks_two_queries_beside_those_of_signing_in(agent, ticket, django_assert_num_queries):
    poll(agent, ticket)

    # Session, user, two for permissions; the lease, and what it sees.
    with django_assert_num_queries(6):
        poll(agent, ticket)


def test_token_is_given_to_a_page_whose_own_is_old(agent, ticket):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(agent.user)

    stale = strict.post(here(ticket), {"csrfmiddlewaretoken": "x" * 64})
    token = strict.get(here(ticket)).json()["token"]
    fresh = strict.post(here(ticket), {"csrfmiddlewaretoken": token})

    assert (stale.status_code, fresh.status_code) == (403, 200)


def test_signed_out_pages_are_sent_to_sign_in(ticket):
    answer = Client().post(here(ticket))

    assert (answer.status_code, Presence.objects.count()) == (302, 0)


def test_staff_without_a_role_are_seen_nowhere(nobody, ticket):
    assert (nobody.post(here(ticket)).status_code, Presence.objects.count()) == (403, 0)


@pytest.mark.parametrize("pk", [404, 2**63])
@pytest.mark.django_db(transaction=True)
def test_ticket_that_is_none_is_not_found(agent, pk):
    answer = agent.post(reverse("admin:tickets_presence", args=[pk]))

    assert answer.status_code == 404


def test_reply_beside_a_writing_colleague_is_stopped_once(agent, andi, ticket):
    presence.renew(ticket.pk, is_writing=True, by=andi)
    reply = {"action": "reply_and_wait", "seen": "0", "body": "Sudah kami kirim."}

    stopped = agent.post(url(ticket), reply)
    page = stopped.content.decode()
    sent = agent.post(url(ticket), {**reply, "told": andi.pk})

    assert (stopped.status_code, sent.status_code, ticket.messages.count()) == (409, 303, 1)
    assert ("sedang menulis balasan untuk tiket ini: Andi" in page, "Sudah kami kirim." in page) == (
        True,
        True,
    )
    assert f'name="told" value="{andi.pk}"' in page


def test_another_writer_stops_it_again(agent, andi, lead, ticket):
    for colleague in (andi, lead.user):
        presence.renew(ticket.pk, is_writing=True, by=colleague)

    answer = agent.post(url(ticket), {"action": "resolve", "seen": "0", "told": andi.pk})

    assert (answer.status_code, ticket.messages.count()) == (409, 0)


def test_note_beside_a_writing_colleague_goes_through(agent, andi, ticket):
    presence.renew(ticket.pk, is_writing=True, by=andi)

    assert agent.post(url(ticket), {"action": "note", "body": "Telkomsel"}).status_code == 303
