"""How often one client may knock: the same count for the form and the API. Signing in: attempts.py."""

from __future__ import annotations

import ipaddress
import math

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

from tickets import meters
from tickets.counters import Counter, TooMany, ask_cache, count_all
from tickets.people import network_of, wide_network_of

# Reports of everybody together.
INTAKE_OF_ALL = Counter("intake_everyone", "all")


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
        is_allowed = ask_cache(lambda: allow(request, view), otherwise=True)
        if not is_allowed:
            meters.count("kayasupport_throttled_total", scope=self.scope)
        return is_allowed

    def wait(self):
        """Return the seconds until the next request is let in."""
        # DRF has no answer when the rate was lowered below what is already counted.
        return super().wait() or float(self.duration)


class IntakeThrottle(ClientThrottle):
    """Counts reports: of one client, then of the network around it, then of everybody.

    The wide limits are far from what people do. They bound what many addresses can fill the disk with.
    """

    scope = "intake"
    _full_for: int | None = None  # seconds

    def allow_request(self, request, view):
        return super().allow_request(request, view) and self._has_room(request)

    def wait(self):
        return self._full_for or super().wait()

    def _has_room(self, request: HttpRequest) -> bool:
        network = wide_network_of(client_ip(request))
        around = [Counter("intake_network", network)] if network else []
        try:
            count_all(*around, INTAKE_OF_ALL)
        except TooMany as refusal:
            self._full_for = refusal.wait
            return False
        return True


class StatusThrottle(ClientThrottle):
    scope = "status"


class AdviceThrottle(ClientThrottle):
    """What the form asks while somebody types: that must not use up looks at a status page."""

    scope = "advice"


class FindThrottle(ClientThrottle):
    scope = "find"


class LinkThrottle(ClientThrottle):
    scope = "link"


class IdentityThrottle(ClientThrottle):
    scope = "identity"


def allow_intake(request: HttpRequest) -> float | None:
    """Count one report from this client: None when it is allowed, else the whole seconds to wait."""
    return seconds_to_wait(IntakeThrottle(), request)


def seconds_to_wait(throttle: ClientThrottle, request: HttpRequest) -> float | None:
    """Count one request: None when it is allowed, else the whole seconds until the next one is."""
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
