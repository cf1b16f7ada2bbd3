"""Sealing: what we keep, and what nobody can read in the database or its backups."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"tickets.sealing"


class Unreadable(Exception):
    """No key that is set opens the seal."""


def seal(text: str) -> bytes:
    return seal_bytes(text.encode(errors="surrogatepass"))


def unseal(sealed: bytes) -> str:
    """Return the text that was sealed; raises Unreadable."""
    return unseal_bytes(sealed).decode(errors="surrogatepass")


def seal_bytes(data: bytes) -> bytes:
    return _keys().encrypt(data)


def unseal_bytes(sealed: bytes) -> bytes:
    """Return what was sealed; raises Unreadable."""
    try:
        return _keys().decrypt(sealed)
    except InvalidToken as error:
        raise Unreadable from error


def reseal(sealed: bytes) -> bytes:
    """Return the same under the first key; raises Unreadable."""
    try:
        return _keys().rotate(sealed)
    except InvalidToken as error:
        raise Unreadable from error


def _keys() -> MultiFernet:
    if settings.SEALING_KEYS:
        return _given(tuple(settings.SEALING_KEYS))
    return _derived((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@cache
def _given(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@cache
def _derived(secrets: tuple[str, ...]) -> MultiFernet:
    """For a first try, which has one key only: RFC 5869 makes another one of it."""
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_hkdf(secret))) for secret in secrets])


def _hkdf(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
