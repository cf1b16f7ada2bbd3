"""Sealing: what we keep, and what nobody can read in the database, on the disk or in a backup."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """No key that is set opens the seal."""


@dataclass(frozen=True)
class Sealer:
    """One set of keys: the first one seals, each one opens. Without any, one is made of SECRET_KEY."""

    setting: str
    purpose: bytes  # of the key that is made; another purpose is another key

    def seal(self, data: bytes) -> bytes:
        return MultiFernet(self._keys()).encrypt(data)

    def unseal(self, sealed: bytes) -> bytes:
        """Return what was sealed; raises Unreadable."""
        try:
            return MultiFernet(self._keys()).decrypt(sealed)
        except InvalidToken as error:
            raise Unreadable from error

    def reseal(self, sealed: bytes) -> bytes:
        """Return the same under the first key; raises Unreadable."""
        try:
            return MultiFernet(self._keys()).rotate(sealed)
        except InvalidToken as error:
            raise Unreadable from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether it is the first key that opens it."""
        try:
            self._keys()[0].decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def _keys(self) -> tuple[Fernet, ...]:
        given = getattr(settings, self.setting)
        if given:
            return _given(tuple(given))
        return _derived((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), self.purpose)


SECRETS = Sealer("SEALING_KEYS", b"tickets.sealing")
# Keys of their own: whoever gets hold of one set has not got the other.
IDENTITY = Sealer("IDENTITY_KEYS", b"tickets.identity")


def seal(text: str) -> bytes:
    return seal_bytes(text.encode(errors="surrogatepass"))


def unseal(sealed: bytes) -> str:
    """Return the text that was sealed; raises Unreadable."""
    return unseal_bytes(sealed).decode(errors="surrogatepass")


def seal_bytes(data: bytes) -> bytes:
    return SECRETS.seal(data)


def unseal_bytes(sealed: bytes) -> bytes:
    """Return what was sealed; raises Unreadable."""
    return SECRETS.unseal(sealed)


def reseal(sealed: bytes) -> bytes:
    """Return the same under the first key; raises Unreadable."""
    return SECRETS.reseal(sealed)


@cache
def _given(keys: tuple[str, ...]) -> tuple[Fernet, ...]:
    return tuple(Fernet(key) for key in keys)


@cache
def _derived(secrets: tuple[str, ...], purpose: bytes) -> tuple[Fernet, ...]:
    """For a first try, which has one key only: RFC 5869 makes another one of it."""
    return tuple(Fernet(base64.urlsafe_b64encode(_hkdf(secret, purpose))) for secret in secrets)


def _hkdf(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
