"""Links for proof of identity: made from the key, and good for one request."""

import uuid

import pytest

from tests.factories import IdentityRequestFactory, MessageFactory
from tickets import identity_links
from tickets.links import BadLink

pytestmark = pytest.mark.django_db


def test_link_leads_to_its_request():
    asked = IdentityRequestFactory()

    assert identity_links.find(asked.public_id, identity_links.token_for(asked)) == asked


def test_token_of_another_request_opens_nothing():
    asked, other = IdentityRequestFactory(), IdentityRequestFactory()

    with pytest.raises(BadLink):
        identity_links.find(asked.public_id, identity_links.token_for(other))


@pytest.mark.parametrize("token", ["", "***", "é" * 32, "0" * 32])
def test_damaged_token_opens_nothing(token):
    with pytest.raises(BadLink):
        identity_links.find(IdentityRequestFactory().public_id, token)


def test_request_that_is_gone_looks_like_a_bad_link():
    asked = IdentityRequestFactory()
    token = identity_links.token_for(asked)
    asked.delete()

    with pytest.raises(BadLink):
        identity_links.find(asked.public_id, token)
    with pytest.raises(BadLink):
        identity_links.find(uuid.uuid4(), token)


def test_link_outlives_a_change_of_the_key(settings):
    asked = IdentityRequestFactory()
    token = identity_links.token_for(asked)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 50, [settings.SECRET_KEY]
    assert identity_links.find(asked.public_id, token) == asked

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadLink):
        identity_links.find(asked.public_id, token)


def test_other_mails_carry_no_such_link():
    message = MessageFactory(outgoing=True)

    assert (identity_links.url_in(message), identity_links.masked_url_in(message)) == ("", "")
