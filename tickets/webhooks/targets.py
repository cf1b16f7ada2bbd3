"""Where a webhook may go: never into our own network, whatever its address says or resolves to.

OWASP Server-Side Request Forgery Prevention: the host is resolved here, every address is judged,
and the connection goes to the one that was judged, so that a second answer of the DNS changes nothing.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.conf import settings

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

# Seconds for all questions about one host together.
PATIENCE = 3.0
MAX_URL = 500
# RFC 6052 and RFC 3056: IPv4 addresses in the clothes of IPv6, by where they begin in bits.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
# RFC 4291 2.4: all that is handed out is in here. Teredo (RFC 4380) hides an IPv4 address behind XOR.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
TEREDO = ipaddress.ip_network("2001::/32")
PORTS = {"https": 443, "http": 80}


class Refused(Exception):
    """No webhook goes there; `code` says why: "url", "scheme", "private"."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class NotFound(Exception):
    """The DNS knows no address of the host, or did not answer."""


@dataclass(frozen=True)
class Target:
    scheme: str
    host: str  # as it stands in the certificate
    port: int
    path: str  # with its query


def parse(url: str) -> Target:
    """Take the address apart without asking anybody. Raises Refused."""
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > MAX_URL:
        raise Refused("url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("url") from error
    host = (parts.hostname or "").rstrip(".")
    if not host or parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        raise Refused("url")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_own(host)):
        raise Refused("scheme")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    literal = _literal(host)
    if literal and not may_reach(literal):
        raise Refused("private")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def resolve(target: Target) -> str:
    """Return the one address to connect to. Raises Refused when any of them is not public, and NotFound."""
    literal = _literal(target.host)
    found = [literal] if literal else _look_up(target.host)
    if not found:
        raise NotFound(target.host)
    if not all(may_reach(address) for address in found):
        raise Refused("private")
    return str(found[0])


def may_reach(address: Address) -> bool:
    """True for addresses of the public internet; of this machine only in development."""
    inner = _unwrapped(address)
    if settings.WEBHOOKS_TO_LOOPBACK and inner.is_loopback:
        return True
    if isinstance(inner, ipaddress.IPv6Address) and (inner not in GLOBAL_UNICAST or inner in TEREDO):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def _unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address leads to, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in SIX_TO_FOUR:
        return ipaddress.IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return address


def _literal(host: str) -> Address | None:
    """Read an address; "localhost" is one in development, where no DNS knows it."""
    if settings.WEBHOOKS_TO_LOOPBACK and host == "localhost":
        return ipaddress.IPv4Address("127.0.0.1")
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_own(host: str) -> bool:
    literal = _literal(host)
    return settings.WEBHOOKS_TO_LOOPBACK and literal is not None and _unwrapped(literal).is_loopback


def _look_up(host: str) -> list[Address]:
    try:
        answers = dns.resolver.Resolver().resolve_name(host, lifetime=PATIENCE)
    except (dns.exception.DNSException, UnicodeError, OSError) as error:
        raise NotFound(host) from error
    return [ipaddress.ip_address(text) for text in answers.addresses()]
