"""Return paths and answer addresses: ours are known again, and nobody else can make one."""

import pytest

from tests.factories import MessageFactory, TicketFactory
from tickets.mail.reply_token import reply_address, ticket_of
from tickets.mail.return_path import message_of, return_path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mailboxes(settings):
    settings.BOUNCE_ADDRESS = "bounce@kantor.test"
    settings.SUPPORT_MAILBOX = "bantuan@kantor.test"


def test_return_path_leads_to_its_message():
    message, _other = MessageFactory(outgoing=True), MessageFactory(outgoing=True)

    assert message_of(return_path(message)) == message


def test_answer_address_leads_to_its_ticket():
    ticket, _other = TicketFactory(), TicketFactory()

    assert ticket_of(reply_address(ticket)) == ticket


def test_case_and_a_display_name_do_not_matter():
    ticket, message = TicketFactory(), MessageFactory(outgoing=True)

    assert ticket_of(f'"Bantuan" <{reply_address(ticket).upper()}>') == ticket
    assert message_of(return_path(message).upper()) == message


def test_local_part_fits_into_what_mail_allows():
    message = MessageFactory.build(outgoing=True, pk=10**15, ticket=TicketFactory())

    assert len(return_path(message).partition("@")[0]) <= 64
    assert len(reply_address(TicketFactory()).partition("@")[0]) <= 64


def test_earlier_key_is_still_believed(settings):
    message = MessageFactory(outgoing=True)
    address = return_path(message)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key" * 8

    assert message_of(address) == message


def test_other_addresses_are_nobodys():
    message, ticket = MessageFactory(outgoing=True), TicketFactory()
    address, answer = return_path(message), reply_address(ticket)
    local, domain = address.split("@")
    word, signature = local.rsplit(".", 1)
    others = [
        f"{word}.{'0' * len(signature)}@{domain}",
        f"bounce+{message.pk + 1}.{signature}@{domain}",
        f"{local}@jahat.test",
        f"{word}@{domain}",
        f"bounce+.{signature}@{domain}",
        answer,
        "bounce@kantor.test",
        "",
        "x\0y",
        "bounce+" + "9" * 400 + "@kantor.test",
    ]

    assert [message_of(each) for each in others] == [None] * len(others)
    assert [ticket_of(each) for each in (address, answer.replace(".", "", 1))] == [None, None]


def test_without_mailboxes_there_are_no_addresses(settings):
    message, ticket = MessageFactory(outgoing=True), TicketFactory()
    addresses = return_path(message), reply_address(ticket)
    settings.BOUNCE_ADDRESS = settings.SUPPORT_MAILBOX = ""

    assert (return_path(message), reply_address(ticket)) == ("", None)
    assert (message_of(addresses[0]), ticket_of(addresses[1])) == (None, None)
