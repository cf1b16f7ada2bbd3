from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import desk, linking
from tickets.lifecycle import ForbiddenTransition

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory()


@pytest.fixture
def andi():
    return AgentFactory(first_name="Andi")


def test_take_assigns_a_free_ticket(rina):
    ticket = TicketFactory(open=True)

    desk.take(ticket, by=rina)

    ticket.refresh_from_db()
    assert ticket.assignee == rina
    assert ticket.events.get().actor == rina


def test_take_refuses_what_another_has(rina, andi):
    ticket = TicketFactory(open=True, assignee=andi)

    with pytest.raises(desk.AlreadyTaken) as caught:
        desk.take(ticket, by=rina)

    ticket.refresh_from_db()
    assert (ticket.assignee, caught.value.ticket.assignee) == (andi, andi)


def test_reply_and_wait_queues_the_mail_and_waits(rina, rung, django_capture_on_commit_callbacks):
    ticket = TicketFactory(open=True)

    with django_capture_on_commit_callbacks(execute=True):
        message = desk.reply_and_wait(ticket, body="Kode sudah kami kirim ulang.", by=rina)

    ticket.refresh_from_db()
    assert (ticket.status, message.delivery, message.recipient) == (
        "pending",
        "queued",
        ticket.registered_email,
    )
    assert ticket.first_agent_reply_at is not None
    assert rung == [("deliver_message", message.pk)]


def test_reply_goes_to_the_reachable_address(rina):
    ticket = TicketFactory(open=True, reply_email="lain@contoh.id")

    assert desk.reply_and_wait(ticket, body="Halo", by=rina).recipient == "lain@contoh.id"


def test_reply_without_any_address_stands_on_the_status_page(rina, rung):
    ticket = TicketFactory(open=True, registered_email="", registered_phone="+6281234567890")

    message = desk.reply_and_wait(ticket, body="Halo", by=rina)

    assert (message.delivery, message.suppressed_because) == ("suppressed", "no_address")


def test_reply_and_resolve_resolves_by_the_agent(rina):
    ticket = TicketFactory(open=True)

    desk.reply_and_resolve(ticket, body="Sudah aktif.", by=rina)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolution) == ("resolved", "agent")


def test_reply_to_a_closed_ticket_writes_nothing(rina):
    ticket = TicketFactory(closed=True)

    with pytest.raises(ForbiddenTransition):
        desk.reply_and_wait(ticket, body="Halo", by=rina)

    assert (ticket.messages.count(), ticket.events.count()) == (0, 0)


def test_add_note_is_never_mailed(rina, rung):
    ticket = TicketFactory(open=True)

    message = desk.add_note(ticket, body="Nomor Telkomsel", by=rina)

    assert (message.kind, message.delivery, rung) == ("note", "", [])


def test_categorise_takes_the_priority_of_the_playbook(rina):
    ticket = TicketFactory(open=True, priority=4)

    desk.categorise(ticket, category="account_restricted", by=rina)

    ticket.refresh_from_db()
    assert ticket.category == "account_restricted"
    assert ticket.priority < 4


def test_categorise_refuses_an_unknown_slug(rina):
    with pytest.raises(desk.UnknownCategory):
        desk.categorise(TicketFactory(open=True), category="apa_saja", by=rina)


def test_hold_comes_back_to_the_queue(rina):
    ticket = TicketFactory(open=True)

    desk.hold(ticket, until=timezone.now() + timedelta(hours=2), by=rina)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.hold_then) == ("self_fix", "queue")


def test_spam_can_be_undone(rina):
    ticket = TicketFactory(open=True)

    desk.mark_spam(ticket, by=rina)
    desk.reopen(ticket, by=rina)

    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_reply_takes_a_ticket_that_nobody_has(rina):
    ticket = TicketFactory(open=True)

    desk.reply_and_wait(ticket, body="Halo", by=rina)

    ticket.refresh_from_db()
    assert ticket.assignee == rina


def test_set_reply_address_sends_what_follows_there_and_tells_the_history():
    ticket, andi = TicketFactory(open=True), AgentFactory()

    desk.set_reply_address(ticket, address="baru@contoh.id", by=andi)
    message = desk.reply_and_wait(ticket, body="Halo", by=andi)

    event = ticket.events.get(kind="readdressed")
    assert (message.recipient, event.actor, event.data) == ("baru@contoh.id", andi, {})


def test_set_reply_address_finds_the_person_by_the_new_one():
    ticket = TicketFactory(open=True)
    desk.set_reply_address(ticket, address="baru@contoh.id", by=AgentFactory())

    later = TicketFactory(registered_email="baru@contoh.id")

    assert [kin.ticket for kin in linking.kin_of(later)] == [ticket]


def test_set_reply_address_to_the_registered_one_takes_it_off():
    ticket = TicketFactory(open=True, reply_email="lain@contoh.id")

    desk.set_reply_address(ticket, address=ticket.registered_email.upper(), by=AgentFactory())

    ticket.refresh_from_db()
    assert (ticket.reply_email, ticket.mail_address) == ("", ticket.registered_email)


def test_set_reply_address_leaves_nobody_without_one():
    ticket = TicketFactory(open=True, registered_email="", reply_email="lain@contoh.id")

    with pytest.raises(desk.NoAddressLeft):
        desk.set_reply_address(ticket, address="", by=AgentFactory())


def test_set_reply_address_is_for_who_has_the_ticket():
    ticket = TicketFactory(open=True, assignee=AgentFactory(role="agent"))

    with pytest.raises(desk.NotYours):
        desk.set_reply_address(ticket, address="baru@contoh.id", by=AgentFactory(role="agent"))
