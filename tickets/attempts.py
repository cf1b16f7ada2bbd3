"""How often somebody may try to sign in, or to prove that it is still them.

A try is counted before it is looked at, or many at once would all be looked at, and given back
when it succeeds. Without Redis each web process counts for itself, so the limits are as many
times higher as there are processes: good enough for one machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.settings import api_settings

from tickets.throttling import ask_cache, client_network

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}  # seconds, by the first letter as DRF reads it


class TooMany(Exception):
    """The limit is reached; `wait` are the whole seconds until there is room again."""

    def __init__(self, wait: int):
        super().__init__(f"{wait} s")
        self.wait = wait


@dataclass(frozen=True)
class Counter:
    """Tries of one kind within a window of time that begins at a full multiple of its length."""

    scope: str
    who: str

    @property
    def rate(self) -> tuple[int, int]:
        """The limit, and the length of the window in seconds; read anew, as the settings may change."""
        amount, _, period = str(api_settings.DEFAULT_THROTTLE_RATES[self.scope]).partition("/")
        return int(amount), UNITS[period[0]]

    def key(self, window: int) -> str:
        return f"attempts:{self.scope}:{self.who}:{window}"

    def count(self) -> str:
        """Count one more and return where; raises TooMany."""
        limit, seconds = self.rate
        now = time.time()
        key = self.key(int(now // seconds))
        cache.add(key, 0, timeout=seconds)
        if cache.incr(key) > limit:
            raise TooMany(math.ceil(seconds - now % seconds))
        return key


@dataclass(frozen=True)
class Attempt:
    """One try that is allowed."""

    keys: Sequence[str]

    def succeed(self) -> None:
        """Give it back: who gets in has not tried in vain."""
        ask_cache(self._give_back, otherwise=None)

    def _give_back(self) -> None:
        for key in self.keys:
            with contextlib.suppress(ValueError):  # the window is over
                cache.decr(key)


def begin_password(request: HttpRequest, *, account: str) -> Attempt:
    """Count a try of a password; raises TooMany.

    The narrow limit comes first, and what it stops is not counted by the wide ones: a stranger
    at one address cannot shut out the owner of an account, who sits at another.
    """
    network = client_network(request) or ""
    return _begin(
        Counter("sign_in", f"{_digest(account)}@{network}"),
        Counter("sign_in_network", network),
        Counter("sign_in_account", _digest(account)),
    )


def begin_proof(request: HttpRequest, *, user: User) -> Attempt:
    """Count a try of a second factor, or of the password by who is signed in; raises TooMany.

    Whoever comes here knows the password or sits at an open desk: the narrow limit holds
    wherever they are, because six digits are soon tried through.
    """
    network = client_network(request) or ""
    return _begin(Counter("sign_in", _digest(f"user {user.pk}")), Counter("sign_in_network", network))


def _begin(*counters: Counter) -> Attempt:
    refusals: list[TooMany] = []

    def count() -> list[str]:
        try:
            return [counter.count() for counter in counters]
        except TooMany as refusal:  # an answer, not a failure of the cache
            refusals.append(refusal)
            return []

    nothing: list[str] = []
    keys = ask_cache(count, otherwise=nothing)
    if refusals:
        raise refusals[0]
    return Attempt(keys)


def _digest(account: str) -> str:
    """The cache keeps no name that somebody has typed."""
    return hashlib.sha256(account.encode(errors="surrogatepass")).hexdigest()[:32]
