"""Addresses that carry a signed word behind a plus: mailbox+word.signature@domain (RFC 5233)."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# Hexadecimal digits, because mail systems fold case; 80 bits, because a local part has 64 characters.
SIGNATURE = 20


def signed_address(mailbox: str, word: str, *, salt: str) -> str:
    """Return the sub-address of the mailbox that proves that we have made it."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{word}.{_signature(word, salt=salt, key=settings.SECRET_KEY)}@{domain}"


def word_in(address: str, *, mailbox: str, salt: str) -> str | None:
    """Return the word of such an address in lower case, or None for one that we have not made."""
    local, _at, domain = parseaddr(address)[1].lower().rpartition("@")
    own_local, _at, own_domain = mailbox.lower().rpartition("@")
    if not own_local or domain != own_domain or not local.startswith(f"{own_local}+"):
        return None
    word, _dot, signature = local.removeprefix(f"{own_local}+").rpartition(".")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    is_ours = any(constant_time_compare(signature, _signature(word, salt=salt, key=key)) for key in keys)
    return word if word and is_ours else None


def _signature(word: str, *, salt: str, key: str) -> str:
    # Of the lower case: what comes back may have been folded on the way.
    return salted_hmac(salt, word.lower(), secret=key, algorithm="sha256").hexdigest()[:SIGNATURE]
