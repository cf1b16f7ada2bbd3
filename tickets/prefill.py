"""What the platform says of somebody who comes from its pages: signed by it, read here, never a proof.

The format is in docs/embedding.md: base64url(JSON) "." base64url(HMAC-SHA256 of the first part).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from tickets import fields
from tickets.masking import blot
from tickets.models.ticket import Zone

logger = logging.getLogger(__name__)

PARAMETER = "isi"
MAX_TOKEN = 2000  # characters
MAX_ERROR = 120
MIN_KEY = 32
CLOCK_SKEW = timedelta(minutes=5)


class Unusable(Exception):
    """The token is not one of ours, or no longer; the text says why and holds nothing of it."""


@dataclass(frozen=True)
class Prefill:
    """What is worth showing in the form; "" or None for what was not said."""

    email: str = ""
    phone: str = ""  # E.164
    signed_up_at: datetime | None = None
    zone: Zone = Zone.WIB
    error: str = ""
    language: str = ""


def sign(values: Mapping[str, Any], *, key: str, now: datetime) -> str:
    """Return the token that the platform would make of these values, as of now."""
    payload = json.dumps({"iat": int(now.timestamp()), **values}, separators=(",", ":"))
    body = _encoded(payload.encode())
    return f"{body}.{_encoded(_digest(body, key))}"


def read(token: str) -> Prefill:
    """Return what a token says; of one that cannot be believed, nothing, and a line in the log says why."""
    if not token:
        return Prefill()
    try:
        values = _opened(token)
        _check_age(values, now=timezone.now())
    except Unusable as error:
        logger.info("a signed prefill was not used: %s", error)
        return Prefill()
    return _cleaned(values)


def language_of(token: str) -> str:
    """Return the language a token asks for, "" for none. Its age does not matter: the form outlives it."""
    try:
        return _language(_opened(token)) if token else ""
    except Unusable:
        return ""


def _opened(token: str) -> dict[str, Any]:
    if not settings.PREFILL_KEYS:
        raise Unusable("PREFILL_KEYS is not set")
    body, _, signature = token.partition(".")
    if len(token) > MAX_TOKEN or not body:
        raise Unusable("it is no token")
    given = _decoded(signature)
    if not any(hmac.compare_digest(given, _digest(body, key)) for key in settings.PREFILL_KEYS):
        raise Unusable("no key of ours has signed it")
    try:
        values = json.loads(_decoded(body))
    except (ValueError, RecursionError):
        raise Unusable("it holds no JSON") from None
    if not isinstance(values, dict):
        raise Unusable("it holds no JSON object")
    return values


def _check_age(values: dict[str, Any], *, now: datetime) -> None:
    issued = _moment(values.get("iat"))
    if issued is None or issued > now + CLOCK_SKEW:
        raise Unusable("it does not say when it was signed")
    expires = _moment(values.get("exp")) if "exp" in values else None
    if "exp" in values and expires is None:
        raise Unusable("its end cannot be read")
    if now > min(filter(None, [issued + settings.PREFILL_AGE, expires])):
        raise Unusable("it has expired")


def _cleaned(values: dict[str, Any]) -> Prefill:
    """Take each value by the rules of the form; what breaks them is left out."""
    signed_up_at, zone = _signup(values.get("signed_up_at"))
    return Prefill(
        email=_by_rule(fields.clean_email, values.get("email")),
        phone=_by_rule(fields.clean_phone, values.get("phone")),
        signed_up_at=signed_up_at,
        zone=zone,
        error=_error(values.get("error")),
        language=_language(values),
    )


def _by_rule(rule, value: object) -> str:
    try:
        return rule(value) if isinstance(value, str) else ""
    except ValidationError:
        return ""


def _error(value: object) -> str:
    """One line, without what cannot be seen and without secrets: it is kept with the ticket."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    try:
        return blot(fields.clean_line(text), limit=MAX_ERROR)
    except ValidationError:
        return ""


def _signup(value: object) -> tuple[datetime | None, Zone]:
    """Read RFC 3339 or Unix seconds; the zone is the one of Indonesia's whose offset was written."""
    moment = _moment(value)
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None, Zone.WIB
    if moment is None or moment.tzinfo is None:
        return None, Zone.WIB
    now = timezone.now()
    if not now - fields.MAX_SIGNUP_AGE < moment < now + CLOCK_SKEW:
        return None, Zone.WIB
    offset = moment.utcoffset()
    zone = next((zone for zone in Zone if moment.astimezone(ZoneInfo(zone)).utcoffset() == offset), Zone.WIB)
    return min(moment, now), zone


def _language(values: dict[str, Any]) -> str:
    language = values.get("lang")
    return language if isinstance(language, str) and language in dict(settings.LANGUAGES) else ""


def _moment(value: object) -> datetime | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _digest(body: str, key: str) -> bytes:
    return hmac.new(key.encode(), body.encode(errors="replace"), hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    """Read base64url with or without its padding."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        raise Unusable("it is no token") from None
