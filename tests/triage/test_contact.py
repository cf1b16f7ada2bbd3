"""What an address or a number tells by itself."""

import phonenumbers
import pytest
from phonenumbers import carrier as published

from triage.contact import (
    carrier_check,
    carrier_name,
    carrier_of,
    carriers,
    domain_of,
    kind_of_mailbox,
    mail_places,
    provider_of,
)
from triage.report import LANGUAGES

# How Google's numbering data call the same operators.
PUBLISHED_AS = {
    "telkomsel": "Telkomsel",
    "byu": "Telkomsel",
    "indosat": "Indosat Ooredoo Hutchison",
    "tri": "Indosat Ooredoo Hutchison",
    "xl": "XL",
    "axis": "AXIS",
    "smartfren": "Smartfren",
}


@pytest.mark.parametrize(
    ("phone", "carrier"),
    [
        ("+6281234567890", "telkomsel"),
        ("081234567890", "telkomsel"),
        ("+6285123456789", "telkomsel"),
        ("+6285155123456", "byu"),
        ("+6285712345678", "indosat"),
        ("+6289512345678", "tri"),
        ("+6287812345678", "xl"),
        ("+6283812345678", "axis"),
        ("+6288812345678", "smartfren"),
        ("+62215551234", ""),
        ("+60123456789", ""),
        ("+1 812 555 0100", ""),
        ("budi@gmail.com", ""),
        ("", ""),
    ],
)
def test_carrier_is_read_off_the_number(phone, carrier):
    assert carrier_of(phone) == carrier


def test_carriers_agree_with_published_numbering_data():
    different = []
    for key, entry in carriers().items():
        for prefix in entry["prefixes"]:
            number = phonenumbers.parse(f"{prefix}1234567890"[:12], "ID")
            name = published.name_for_number(number, "en")
            # "" is a block nobody has got yet.
            different += [] if name in ("", PUBLISHED_AS[key]) else [(prefix, name)]

    assert different == []


def test_no_prefix_belongs_to_two_carriers():
    prefixes = [prefix for entry in carriers().values() for prefix in entry["prefixes"]]

    assert len(prefixes) == len(set(prefixes)) == 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_carrier_has_a_name_and_a_check(language):
    assert all(carrier_name(key) and carrier_check(key, language=language) for key in carriers())
    assert (carrier_name(""), carrier_check("", language=language)) == ("", "")


@pytest.mark.parametrize(
    ("contact", "kind"),
    [
        ("budi@ui.ac.id", "campus"),
        ("budi@student.ub.ac.id", "campus"),
        ("budi@sman1.sch.id", "school"),
        ("budi@guru.smp.belajar.id", "school"),
        ("budi@pajak.go.id", "government"),
        ("budi@astra.co.id", "company"),
        ("budi@gmail.com", "free"),
        ("budi@YAHOO.co.id", "free"),
        ("budi@proton.me", "free"),
        ("budi@siti.my.id", ""),
        ("budi@ac.id", ""),
        ("+6281234567890", ""),
        ("a@b@ui.ac.id", ""),
        ("", ""),
    ],
)
def test_mailbox_is_of_a_kind(contact, kind):
    assert kind_of_mailbox(contact) == kind


def test_places_of_a_campus_mailbox_are_its_own():
    assert mail_places("campus", language="id") == "folder Spam atau Junk di email kampus Anda"
    assert mail_places("", language="id") == mail_places("free", language="id") == "folder Spam atau Junk"


@pytest.mark.parametrize(
    ("contact", "domain"),
    [(" Budi@Gmail.COM. ", "gmail.com"), ("a@b@c", ""), ("@c", ""), ("budi", ""), ("budi@", "")],
)
def test_domain_is_that_of_one_address(contact, domain):
    assert domain_of(contact) == domain


def test_provider_of_two_addresses_in_one_is_unknown():
    assert provider_of("a@b@gmail.com") == ""
