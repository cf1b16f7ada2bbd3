"""Keyed digests: recognised when somebody names the text, and not to be tried out without the key."""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac


def digest_of(text: str, *, purpose: str) -> str:
    """Return 64 hexadecimal digits; for another purpose they are others."""
    return digests_of(text, purpose=purpose)[0]


def digests_of(text: str, *, purpose: str) -> list[str]:
    """Return the digests by every key that is still believed, the one in use first."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(purpose, text, secret=key, algorithm="sha256").hexdigest() for key in keys]
