"""Mail that no person wrote to us: told by its headers and its subject. Pure.

RFC 3834 (auto-responders), RFC 3464 (delivery reports), RFC 2919 and 2369 (lists), RFC 5546
(calendars), and what Exchange, Zimbra and hosting panels do besides.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from tickets.mail.parsing import Parsed
from tickets.people import mailbox_key

# The codes of a reason.
OWN, BOUNCE, AUTO_REPLY, AUTO_SENT = "own", "bounce", "auto_reply", "auto_sent"
LIST, BULK, CALENDAR, LOOP, RECEIPT = "list", "bulk", "calendar", "loop", "receipt"
# A person may have written it, but the mail asks for no automatic answer: it is filed, and not answered.
NO_REPLY_WANTED = "no_reply_wanted"

# Whose mail is always a machine's, by what stands before the @.
MACHINES = re.compile(
    r"^(?:mailer-daemon|postmaster|mail-daemon|maildaemon|daemon|bounces?|bounce[-+=].*|.*[-+=]bounces?"
    r"|no-?_?reply|do-?_?not-?_?reply|jangan-?_?balas|tidak-?_?dibalas)$",
    re.IGNORECASE,
)
SERVERS = re.compile(r"^(?:mailer-daemon|mail-daemon|maildaemon|daemon|postmaster)$", re.IGNORECASE)
AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-mail-autoreply",
    "x-autoreply-from",
)
LIST_HEADERS = ("list-id", "list-post", "mailing-list", "x-mailing-list")
BULK_HEADERS = ("list-unsubscribe", "feedback-id", "x-campaign", "x-campaignid", "x-mailgun-campaign-id")
RECEIPTS = {"disposition-notification", "x-receipt"}

# What a subject begins with when an absent person's program answers.
_BEFORE = r"^(?:(?:re|bls|balas|fwd?)\s*:\s*|\[[^\]]{1,40}\]\s*)*"
ABSENCE = re.compile(
    _BEFORE + r"(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|respond)\b|autoreply|autoresponse"
    r"|out of (?:the )?office|out-of-office|ooo\s*:|vacation (?:reply|response|message)"
    r"|(?:balasan|jawaban|respons?|pesan|tanggapan|surel) otomatis|balas otomatis|otomatis\s*:"
    r"|dijawab otomatis"
    r"|(?:saya )?sedang cuti\b|cuti (?:tahunan|bersama|melahirkan|sakit)\s*:"
    r"|(?:sedang )?tidak (?:ada|berada) di kantor)",
    re.IGNORECASE,
)
# The same in words that somebody with a problem may use too: told only when the mail answers another.
ABSENCE_IN_ANSWER = re.compile(
    _BEFORE + r"(?:away from (?:the |my )?(?:office|mail|desk)|on (?:annual |sick |maternity )?leave\b"
    r"|i am (?:currently )?(?:away|out)\b|(?:saya |masih )?cuti\b|(?:sedang )?di luar (?:kantor|kota)\b"
    r"|(?:sedang )?(?:dinas luar|perjalanan dinas)|libur (?:kantor|lebaran|bersama|nasional)\b"
    r"|(?:sedang )?tidak di tempat|kantor (?:kami )?(?:tutup|libur))",
    re.IGNORECASE,
)
RETURNED = re.compile(
    r"^(?:undeliver(?:able|ed)|mail delivery (?:failed|failure|subsystem)|delivery status notification"
    r"|(?:mail )?delivery (?:failure|has failed|notification)|returned mail\b|failure notice"
    r"|message not delivered"
    r"|mail system error|warning: could not send|tidak terkirim\s*:|gagal terkirim"
    r"|pesan (?:tidak|gagal) terkirim"
    r"|pengiriman (?:pesan |surat |email )?gagal|(?:notifikasi|pemberitahuan) status pengiriman)",
    re.IGNORECASE,
)
ANSWERED_INVITATION = re.compile(
    r"^(?:accepted|declined|tentative(?:ly accepted)?|canceled|cancelled|new time proposed|diterima|ditolak"
    r"|tentatif"
    r"|dibatalkan|undangan (?:diterima|ditolak))\s*:",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Ours:
    """What a mail of ours can be told by."""

    addresses: Collection[str] = ()  # as people.mailbox_key spells them
    message_ids: Collection[str] = ()  # those of this mail that are in our outbox


def reason_of(mail: Parsed, *, ours: Ours) -> str:
    """Return the code of why this is a machine's mail; "" for a person's.

    NO_REPLY_WANTED is a person's too, as far as can be seen.
    """
    for told in (_own, _bounce, _calendar, _loop, _auto_submitted, _list, _precedence, _absence, _machine):
        reason = told(mail, ours)
        if reason:
            return reason
    return NO_REPLY_WANTED if _asks_for_silence(mail) else ""


def _own(mail: Parsed, ours: Ours) -> str:
    """Our own mail, sent on to us or caught in a circle; a bounce carries it inside, not on top."""
    came_back = mail.all("x-kayasupport-ticket") or mail.message_id in ours.message_ids
    return OWN if came_back or mailbox_key(mail.sender) in ours.addresses else ""


def _bounce(mail: Parsed, ours: Ours) -> str:
    if mail.content_type == "multipart/report" and mail.report_type in RECEIPTS:
        return RECEIPT
    is_report = mail.content_type == "multipart/report" or "message/delivery-status" in mail.content_types
    is_servers = bool(SERVERS.match(_local(mail.sender)))
    failed = bool(mail.first("x-failed-recipients"))
    if is_report or is_servers or failed:
        return BOUNCE
    return BOUNCE if mail.return_path == "" and RETURNED.match(mail.subject) else ""


def _calendar(mail: Parsed, ours: Ours) -> str:
    is_calendar = mail.content_type == "text/calendar" or "text/calendar" in mail.content_types
    meeting = mail.first("content-class").lower().endswith("calendarmessage")
    return CALENDAR if is_calendar or meeting or ANSWERED_INVITATION.match(mail.subject) else ""


def _loop(mail: Parsed, ours: Ours) -> str:
    return LOOP if mail.all("x-loop") else ""


def _auto_submitted(mail: Parsed, ours: Ours) -> str:
    """RFC 3834 section 5: everything but "no" was sent without a human; parameters do not count."""
    for value in mail.all("auto-submitted"):
        said = _keyword(value)
        if said and said != "no":
            return AUTO_REPLY if said == "auto-replied" else AUTO_SENT
    if any(_keyword(value) not in {"", "no"} for name in AUTO_HEADERS for value in mail.all(name)):
        return AUTO_REPLY
    return ""


def _list(mail: Parsed, ours: Ours) -> str:
    return LIST if any(mail.all(name) for name in LIST_HEADERS) else ""


def _precedence(mail: Parsed, ours: Ours) -> str:
    said = {_keyword(value) for value in mail.all("precedence")}
    if "auto_reply" in said:
        return AUTO_REPLY
    if "list" in said:
        return LIST
    if said & {"bulk", "junk"} or any(mail.all(name) for name in BULK_HEADERS):
        return BULK
    return ""


def _absence(mail: Parsed, ours: Ours) -> str:
    """By the subject; not where the mail itself says that a person wrote it."""
    if any(_keyword(value) == "no" for value in mail.all("auto-submitted")):
        return ""
    is_told = ABSENCE.match(mail.subject) or (mail.answers and ABSENCE_IN_ANSWER.match(mail.subject))
    return AUTO_REPLY if is_told else ""


def _machine(mail: Parsed, ours: Ours) -> str:
    """A null return path or a machine's name, where nothing else tells what it is."""
    if mail.return_path == "":
        return AUTO_SENT
    return AUTO_SENT if MACHINES.match(_local(mail.sender)) else ""


def _asks_for_silence(mail: Parsed) -> bool:
    asked = {
        each.strip().lower() for value in mail.all("x-auto-response-suppress") for each in value.split(",")
    }
    return bool(asked & {"all", "autoreply", "oof"})


def _keyword(value: str) -> str:
    """The first word of a header, without comments and parameters."""
    bare = re.sub(r"\([^()]*\)", " ", value)
    return bare.partition(";")[0].strip().lower()


def _local(address: str) -> str:
    return address.rpartition("@")[0]
