import pytest

from tickets.people import is_same_mailbox, mailbox_key, parse_phone, requester_key


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Budi.S@Gmail.com", "budis@gmail.com"),
        ("budi.s+daftar@googlemail.com", "budis@gmail.com"),
        ("budi.s+daftar@contoh.id", "budi.s@contoh.id"),
        (" budi@contoh.id ", "budi@contoh.id"),
        ("bu.di@me.com", "bu.di@icloud.com"),
        ("bu.di+x@mac.com", "bu.di@icloud.com"),
        ("Bu-di_s@pm.me", "budis@proton.me"),
        ("bu.dis@protonmail.com", "budis@proton.me"),
        ("bu-di@ya.ru", "budi@yandex.ru"),
        ("bu.di@yandex.com", "budi@yandex.ru"),
        ("", ""),
        ("budi", ""),
    ],
)
def test_mailbox_key_is_one_spelling_per_mailbox(address, key):
    assert mailbox_key(address) == key


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Budi@contoh.id", " budi@CONTOH.id", True),
        ("bu.di+x@gmail.com", "budi@googlemail.com", True),
        # Outside Gmail a +tag, or a dot, may be another person's mailbox.
        ("budi+x@contoh.id", "budi@contoh.id", False),
        ("bu.di@contoh.id", "budi@contoh.id", False),
        ("budi@me.com", "budi@icloud.com", False),
        ("budi@contoh.id", "budi@gmail.com", False),
        ("", "", False),
        ("budi", "budi", False),
    ],
)
def test_is_same_mailbox_takes_no_chances(one, other, expected):
    assert is_same_mailbox(one, other) is expected


@pytest.mark.parametrize(
    "text",
    ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", "(0812) 34567890", "0812.3456.7890"],
)
def test_parse_phone_reads_indonesian_habits(text):
    assert parse_phone(text) == "+6281234567890"


def test_parse_phone_keeps_foreign_numbers():
    assert parse_phone("+65 6123 4567") == "+6561234567"


@pytest.mark.parametrize("text", ["", "halo", "08", "0812", "1" * 40, "+99912345678", "08123456789012345"])
def test_parse_phone_refuses_what_is_no_number(text):
    assert parse_phone(text) is None


def test_requester_key_prefers_what_was_registered():
    by_email = requester_key(email="Budi@contoh.id", phone="+6281234567890", reply_email="x@contoh.id")
    by_phone = requester_key(email="", phone="+6281234567890", reply_email="x@contoh.id")
    by_reply = requester_key(email="", phone="", reply_email="X@contoh.id")

    assert (by_email, by_phone, by_reply) == ("budi@contoh.id", "+6281234567890", "x@contoh.id")
