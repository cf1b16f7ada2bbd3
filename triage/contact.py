"""What the registered contact tells: the channel a code comes by, and the mail provider."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

EMAIL, SMS = "email", "sms"
CHANNELS = frozenset({EMAIL, SMS})


@cache
def providers() -> dict[str, Any]:
    """The providers we can name, by key; "default" holds only the places of all the others."""
    return tomllib.loads(Path(__file__).with_name("providers.toml").read_text(encoding="utf-8"))


def channel_of(contact: str) -> str:
    """`email`, `sms` or "" when the contact is empty."""
    if "@" in contact:
        return EMAIL
    return SMS if contact.strip() else ""


def provider_of(contact: str) -> str:
    """The key of a known provider, or ""."""
    domain = contact.rpartition("@")[2].strip().lower() if "@" in contact else ""
    known = (key for key, entry in providers().items() if domain and domain in entry.get("domains", ()))
    return next(known, "")


def provider_name(provider: str) -> str:
    return str(providers().get(provider, {}).get("name", ""))


def mail_places(provider: str, *, language: str) -> str:
    entry = providers().get(provider) or providers()["default"]
    return str(entry["places"][language])
