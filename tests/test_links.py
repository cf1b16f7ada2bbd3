import pytest

from tests.factories import TicketFactory
from tickets import links


def test_check_token_accepts_the_one_of_the_ticket():
    ticket = TicketFactory.build()

    links.check_token(ticket.reference, links.token_for(ticket))


def test_check_token_is_bound_to_its_ticket():
    one, other = TicketFactory.build(), TicketFactory.build()

    with pytest.raises(links.BadLink):
        links.check_token(other.reference, links.token_for(one))


@pytest.mark.parametrize("token", ["", ":", "x", "1tXXXX:abc", "é" * 50, "a" * 5000])
def test_check_token_refuses_rubbish(token):
    with pytest.raises(links.BadLink):
        links.check_token("KS-7F3K-92QX", token)


def test_check_token_expires(settings):
    ticket = TicketFactory.build()
    token = links.token_for(ticket)
    settings.STATUS_LINK_AGE = -1

    with pytest.raises(links.ExpiredLink):
        links.check_token(ticket.reference, token)
