"""What a mail system means by its refusal: the code of RFC 3463, found in its words or read out of them."""

from __future__ import annotations

import re

from triage.report import MAILBOX_FULL, UNKNOWN_DOMAIN, UNKNOWN_USER

# Not a part of an IP address or of a version.
ENHANCED = re.compile(r"(?<![\w.:])#?([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
# What is said without a code, or with one that says nothing (x.0.0); the first that fits counts. Our
# own reputation before the mailbox: "550 user mailbox unavailable: blocked" is about us.
WORDINGS = (
    (
        r"spam|block(?:ed|list)|black ?list|reputation|policy|\bdmarc\b|\bspf\b|relay|not authori[sz]ed",
        "5.7.1",
    ),
    (
        r"quota|mailbox (?:is )?full|over ?quota|out of storage|storage (?:limit|space)|kotak .{0,20}penuh",
        "5.2.2",
    ),
    (
        r"\bdomain\b.{0,60}?(?:not found|not exist|n.t exist|n.t be found|tidak ditemukan|tidak ada)"
        r"|host (?:name )?(?:unknown|not found)|unroute?able|no such domain|nxdomain",
        "5.1.2",
    ),
    (r"disabled|inactive|suspended|deactivated", "5.2.1"),
    (
        r"(?:user|mailbox|recipient|account|address)\b.{0,60}?\b(?:unknown|not found|not exist|n.t exist"
        r"|couldn.t be found|unavailable|invalid|rejected)|(?:unknown|invalid|no such) (?:user|recipient"
        r"|mailbox|address|person)|no mailbox|alamat .{0,60}tidak (?:ditemukan|ada)",
        "5.1.1",
    ),
)
# RFC 3463 section 3, by subject and detail; 5.4.310 is Exchange's word for a domain without DNS.
READINGS = {
    "1.1": UNKNOWN_USER,
    "1.3": UNKNOWN_USER,
    "1.6": UNKNOWN_USER,
    "1.2": UNKNOWN_DOMAIN,
    "1.10": UNKNOWN_DOMAIN,
    "4.4": UNKNOWN_DOMAIN,
    "4.310": UNKNOWN_DOMAIN,
    "2.2": MAILBOX_FULL,
}
# Subjects x.1 and x.2 are about the address and its mailbox; these details of them are about us or our text.
OURS = {"1.7", "1.8", "2.3"}
# RFC 5321 section 4.2.3, for a server that refuses a recipient without an enhanced code.
BASIC = {501: "5.1.3", 550: "5.0.0", 551: "5.1.6", 552: "5.2.2", 553: "5.1.3"}
LONGEST = 4000  # characters of an explanation that are looked at


def status_in(text: str) -> str:
    """Return the enhanced code that the text gives or means, such as "5.1.1", or ""."""
    text = text[:LONGEST]
    codes = ENHANCED.findall(text)
    said = next((code for code in codes if not code.endswith(".0.0")), "")
    if said:
        return said
    means = next(
        (code for pattern, code in WORDINGS if re.search(pattern, text, re.IGNORECASE | re.DOTALL)), ""
    )
    return means or (codes[0] if codes else "")


def status_of_refusal(code: int, text: str) -> str:
    """Return the code of a refused recipient: the server's own, or what its reply code means, or ""."""
    return status_in(text) or BASIC.get(code, "")


def reading_of(status: str) -> str:
    """Return what the code says about a mailbox, as triage takes it (see triage.report), or ""."""
    return READINGS.get(_detail(status), "")


def blames_address(status: str) -> bool:
    """Whether the address is to blame, and not our server, our text or what is thought of us.

    Without a code, or with one that only says "failed", the address is what we know of.
    """
    detail = _detail(status)
    subject = detail.partition(".")[0]
    return detail in READINGS or (subject in {"", "0", "1", "2"} and detail not in OURS)


def clean_status(text: str) -> str:
    """Return the code if it is one, else ""."""
    match = re.fullmatch(r"\s*([245]\.\d{1,3}\.\d{1,3})\b.*", text[:80], re.DOTALL)
    return match[1] if match else ""


def _detail(status: str) -> str:
    """Without the class: a mailbox that stayed full for days comes back as 4.2.2 too."""
    return status.partition(".")[2]
