"""What the registered contact tells: the channel a code comes by, the mail provider, the phone's operator."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

EMAIL, SMS = "email", "sms"
CHANNELS = frozenset({EMAIL, SMS})
CAMPUS, SCHOOL, GOVERNMENT, COMPANY, FREE = "campus", "school", "government", "company", "free"
# Somebody runs these, filters what comes in, and can be asked.
MANAGED = frozenset({CAMPUS, SCHOOL, GOVERNMENT, COMPANY})

COUNTRY_CODE = "+62"


@cache
def providers() -> dict[str, Any]:
    """The providers we can name, by key; "default" holds only the places of all the others."""
    return _read("providers.toml")


@cache
def carriers() -> dict[str, Any]:
    """Indonesia's mobile operators by key."""
    return _read("carriers.toml")


@cache
def domains() -> dict[str, Any]:
    """What is known about mail domains; see domains.toml."""
    return _read("domains.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def channel_of(contact: str) -> str:
    """`email`, `sms` or "" when the contact is empty."""
    if "@" in contact:
        return EMAIL
    return SMS if contact.strip() else ""


def domain_of(contact: str) -> str:
    """The domain of a mail address in lower case, or "" for anything that is not one address."""
    local, _at, domain = contact.strip().lower().rpartition("@")
    return domain.rstrip(".") if local and "@" not in local else ""


def provider_of(contact: str) -> str:
    """The key of a known provider, or ""."""
    domain = domain_of(contact)
    known = (key for key, entry in providers().items() if domain and domain in entry.get("domains", ()))
    return next(known, "")


def provider_name(provider: str) -> str:
    return str(providers().get(provider, {}).get("name", ""))


def mail_places(place: str, *, language: str) -> str:
    """Where unwanted mail ends up, for the key of a provider or a kind of mailbox."""
    entry = providers().get(place) or providers()["default"]
    return str(entry["places"][language])


def kind_of_mailbox(contact: str) -> str:
    """Who runs the mailbox, as far as its domain tells: CAMPUS, SCHOOL, GOVERNMENT, COMPANY, FREE or ""."""
    domain = domain_of(contact)
    if not domain:
        return ""
    if provider_of(contact) or domain in domains()["free"]:
        return FREE
    endings = domains()["endings"].items()
    return next((kind for kind, ends in endings if domain.endswith(tuple(f".{end}" for end in ends))), "")


def carrier_of(phone: str) -> str:
    """The key of the operator an Indonesian number belongs to, or ""; takes E.164 and 08..."""
    dialled = phone.replace(COUNTRY_CODE, "0", 1) if phone.startswith(COUNTRY_CODE) else phone
    fits = {
        prefix: key
        for key, entry in carriers().items()
        for prefix in entry["prefixes"]
        if dialled.startswith(prefix)
    }
    return fits[max(fits, key=len)] if fits else ""


def carrier_name(carrier: str) -> str:
    return str(carriers().get(carrier, {}).get("name", ""))


def carrier_check(carrier: str, *, language: str) -> str:
    """What may keep a card of this operator from receiving SMS, or "" for an operator we do not know."""
    return str(carriers().get(carrier, {}).get("check", {}).get(language, ""))
