"""Slips of the finger in addresses: what is asked about, and what is left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.misspelling import domains, edits, is_known, is_near_miss, suggested_domain

HERE = Path(__file__).parent


def lines_of(name):
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


REAL = [domain for line in lines_of("real_domains.txt") for domain in line]
MISSPELT = [(typed, meant) for meant, *slips in lines_of("misspelt_domains.txt") for typed in slips]


def test_no_real_domain_is_taken_for_a_slip():
    assert len(set(REAL)) > 300
    assert [domain for domain in REAL if suggested_domain(f"budi@{domain}")] == []


def test_no_known_domain_is_needed_to_spare_most_real_ones():
    unknown = [domain for domain in REAL if not is_known(domain)]

    assert len(unknown) > 200


def test_slips_are_found_but_for_a_few():
    found = [typed for typed, meant in MISSPELT if suggested_domain(f"budi@{typed}") == meant]

    assert len(MISSPELT) > 150
    assert len(found) / len(MISSPELT) > 0.97


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("GMIAL.COM", "gmail.com"),
        ("gmial.com.", "gmail.com"),
        ("gmailc.om", "gmail.com"),
        ("yahoo.co", "yahoo.com"),
        ("yaho.co.id", "yahoo.co.id"),
        ("gmail.co.id", "gmail.com"),
        ("mail.com", ""),
        ("ymail.com", ""),
        ("unpas.ac.id", ""),
        ("gmial.ac.id", ""),
        # Another first letter is another name.
        ("tmail.com", ""),
        ("botmail.com", ""),
        ("vmail.com", ""),
    ],
)
def test_domain_meant(typed, meant):
    assert suggested_domain(f"budi@{typed}") == meant


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "budi",
        "@gmial.com",
        "a@b@gmial.com",
        "+6281234567890",
        "budi@gmаil.com",
        "budi@gmaıl.com",
        "budi@xn--gmil-6na.com",
        "budi@" + "gmial." * 60 + "com",
        "budi@" + "g" * 100_000,
        "budi@" + "\u0301" * 500,
        "budi@\x00gmial.com",
        "budi@\u202egmial.com",
        "budi@[127.0.0.1]",
        "budi@..",
        "budi@-",
    ],
)
def test_what_is_no_address_or_no_ascii_gets_no_suggestion(address):
    assert suggested_domain(address) == ""


@given(st.text(max_size=60), st.text(alphabet="gmailyahoco.@,", max_size=30))
def test_suggestion_is_always_one_of_our_own_domains(anything, near):
    ours = {"", *domains()["meant"]}

    assert {suggested_domain(anything), suggested_domain(near), suggested_domain(f"x@{near}")} <= ours


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("budi.santoso@gmail.com", "budi.santso@gmail.com"),
        ("budi.santoso@gmail.com", "bdui.santoso@gmail.com"),
        ("budisantoso@gmail.com", "bui.santosa@gmail.com"),
        ("siti@gmial.com", "siti@gmail.com"),
        ("siti@gmail.com", "siti@gmial.com"),
        ("siti@yahoo.co", "siti@yahoo.com"),
        ("siti+a@gmial.com", "siti@gmail.com"),
        ("siti@warungkopi.com", "siti@warungkpoi.com"),
    ],
)
def test_two_spellings_of_one_mailbox_are_near(one, other):
    assert is_near_miss(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("budi.santoso@gmail.com", "budisantoso@gmail.com"),  # the same mailbox
        ("budi+daftar@gmail.com", "budi@googlemail.com"),
        ("Budi@contoh.id", "budi@CONTOH.id"),
        ("budi1@gmail.com", "budi2@gmail.com"),  # two mailboxes of one person
        ("budisantoso@gmail.com", "budisantoso88@gmail.com"),
        ("adi@gmail.com", "ani@gmail.com"),
        ("budi@gmail.com", "budi@ymail.com"),
        ("budi@gmail.com", "budi@yahoo.com"),
        ("budi@yahoo.com", "budi@yahoo.co.id"),
        ("budi@bca.co.id", "budi@bri.co.id"),
        ("budi@unpad.ac.id", "budi@unpas.ac.id"),
        ("budi@gmail.com", ""),
        ("", ""),
        ("+6281234567890", "budi@gmail.com"),
        ("a@b@gmail.com", "a@c@gmail.com"),
        ("budi" * 100_000 + "@gmail.com", "budi@gmail.com"),
    ],
)
def test_different_mailboxes_are_not_near(one, other):
    assert not is_near_miss(one, other)


@given(st.text(max_size=40), st.text(max_size=40))
def test_nearness_has_no_direction_and_nothing_is_near_itself(one, other):
    assert is_near_miss(one, other) == is_near_miss(other, one)
    assert not is_near_miss(one, one)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [("abcd", "abcd", 0), ("abcd", "abdc", 1), ("abcd", "abd", 1), ("abcd", "abxd", 1), ("abcd", "badc", 2)],
)
def test_edits_count_swaps_as_one(one, other, count):
    assert edits(one, other, limit=3) == count
