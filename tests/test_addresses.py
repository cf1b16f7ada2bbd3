"""Questions about addresses: which ones, and about which field."""

import pytest
from django.utils import translation

from tickets.addresses import Doubt, doubts_about


@pytest.mark.parametrize(
    ("registered", "reply", "found"),
    [
        ("budi@gmail.com", "", []),
        ("", "", []),
        ("", "budi@gmail.com", []),
        ("Budi@gmial.com", "", [Doubt("registered_email", "misspelt_domain", "Budi@gmail.com")]),
        ("", "budi@yaho.co.id", [Doubt("reply_email", "misspelt_domain", "budi@yahoo.co.id")]),
        (
            "budi@gmial.com",
            "budi@gmail.con",
            [
                Doubt("registered_email", "misspelt_domain", "budi@gmail.com"),
                Doubt("reply_email", "misspelt_domain", "budi@gmail.com"),
            ],
        ),
        ("budi@gmail.com", "budi@gmial.com", [Doubt("reply_email", "misspelt_domain", "budi@gmail.com")]),
        ("budisantoso@contoh.id", "budisantso@contoh.id", [Doubt("reply_email", "near_miss")]),
        ("budi@gmail.com", "siti@yahoo.com", []),
    ],
)
def test_addresses_raise_questions(registered, reply, found):
    assert doubts_about(registered_email=registered, reply_email=reply) == found


def test_question_names_the_address_that_may_have_been_meant():
    doubt = Doubt("reply_email", "misspelt_domain", "50%s@gmail.com")

    with translation.override("en"):
        assert doubt.question == "Did you mean 50%s@gmail.com?"
    assert doubt.domain == "gmail.com"
