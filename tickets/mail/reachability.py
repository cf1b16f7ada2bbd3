"""Whether the domain of an address takes mail at all, as far as the DNS says so at once."""

from __future__ import annotations

import hashlib
import logging
import time
from typing import cast

import dns.exception
import dns.rdatatype
import dns.resolver
from django.conf import settings
from django.core.cache import cache

from triage.contact import domain_of
from triage.misspelling import is_known

logger = logging.getLogger(__name__)

# Seconds for all questions about one domain together. Triage waits for it, and people wait for triage.
PATIENCE = 1.5
# One lost packet is asked for again within that.
ONE_TRY = 0.7
# How long an answer is believed, and how long we ask nothing more when none came (seconds).
BELIEVED = 6 * 3600
QUIET = 60

SILENT = "mail-domains-silent"
NOT_ASKED = "not asked"  # None is an answer too


def accepts_mail(address: str) -> bool | None:
    """Ask for the mail servers of the address's domain: RFC 5321 section 5.1, RFC 7505.

    True when there are any, False when the DNS says that there is no such domain or that it takes no mail.
    None for everything unsure, and for domains we know. Takes PATIENCE at most and raises nothing; after a
    silence nobody is asked for QUIET seconds.
    """
    domain = domain_of(address)
    if not settings.MAIL_DOMAIN_LOOKUP or not domain or is_known(domain):
        return None
    try:
        return _remembered(domain)
    except Exception as error:  # the cache fails in as many ways as there are caches
        logger.warning("a mail domain was not looked up: %s", type(error).__name__)
        return None


def _remembered(domain: str) -> bool | None:
    # Hashed: a domain may be longer than a key, and a key is no place for what somebody typed.
    key = f"mail-domain-{hashlib.sha256(domain.encode()).hexdigest()}"
    known = cache.get(key, NOT_ASKED)
    if known != NOT_ASKED:
        return cast(bool | None, known)
    if cache.get(SILENT):
        return None
    try:
        answer = _ask(domain)
    except dns.exception.Timeout:
        cache.set(SILENT, True, QUIET)
        return None
    cache.set(key, answer, QUIET if answer is None else BELIEVED)
    return answer


def _ask(domain: str) -> bool | None:
    """Raises dns.exception.Timeout when the DNS is silent."""
    until = time.monotonic() + PATIENCE
    try:
        servers = _records(domain, "MX", until=until)
        if servers:
            # A single "." is a domain that says it takes no mail (RFC 7505).
            return [str(server.exchange) for server in servers] != ["."]
        # Without MX the host of that name is the mail server; without a host nobody knows.
        has_host = _records(domain, "A", until=until) or _records(domain, "AAAA", until=until)
        return True if has_host else None
    except dns.resolver.NXDOMAIN as error:
        return False if _is_vouched_for(error) else None
    except (dns.resolver.NoResolverConfiguration, OSError) as error:
        raise dns.exception.Timeout from error
    except dns.exception.Timeout:
        raise
    except (dns.exception.DNSException, ValueError, UnicodeError):
        # No nameserver with an answer (SERVFAIL, REFUSED), or a name that is none.
        return None


def _records(domain: str, kind: str, *, until: float) -> list:
    lifetime = max(until - time.monotonic(), 0.001)
    try:
        return list(_resolver().resolve(f"{domain}.", kind, lifetime=lifetime, search=False))
    except dns.resolver.NoAnswer:
        return []


def _resolver() -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver()
    resolver.timeout = ONE_TRY
    return resolver


def _is_vouched_for(error: dns.resolver.NXDOMAIN) -> bool:
    """Whether the zone above says so: with its SOA record (RFC 2308).

    A box without a way to the internet says NXDOMAIN to everything, but has no zone to show for it.
    """
    return any(
        records.rdtype == dns.rdatatype.SOA
        for response in error.responses().values()
        for records in response.authority
    )
