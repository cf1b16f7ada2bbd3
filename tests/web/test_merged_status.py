"""What a merged report's page shows, and above all what it does not."""

import pytest

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import delivery, desk, lifecycle, links, merging
from tickets.actors import SYSTEM
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

PHONE = "+6281234567890"
BUDI = {"registered_email": "budi@contoh.id"}
BY_PHONE = {"registered_email": "", "registered_phone": PHONE}


@pytest.fixture
def rina():
    return AgentFactory(role="agent", first_name="Rina")


@pytest.fixture
def merge(rina):
    """Make two tickets and merge the first into the second; return both."""

    def make(ticket, into):
        ticket, into = TicketFactory(open=True, **ticket), TicketFactory(open=True, **into)
        MessageFactory(ticket=into, body="rahasia-yang-lain")
        desk.reply_and_wait(into, body="jawaban-sebelumnya", by=rina)
        merging.merge(ticket, into=into, by=rina)
        ticket.refresh_from_db()
        return ticket, into

    return make


def page_of(client, ticket):
    return client.get(links.status_path(ticket), headers={"Accept-Language": "id"}).content.decode()


def link_in_mail(ticket, mailoutbox):
    notice = ticket.messages.get(purpose="merged")
    delivery.deliver(notice.pk)
    return mailoutbox[-1].body if mailoutbox else ""


def leads_to(text, ticket):
    return f"/{ticket.reference}/" in text


@pytest.mark.parametrize(
    ("ticket", "into", "knows_number", "reads_answers", "is_mailed"),
    [
        (BUDI, BUDI, True, True, True),
        ({"registered_email": "budi.s@gmail.com"}, {"registered_email": "budis@gmail.com"}, True, True, True),
        # Who typed Budi's address into the form, and their own to be answered at.
        ({**BUDI, "reply_email": "orang@contoh.id"}, BUDI, True, True, False),
        ({"registered_email": "orang@contoh.id", "reply_email": "budi@contoh.id"}, BUDI, True, False, True),
        # A +tag may be another person's mailbox.
        ({"registered_email": "budi+x@contoh.id"}, BUDI, True, True, False),
        (
            {"registered_email": "", "registered_phone": PHONE},
            {**BUDI, "registered_phone": PHONE},
            True,
            True,
            False,
        ),
        # Nothing in common but, perhaps, a device.
        (
            {"registered_email": "ani@contoh.id", "ip_address": "203.0.113.7", "user_agent": "x"},
            {**BUDI, "ip_address": "203.0.113.7", "user_agent": "x"},
            False,
            False,
            False,
        ),
    ],
)
def test_who_gets_to_see_what(
    client, merge, rina, mailoutbox, ticket, into, knows_number, reads_answers, is_mailed
):
    ticket, into = merge(ticket, into)
    into.refresh_from_db()
    desk.reply_and_wait(into, body="jawaban-sesudahnya", by=rina)

    page, mail = page_of(client, ticket), link_in_mail(ticket, mailoutbox)

    assert (into.reference in page, "jawaban-sesudahnya" in page) == (knows_number, reads_answers)
    assert leads_to(mail, into) is is_mailed
    # Never, to anybody: what was said before, and a link that opens the other page.
    assert [words for words in ("rahasia-yang-lain", "jawaban-sebelumnya") if words in page] == []
    assert links.token_for(into).partition(".")[2] not in page
    assert not leads_to(page, into)


def test_page_of_the_other_shows_nothing_of_the_merged_one(client, merge):
    ticket, into = merge(BUDI, BUDI)
    MessageFactory(ticket=ticket, body="rahasia-saya")
    Ticket.objects.filter(pk=ticket.pk).update(description="laporan-saya")

    page = page_of(client, into)

    assert [words for words in ("rahasia-saya", "laporan-saya", ticket.reference) if words in page] == []


def test_addition_stays_on_the_page_it_was_written_on(client, merge):
    ticket, into = merge(BUDI, BUDI)

    answer = client.post(links.status_path(ticket), {"action": "add", "body": "masih belum"})

    assert answer.status_code == 303
    assert leads_to(answer["Location"], ticket)
    assert "masih belum" in page_of(client, ticket)
    assert "masih belum" not in page_of(client, into)
    into.refresh_from_db()
    assert into.status == "open"


def test_still_failing_is_offered_where_it_brings_something_about(client, merge, rina):
    ticket, into = merge(BUDI, BUDI)
    into.refresh_from_db()
    desk.reply_and_wait(into, body="Silakan coba lagi.", by=rina)

    assert 'value="failing"' in page_of(client, ticket)
    client.post(links.status_path(ticket), {"action": "failing"})

    into.refresh_from_db()
    assert into.status == "open"
    assert 'value="failing"' not in page_of(client, ticket)


def test_page_offers_a_new_report_when_the_other_is_closed(client, merge, rina):
    ticket, into = merge(BUDI, BUDI)
    into.refresh_from_db()
    desk.resolve(into, by=rina)
    into.refresh_from_db()
    lifecycle.close(into, by=SYSTEM)

    page = page_of(client, ticket)

    assert "Buat laporan baru" in page
    assert 'name="body"' not in page


def test_answers_of_a_ticket_taken_along_are_those_since_the_last_merge(client, merge, rina):
    ticket, into = merge(BUDI, BUDI)
    third = TicketFactory(open=True, **BUDI)
    desk.reply_and_wait(third, body="milik-yang-ketiga", by=rina)
    into.refresh_from_db()
    merging.merge(into, into=third, by=rina)
    third.refresh_from_db()
    desk.reply_and_wait(third, body="jawaban-bersama", by=rina)

    page = page_of(client, ticket)

    assert ("milik-yang-ketiga" in page, "jawaban-bersama" in page) == (False, True)


def test_page_after_an_undo_is_as_before(client, merge, rina):
    ticket, into = merge(BUDI, BUDI)
    into.refresh_from_db()
    desk.reply_and_wait(into, body="jawaban-sesudahnya", by=rina)

    merging.undo_merge(ticket, by=rina)

    page = page_of(client, ticket)
    assert "jawaban-sesudahnya" not in page
    assert 'data-state="open"' in page


def test_api_shows_a_merged_ticket_the_same(client, merge, rina):
    ticket, into = merge(BUDI, BUDI)
    into.refresh_from_db()
    desk.reply_and_wait(into, body="jawaban-sesudahnya", by=rina)
    bearer = {"Authorization": f"Bearer {links.token_for(ticket)}"}

    answer = client.get(f"/api/v1/tickets/{ticket.reference}/", headers=bearer).json()

    assert (answer["status"], answer["advice"]) == ("merged", None)
    assert [each["body"] for each in answer["messages"]] == ["jawaban-sesudahnya"]
    added = client.post(
        f"/api/v1/tickets/{ticket.reference}/messages/", {"body": "masih belum"}, headers=bearer
    )
    assert (added.status_code, added.json()["reference"]) == (201, ticket.reference)
