"""API keys: made, recognised, revoked."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from tickets.models import ApiKey

logger = logging.getLogger(__name__)

# What a token begins with, so that people and scanners of leaked secrets recognise it.
MARK = "kaya_"
TOKEN_BYTES = 32
SHOWN = len(MARK) + 6  # characters of a token that stay readable
# When a key was last used is written so often at most: a busy program must not write at each request.
USE_IS_NOTED_EVERY = timedelta(minutes=1)


def make(*, name: str, scopes: Collection[str], expires_at: datetime | None, by: User) -> tuple[ApiKey, str]:
    """Return a new key with its token, which nobody can read again."""
    token = MARK + secrets.token_urlsafe(TOKEN_BYTES)
    key = ApiKey.objects.create(
        name=name,
        prefix=token[:SHOWN],
        token_hash=_hash(token),
        scopes=sorted(scopes),
        expires_at=expires_at,
        created_by=by,
    )
    logger.info("API key %s made by user %s", key.pk, by.pk)
    return key, token


def revoke(key: ApiKey, *, by: User) -> None:
    """Shut the key for good; does nothing when it is shut."""
    shut = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)
    if shut:
        logger.info("API key %s revoked by user %s", key.pk, by.pk)


def is_key(token: str) -> bool:
    """Whether it looks like one of ours; tokens of tickets do not."""
    return token.startswith(MARK)


def recognise(token: str) -> ApiKey | None:
    """Return the key in force that has this token.

    Looked up by its hash: how long that takes says nothing about the token itself.
    """
    key = ApiKey.objects.in_force().filter(token_hash=_hash(token)).first() if is_key(token) else None
    if key:
        _note_use(key)
    return key


def _note_use(key: ApiKey) -> None:
    now = timezone.now()
    if key.last_used_at and key.last_used_at > now - USE_IS_NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=key.pk).update(last_used_at=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
