from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from tickets import fields
from tickets.models.ticket import Zone

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def code_of(function, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        function(*args, **kwargs)
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  otp\r\nga masuk\r", "otp\nga masuk"),
        ("a\x00b\ud800c\x1bd", "abcd"),
        ("e\u0301", "é"),
        ("tabel\there", "tabel\there"),
    ],
)
def test_clean_text_keeps_what_can_be_seen(typed, kept):
    assert fields.clean_text(typed) == kept


def test_clean_description_has_bounds():
    assert fields.clean_description("x" * 5000) == "x" * 5000
    assert code_of(fields.clean_description, "x" * 5001) == "description_too_long"
    assert code_of(fields.clean_description, "ok") == "description_too_short"
    assert code_of(fields.clean_description, " \n ") == "description_required"
    assert code_of(fields.clean_description, "x" * 10_001) == "too_long"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("", ""), (" Budi@Contoh.ID ", "Budi@contoh.id"), ("budi@contoh.id.", "budi@contoh.id")],
)
def test_clean_email_tidies(typed, kept):
    assert fields.clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "budi",
        "a@b@c.id",
        "@contoh.id",
        "budi@" + "a" * 260 + ".id",
        "budi@localhost",
        "budi@[127.0.0.1]",
        "budi@[IPv6:::1]",
    ],
)
def test_clean_email_refuses(typed):
    assert code_of(fields.clean_email, typed) == "email"


@pytest.mark.parametrize(
    ("typed", "letter", "plain"),
    [
        ("bud\u0456@contoh.id", "\u0456", "i"),
        ("b\u0443di@contoh.id", "\u0443", "y"),
        ("\u0412udi@contoh.id", "\u0412", "B"),
        ("budi@c\u03bfntoh.id", "\u03bf", "o"),
        ("andr\u00e9@contoh.id", "\u00e9", "e"),
        ("\u8336@contoh.id", "\u8336", ""),
        ("budi\U0001f600@contoh.id", "\U0001f600", ""),
    ],
)
def test_clean_email_names_the_letter_that_is_not_ours(typed, letter, plain):
    with pytest.raises(ValidationError) as caught:
        fields.clean_email(typed)

    assert (caught.value.code, caught.value.params) == ("email_letters", {"letter": letter, "plain": plain})


@pytest.mark.parametrize(
    "unseen",
    ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u202e", "\u3164", "\u2800", "\ufe0f", "\u034f", "\u00a0"],
)
def test_clean_email_drops_what_cannot_be_seen(unseen):
    assert fields.clean_email(f"{unseen}bu{unseen}di@con{unseen}toh.id{unseen}") == "budi@contoh.id"


@pytest.mark.parametrize("blank", ["\u3164\u3164\u3164\u3164", "\u2800 \u2800 \u2800"])
def test_clean_description_that_shows_nothing_is_missing(blank):
    assert code_of(fields.clean_description, blank) == "description_required"


def test_second_address_is_another_mailbox():
    assert fields.second_address("siti@contoh.id", registered_email="budi@contoh.id") == "siti@contoh.id"
    assert fields.second_address("BUDI@contoh.id", registered_email="budi@contoh.id") == ""
    assert fields.second_address("siti@contoh.id", registered_email="") == "siti@contoh.id"


@pytest.mark.parametrize(
    ("typed", "kept"), [("", ""), ("0812-3456-7890", "+6281234567890"), ("6281234567890", "+6281234567890")]
)
def test_clean_phone_returns_e164(typed, kept):
    assert fields.clean_phone(typed) == kept


@pytest.mark.parametrize("typed", ["0812", "nomor saya", "0" * 41])
def test_clean_phone_refuses(typed):
    assert code_of(fields.clean_phone, typed) == "phone"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [("", Zone.WIB), ("wita", Zone.WITA), (" WIT ", Zone.WIT), ("Asia/Jakarta", Zone.WIB)],
)
def test_clean_zone_reads_short_and_long_names(typed, zone):
    assert fields.clean_zone(typed) == zone


def test_clean_zone_refuses_others():
    assert code_of(fields.clean_zone, "Europe/Berlin") == "zone"


def test_clean_signup_moment_allows_for_a_clock_that_is_wrong():
    ahead = NOW + fields.CLOCK_SKEW

    assert fields.clean_signup_moment(ahead, now=NOW) == ahead
    assert code_of(fields.clean_signup_moment, ahead + timedelta(seconds=1), now=NOW) == "signup_in_future"


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), NOW - fields.MAX_SIGNUP_AGE * 2])
def test_clean_signup_moment_refuses_a_mistyped_year(moment):
    assert code_of(fields.clean_signup_moment, moment, now=NOW) == "signup_too_old"


def test_clean_signup_day_is_a_day_of_its_zone():
    # 16:30 UTC is 23:30 in Jakarta, and the next day already in Jayapura.
    now = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    tomorrow = date(2026, 11, 23)

    begins = fields.clean_signup_day(tomorrow, zone=Zone.WIT, now=now)

    assert begins == datetime(2026, 11, 22, 15, tzinfo=UTC)
    assert code_of(fields.clean_signup_day, tomorrow, zone=Zone.WIB, now=now) == "signup_in_future"


def test_clean_signup_day_refuses_a_mistyped_year():
    assert code_of(fields.clean_signup_day, date.min, zone=Zone.WIB, now=NOW) == "signup_too_old"


@pytest.mark.parametrize(
    "typed",
    [
        "KS-7F3K-92QX",
        " ks 7f3k 92qx ",
        "ks7f3k92qx",
        "7F3K-92QX",
        "7f3k92qx",
        "KS_7F3K_92QX",
        "KS–7F3K–92QX",
        "ＫＳ－７Ｆ３Ｋ－９２ＱＸ",
        "[KS-7F3K-92QX] Kode belum masuk",
        "Re: [KS-7F3K-92QX] Kode belum masuk",
        "http://127.0.0.1:8000/tiket/KS-7F3K-92QX/1xXIkC.rQJR-YsM4VgGLJxKecnXb1n8J9QYcs__9Stu_w/",
        "nomornya KS-7F3K-92QX.",
    ],
)
def test_clean_reference_reads_what_is_typed_sloppily(typed):
    assert fields.clean_reference(typed) == "KS-7F3K-92QX"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ks-oIl1-u0O2", "KS-0111-V002"), ("KSAB-CD12", "KS-KSAB-CD12"), ("ks ksab cd12", "KS-KSAB-CD12")],
)
def test_clean_reference_reads_look_alikes_by_crockfords_rule(typed, kept):
    assert fields.clean_reference(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "reference_required"),
        (" \u200b ", "reference_required"),
        ("KS-7F3K-92Q", "reference"),
        ("KS-7F3K-92QXX", "reference"),
        ("halo", "reference"),
        ("KS-7F3K-92Qé", "reference"),
        ("K" * 100_000, "reference"),
    ],
)
def test_clean_reference_refuses_what_is_no_number(typed, code):
    assert code_of(fields.clean_reference, typed) == code
