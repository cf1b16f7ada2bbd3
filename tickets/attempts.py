"""How often somebody may try to sign in, or to prove that it is still them.

A try is counted before it is looked at, or many at once would all be looked at, and given back
when it succeeds. Without Redis each web process counts for itself, so the limits are as many
times higher as there are processes: good enough for one machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.http import HttpRequest

from tickets.counters import Counter, ask_cache, count_all, give_back
from tickets.throttling import client_network


@dataclass(frozen=True)
class Attempt:
    """One try that is allowed."""

    keys: Sequence[str]

    def succeed(self) -> None:
        """Give it back: who gets in has not tried in vain."""
        ask_cache(lambda: give_back(self.keys), otherwise=None)


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
    return Attempt(count_all(*counters))


def _digest(account: str) -> str:
    """The cache keeps no name that somebody has typed."""
    return hashlib.sha256(account.encode(errors="surrogatepass")).hexdigest()[:32]
