"""Who a report is from: one spelling per mailbox, per phone number and per device."""

from __future__ import annotations

import ipaddress
from typing import Any

import phonenumbers

from tickets.digests import digest_of
from tickets.models.ticket import Channel
from tickets.models.trace import TraceKind

GMAIL = {"gmail.com", "googlemail.com"}
# Names of one provider under which the same local part is the same mailbox, as the providers say themselves.
SAME_DOMAIN = {
    "googlemail.com": "gmail.com",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
    "pm.me": "proton.me",
    "ya.ru": "yandex.ru",
    "yandex.com": "yandex.ru",
    "yandex.by": "yandex.ru",
    "yandex.kz": "yandex.ru",
}
# What they pass over in a local part; Yandex takes a hyphen for a dot.
PASSED_OVER = {"gmail.com": ".", "proton.me": ".-_", "yandex.ru": ".-"}
# One household or server gets a whole /64 (RFC 6177) and could take a new address per request.
IPV6_PREFIX = 64
# What a provider of servers rents out in one piece.
IPV4_PREFIX = 24
# Where a report comes from the requester's own browser. A program that reports for many, or a mail
# gateway, is one address and one user agent for all of them.
OWN_DEVICE = {Channel.FORM, Channel.CHAT}

Traces = frozenset[tuple[str, str]]


def mailbox_key(address: str) -> str:
    """Return one spelling for all addresses that reach the same mailbox, or "".

    Lower case, no +tag, one domain per provider, without the signs it passes over. Used for
    counting and finding, never for sending.
    """
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return ""
    domain = SAME_DOMAIN.get(domain, domain)
    local = local.partition("+")[0]
    for sign in PASSED_OVER.get(domain, ""):
        local = local.replace(sign, "")
    return f"{local}@{domain}"


def is_same_mailbox(one: str, other: str) -> bool:
    """True when mail to both surely lands in one mailbox.

    Stricter than mailbox_key, because what is told to one is then told to the other: outside
    Gmail nobody promises us that a +tag is not a mailbox of somebody else.
    """
    key = mailbox_key(one)
    if not key or key != mailbox_key(other):
        return False
    return key.endswith("@gmail.com") or one.strip().lower() == other.strip().lower()


def parse_phone(text: str) -> str | None:
    """Return the number in E.164, reading 0812... and 62812... as Indonesian; None if it is none."""
    digits = text.strip()
    if digits.startswith("62"):
        digits = f"+{digits}"
    try:
        number = phonenumbers.parse(digits, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def requester_key(*, email: str, phone: str, reply_email: str) -> str:
    """Return what identifies the person behind a report: what was to be registered comes first."""
    return mailbox_key(email) or phone or mailbox_key(reply_email)


def registration_of(ticket: Any) -> Traces:
    """Return what a report says was to be registered: a mailbox, a phone number, or both."""
    named = {
        (TraceKind.MAILBOX.value, mailbox_key(ticket.registered_email)),
        (TraceKind.PHONE.value, ticket.registered_phone),
    }
    return _known(named)


def traces_of(ticket: Any) -> Traces:
    """Return all by which a person may be recognised on other tickets, as (kind, key).

    `ticket` has the columns of a Ticket; a migration's row will do.
    """
    answered_at = (TraceKind.MAILBOX.value, mailbox_key(ticket.reply_email))
    device = (TraceKind.DEVICE.value, _device_key(ticket))
    return registration_of(ticket) | _known({answered_at, device})


def network_of(ip: str | None) -> str | None:
    """Return what counts as one client: an IPv4 address, or the /64 of an IPv6 address."""
    if ip is None or ":" not in ip:
        return ip
    return str(ipaddress.ip_network((ip, IPV6_PREFIX), strict=False))


def wide_network_of(ip: str | None) -> str:
    """Return the /24 of an IPv4 address, the /64 of an IPv6 address, or ""."""
    if ip is None:
        return ""
    prefix = IPV6_PREFIX if ":" in ip else IPV4_PREFIX
    return str(ipaddress.ip_network((ip, prefix), strict=False))


def _known(traces: set[tuple[str, str]]) -> Traces:
    return frozenset((kind, key) for kind, key in traces if key)


def _device_key(ticket: Any) -> str:
    """Return a keyed digest, or "": by a plain one, all addresses of a network could be tried out."""
    network = network_of(ticket.ip_address)
    if ticket.channel not in OWN_DEVICE or not (network and ticket.user_agent):
        return ""
    return digest_of(f"{network}\0{ticket.user_agent}", purpose="tickets.device")[:32]
