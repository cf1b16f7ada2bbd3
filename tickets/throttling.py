"""How often one client may knock: the same count for the form and the API. Signing in: attempts.py."""

from __future__ import annotations

import ipaddress
import logging
import math
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

from tickets.people import network_of

logger = logging.getLogger(__name__)

# After a failure of the cache, how long we do without it (seconds): every try may cost the
# requester its timeout.
CACHE_REST = 10.0

_resting_until = 0.0

T = TypeVar("T")


class ClientThrottle(SimpleRateThrottle):
    """Counts per network of the client, and lets everybody in while the cache is down.

    A throttle protects the house; a report that is turned away because of a cache is lost.
    """

    scope: str
    duration: int  # seconds

    def get_rate(self):
        # Read at each use: DRF's own class keeps what the settings were at import.
        return api_settings.DEFAULT_THROTTLE_RATES[self.scope]

    def get_cache_key(self, request, view):
        network = client_network(request)
        return network and self.cache_format % {"scope": self.scope, "ident": network}

    def allow_request(self, request, view):
        allow = super().allow_request
        return ask_cache(lambda: allow(request, view), otherwise=True)

    def wait(self):
        """Return the seconds until the next request is let in."""
        # DRF has no answer when the rate was lowered below what is already counted.
        return super().wait() or float(self.duration)


class IntakeThrottle(ClientThrottle):
    scope = "intake"


class StatusThrottle(ClientThrottle):
    scope = "status"


def ask_cache(question: Callable[[], T], *, otherwise: T) -> T:
    """Return the cache's answer, or `otherwise` while it is down: limits stay open then."""
    if time.monotonic() < _resting_until:
        return otherwise
    try:
        return question()
    except Exception as error:  # each backend of Django's cache fails in its own way
        _rest_cache(error)
        return otherwise


def allow_intake(request: HttpRequest) -> float | None:
    """Count one report from this client: None when it is allowed, else the whole seconds to wait."""
    throttle = IntakeThrottle()
    if throttle.allow_request(request, None):
        return None
    return math.ceil(throttle.wait())


def client_ip(request: Request | HttpRequest) -> str | None:
    """Return the address of the client, as the outermost of our own proxies saw it.

    Each of settings.NUM_PROXIES proxies appends one address to X-Forwarded-For; what stands
    left of those was written by the client and is worth nothing. None when there is no
    address, as on a Unix socket.
    """
    written = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    forwarded = written[-settings.NUM_PROXIES :][0] if settings.NUM_PROXIES else ""
    address = _parse(forwarded) or _parse(request.META.get("REMOTE_ADDR", ""))
    return str(address) if address else None


def client_network(request: Request | HttpRequest) -> str | None:
    """Return what counts as one client: an IPv4 address, or the /64 of an IPv6 address."""
    return network_of(client_ip(request))


def _parse(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read one address as proxies write it: alone, with a port, in brackets, with a zone."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    # A dual-stack socket writes 203.0.113.7 as ::ffff:203.0.113.7: one client, not a /64 of all.
    return getattr(address, "ipv4_mapped", None) or address


def _rest_cache(error: Exception) -> None:
    global _resting_until
    _resting_until = time.monotonic() + CACHE_REST
    logger.warning("the throttle cache failed, no throttling for %s s: %s", CACHE_REST, type(error).__name__)
