from datetime import timedelta

import pytest

from tickets.admin.spam_words import SIGNS
from tickets.models import Ticket
from tickets.spam_signs import WEIGHTS, Facts, are_suspect, letters_of, signs_of

REPORT = "kode otp belum masuk sampai sekarang, sudah cek spam dan kirim ulang"
LINK = "https://jual.example/promo"


@pytest.mark.parametrize(
    ("facts", "signs", "is_suspect"),
    [
        ({}, [], False),
        ({"fell_for_trap": True}, ["trap"], True),
        ({"filled_in": timedelta(seconds=1)}, ["too_fast"], False),
        ({"filled_in": timedelta(seconds=2)}, [], False),
        ({"text": f"{REPORT} {LINK}"}, ["links"], False),
        ({"text": f"{REPORT} www.contoh.example"}, ["links"], False),
        ({"text": f"{REPORT} {LINK}", "filled_in": timedelta(seconds=1)}, ["too_fast", "links"], True),
        ({"text": f"{LINK} " * 4}, ["links"], False),
        ({"text": f"{LINK} " * 5}, ["many_links"], True),
        ({"text": f"{LINK} " * 50, "has_footers": True}, [], False),
        ({"places_alike": 2}, [], False),
        # A disturbance, of which a thousand people tell alike.
        ({"places_alike": 3}, ["same_text"], False),
        ({"places_alike": 3, "text": f"{REPORT} {LINK}"}, ["same_text", "links"], True),
        # Anybody can type the address of somebody else into an advertisement.
        ({"is_known": True}, ["known"], False),
        ({"is_known": True, "text": f"{REPORT} {LINK}"}, ["known", "links"], True),
    ],
)
def test_signs_of_a_report(facts, signs, is_suspect):
    found = signs_of(Facts(**{"text": REPORT, **facts}))

    assert (found, are_suspect(found)) == (signs, is_suspect)


def test_a_link_is_counted_once():
    assert signs_of(Facts(text="https://www.a.example HTTP://b.example www.c.example awww.d")) == ["links"]


def test_every_sign_has_words_and_all_fit_the_column():
    assert set(WEIGHTS) == set(SIGNS)
    assert len(" ".join(WEIGHTS)) <= Ticket._meta.get_field("suspended_because").max_length


def test_letters_of_leaves_out_what_a_program_varies():
    long = (
        "Pinjaman cepat tanpa jaminan cair dalam lima menit untuk semua orang di seluruh Indonesia hari ini"
    )

    assert letters_of(f"{long} 4711!") == letters_of(long.upper().replace(" ", "  "))
    assert letters_of("kode otp belum masuk") == ""
