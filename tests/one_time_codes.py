"""An authenticator app for tests: RFC 6238, written from the RFC, not from what it tests."""

import base64
import hmac
import struct
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

from tickets import sealing

SECRET = base64.b32encode(b"dua puluh karakter!!").decode()


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows now, or so many steps of 30 seconds later."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    offset = digest[-1] & 0xF
    (value,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(value & 0x7FFFFFFF) % 1_000_000:06}"


def give_app(user) -> Authenticator:
    """Set up the app and recovery codes, without the pages."""
    RecoveryCodes.activate(user)
    sealed = sealing.seal(SECRET).decode()
    return Authenticator.objects.create(user=user, type="totp", data={"secret": sealed})


def recovery_codes(user) -> list[str]:
    return Authenticator.objects.get(user=user, type="recovery_codes").wrap().get_unused_codes()
