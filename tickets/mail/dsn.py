"""Delivery reports: what another mail system says became of a mail of ours. Parses, and decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.utils import parseaddr

from tickets.mail import mime
from tickets.mail.status_codes import clean_status, status_in

FAILED, DELAYED = "failed", "delayed"
ACTIONS = {FAILED, DELAYED, "delivered", "relayed", "expanded"}  # RFC 3464 section 2.3.3
# A report is a page or two and the head of our mail, which is small.
LONGEST = 512 * 1024  # bytes
MOST_PARTS = 100
# Every mail that comes in is looked at here, so little time must be enough: see mime.MAX_WORK.
MOST_WORK = 1_000_000
TEXT = 20_000  # characters of a report in plain words that are read
SAID = 300

RETURNED = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
}
MESSAGE_ID = re.compile(r"^[ \t>]*Message-ID:\s*(<[^<>\s]{1,200}>)", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']{1,64}@[^\s<>()\[\]:;,\"']{1,255}")
SENDERS = {"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon"}
SUBJECT = re.compile(
    r"undeliver|delivery (?:status|fail)|mail delivery|returned mail|failure notice|delivery has failed"
    r"|not delivered|could not be delivered|delivery incomplete|tidak terkirim|gagal (?:ter|di)kirim",
    re.IGNORECASE,
)
STILL_TRYING = re.compile(
    r"delayed|will (?:keep|be) (?:trying|retr)|still trying|not yet been delivered|do not need to resend"
    r"|delivery incomplete|warning: ",
    re.IGNORECASE,
)
# What no words are made of; a NUL is refused by PostgreSQL.
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Where the copy of our own mail begins in a report of plain text.
COPY = re.compile(
    r"^-{2,}.{0,20}(?:this is a copy|original message|below this line|returned message).*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class DeliveryReport:
    """`message_id` is our mail's, from the returned headers, with its brackets; every field may be ""
    but `action`. `status` is an RFC 3463 code, `said` the other system's own words.
    """

    action: str
    status: str = ""
    recipient: str = ""
    message_id: str = ""
    said: str = ""

    @property
    def is_failure(self) -> bool:
        return self.action == FAILED


def parse(mail: bytes | Message) -> DeliveryReport | None:
    """Return what the report says, or None for a mail that is none: RFC 3464, Exim, qmail, Gmail in words.

    Trust nothing in it: anybody can write one. Which message it is about is for the address it came to.
    """
    if isinstance(mail, bytes) and mime.is_too_complex(mail[:LONGEST], most_work=MOST_WORK):
        return None
    try:
        message = message_from_bytes(mail[:LONGEST]) if isinstance(mail, bytes) else mail
        parts = list(_walk(message))
        return _from_fields(parts) or _from_words(message, parts)
    except mime.BROKEN:
        return None


def _walk(message: Message) -> Iterator[Message]:
    """The parts, breadth first and not too many, however deep somebody has nested them."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(0), seen + 1
        yield part
        payload = part.get_payload()
        # Of a returned mail only the head is wanted.
        if isinstance(payload, list) and part.get_content_type() not in RETURNED:
            waiting.extend(each for each in payload if isinstance(each, Message))


def _from_fields(parts: list[Message]) -> DeliveryReport | None:
    kinds = {"message/delivery-status", "message/global-delivery-status"}
    status_part = next((part for part in parts if part.get_content_type() in kinds), None)
    if status_part is None:
        return None
    blocks = [block for block in _blocks(status_part) if block["Action"] or block["Status"]]
    if not blocks:
        return None
    block = next((each for each in blocks if _action(each) == FAILED), blocks[0])
    said = _field(block, "Diagnostic-Code").partition(";")[2].strip() or _plain(parts)
    status = clean_status(_field(block, "Status"))
    if not status or status.endswith(".0.0"):
        status = status_in(said) or status
    recipient = _field(block, "Final-Recipient") or _field(block, "Original-Recipient")
    return DeliveryReport(
        action=_action(block) or (FAILED if status.startswith("5") else DELAYED),
        status=status,
        recipient=parseaddr(recipient.rpartition(";")[2])[1][:254],
        message_id=_returned_id(parts),
        said=" ".join(said.split())[:SAID],
    )


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Message))
        return
    # An encoded body, which the parser leaves as text: RFC 3464 forbids it, and some do it.
    for block in re.split(r"\r?\n\r?\n", _text(part)):
        yield message_from_string(block.strip())


def _from_words(message: Message, parts: list[Message]) -> DeliveryReport | None:
    if not _is_from_a_mail_system(message):
        return None
    text = _plain(parts)
    cut = COPY.search(text)
    report, copy = (text[: cut.start()], text[cut.end() :]) if cut else (text, "")
    named = _field(message, "X-Failed-Recipients").partition(",")[0].strip()
    found = ADDRESS.search(report)
    is_delay = STILL_TRYING.search(f"{_field(message, 'Subject')}\n{report}")
    own_id = MESSAGE_ID.search(copy or text)
    return DeliveryReport(
        action=DELAYED if is_delay else FAILED,
        status=status_in(report),
        recipient=(named or (found[0] if found else "")).rstrip(".")[:254],
        message_id=_returned_id(parts) or (own_id[1] if own_id else ""),
        said=_telling_line(report),
    )


def _is_from_a_mail_system(message: Message) -> bool:
    """By who sends it, and one more sign: a person called postmaster may write to us too."""
    if message["X-Failed-Recipients"]:
        return True
    sender = parseaddr(_field(message, "From"))[1].partition("@")[0].lower()
    is_null = _field(message, "Return-Path").strip() == "<>"
    return (sender in SENDERS or is_null) and bool(SUBJECT.search(_field(message, "Subject")))


def _returned_id(parts: list[Message]) -> str:
    for part in parts:
        if part.get_content_type() not in RETURNED:
            continue
        payload = part.get_payload()
        head = payload[0] if isinstance(payload, list) and payload else None
        said = _field(head, "Message-ID") if isinstance(head, Message) else ""
        match = MESSAGE_ID.search(f"Message-ID: {said}" if said else _text(part))
        if match:
            return match[1]
    return ""


def _plain(parts: list[Message]) -> str:
    part = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    return _text(part) if part else ""


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    text = data[: 4 * TEXT].decode("utf-8", "replace") if isinstance(data, bytes) else ""
    return UNSEEN.sub("", text)[:TEXT]


def _telling_line(report: str) -> str:
    """The line with the server's answer, or else what the report has."""
    lines = [line.strip() for line in report.splitlines() if line.strip()]
    telling = next((line for line in lines if re.search(r"(?<!\d)5\d\d[ -]|(?<![\d.])5\.\d+\.\d+", line)), "")
    return (telling or " ".join(lines))[:SAID]


def _action(block: Message) -> str:
    action = _field(block, "Action").strip().lower()
    return action if action in ACTIONS else ""


def _field(message: Message, name: str) -> str:
    # A Header object where somebody put raw bytes in.
    value = message[name]
    return "" if value is None else UNSEEN.sub("", str(value))
