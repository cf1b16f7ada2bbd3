"""What refusals mean, with a code and without."""

import pytest

from tickets.mail.status_codes import blames_address, reading_of, status_in, status_of_refusal


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 <budi@contoh.id>: Recipient address rejected: User unknown", "5.1.1"),
        ("550-5.1.1 The email account that you tried to reach does not exist.", "5.1.1"),
        ("552 5.2.2 over quota", "5.2.2"),
        ("sorry, no mailbox here by that name (#5.1.1)", "5.1.1"),
        ("550 No such user here", "5.1.1"),
        ("550 Requested action not taken: mailbox unavailable", "5.1.1"),
        ("550 blocked using zen.example.org, mailbox unavailable", "5.7.1"),
        ("554 5.0.0 mailbox full", "5.2.2"),
        ("550 5.0.0 no", "5.0.0"),
        ("550 host 5.1.1.7 says no", ""),
        ("550 version 15.1.2.3", ""),
        ("Alamat tidak ditemukan", "5.1.1"),
        ("DNS Error: Domain name not found", "5.1.2"),
        ("", ""),
    ],
)
def test_status_is_found_or_understood(text, status):
    assert status_in(text) == status


def test_refused_recipient_without_words_is_known_by_its_reply_code():
    assert [status_of_refusal(code, "no") for code in (550, 552, 553, 554)] == [
        "5.0.0",
        "5.2.2",
        "5.1.3",
        "",
    ]


@pytest.mark.parametrize(
    ("status", "reading"),
    [
        ("5.1.1", "unknown_user"),
        ("5.1.6", "unknown_user"),
        ("5.1.2", "unknown_domain"),
        ("5.4.4", "unknown_domain"),
        ("5.1.10", "unknown_domain"),
        ("5.2.2", "mailbox_full"),
        ("4.2.2", "mailbox_full"),
        ("5.2.1", ""),
        ("5.7.1", ""),
        ("", ""),
    ],
)
def test_reading_of_a_status(status, reading):
    assert reading_of(status) == reading


@pytest.mark.parametrize(
    ("status", "is_to_blame"),
    [
        *((status, True) for status in ("5.1.1", "5.2.2", "5.2.1", "5.4.4", "5.0.0", "")),
        *((status, False) for status in ("5.7.1", "5.1.8", "5.2.3", "5.4.7", "5.6.0")),
    ],
)
def test_address_is_to_blame_or_we_are(status, is_to_blame):
    assert blames_address(status) == is_to_blame
