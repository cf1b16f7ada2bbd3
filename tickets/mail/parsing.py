"""A raw mail read: who wrote, to whom, what is new in it, what is attached. Pure, and raises nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from tickets.mail import mime
from tickets.mail.markup import plain_text
from tickets.mail.quoting import new_text

MAX_TEXT = 200_000  # characters that are looked at
MAX_REFERENCES = 50
MAX_SUBJECT = 200
MAX_ATTACHMENTS = 50
MAX_BLOCKS = 20  # of a delivery report
TOO_COMPLEX = "too_complex"
ADDRESSED = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
# RFC 3464 section 2.3.4.
STATUS = re.compile(r"^status:\s*([245]\.\d{1,3}\.\d{1,3})", re.IGNORECASE | re.MULTILINE)
RETURNED_ID = re.compile(r"^message-id:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
RETURNED = {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"}
STATUS_PARTS = {"message/delivery-status", "message/global-delivery-status"}


@dataclass(frozen=True)
class File:
    """Something attached. `is_inline`: it stands in the text, as logos of signatures do."""

    name: str
    content_type: str
    data: bytes
    is_inline: bool


@dataclass(frozen=True, kw_only=True)
class Parsed:
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = ""
    report_type: str = ""  # of a multipart/report
    sender: str = ""  # the address in From
    recipients: tuple[str, ...] = ()
    return_path: str | None = None  # "" is the null one
    subject: str = ""
    sent_at: datetime | None = None
    message_id: str = ""
    answers: tuple[str, ...] = ()  # In-Reply-To and References, nearest first
    text: str = ""  # all of it
    new_text: str = ""  # without what is quoted, and without signatures
    files: tuple[File, ...] = ()
    content_types: frozenset[str] = frozenset()  # of all parts
    status_code: str = ""  # of a delivery report
    returned_id: str = ""  # Message-ID of the mail that came back
    problem: str = ""

    def all(self, name: str) -> list[str]:
        return [value for each, value in self.headers if each == name]

    def first(self, name: str) -> str:
        return next(iter(self.all(name)), "")


def parse(raw: bytes) -> Parsed:
    """Read a mail; `problem` says when only its headers could be read."""
    try:
        message = mime.parse(raw)
    except mime.TooComplex:
        return Parsed(**_envelope(mime.parse_head(raw)), problem=TOO_COMPLEX)
    parts = list(mime.parts_of(message))
    text = _text(parts)
    return Parsed(
        **_envelope(message), **_returned(parts), **_attached(parts), text=text, new_text=new_text(text)
    )


def _envelope(message: Message) -> dict:
    headers = mime.headers_of(message)
    named: dict[str, list[str]] = {}
    for name, value in headers:
        named.setdefault(name, []).append(value)

    def first(name: str) -> str:
        return next(iter(named.get(name, [])), "")

    to = [value for name in ADDRESSED for value in named.get(name, [])]
    return {
        "headers": headers,
        "content_type": message.get_content_type(),
        "report_type": _parameter(message, "report-type"),
        "sender": next(iter(mime.addresses(first("from"))), ""),
        "recipients": tuple(mime.addresses(*to)),
        "return_path": _return_path(first("return-path")) if "return-path" in named else None,
        "subject": mime.words(first("subject"))[:MAX_SUBJECT],
        "sent_at": _moment(first("date")),
        "message_id": next(iter(MESSAGE_ID.findall(first("message-id"))), ""),
        "answers": _answers(first("in-reply-to"), first("references")),
    }


def _answers(in_reply_to: str, references: str) -> tuple[str, ...]:
    """The nearest first: In-Reply-To, then References from its end."""
    found = [*MESSAGE_ID.findall(in_reply_to), *reversed(MESSAGE_ID.findall(references))]
    return tuple(dict.fromkeys(found))[:MAX_REFERENCES]


def _return_path(value: str) -> str:
    return "" if value.replace(" ", "") in {"<>", ""} else next(iter(mime.addresses(value)), value)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (*mime.BROKEN, OverflowError):
        return None
    return moment if moment.tzinfo else None


def _text(parts: list[Message]) -> str:
    """All plain text that is not attached; where there is none, the text of the HTML."""
    shown = [part for part in parts if not _is_attached(part)]
    plain = [mime.text_of(part) for part in shown if part.get_content_type() == "text/plain"]
    said = "\n".join(text.strip() for text in plain if text.strip())
    if not said:
        pages = (mime.text_of(part) for part in shown if part.get_content_type() == "text/html")
        said = next((text for text in map(plain_text, pages) if text), "")
    return said[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")


def _returned(parts: list[Message]) -> dict:
    """What a report of a mail server says of the mail that came back."""
    types = {part.get_content_type() for part in parts}
    status = next((part for part in parts if part.get_content_type() in STATUS_PARTS), None)
    returned = next((part for part in parts if part.get_content_type() in RETURNED), None)
    code = STATUS.search(_source(status))
    named = RETURNED_ID.search(_source(returned))
    return {
        "content_types": frozenset(types),
        "status_code": code[1] if code else "",
        "returned_id": named[1] if named else "",
    }


def _attached(parts: list[Message]) -> dict:
    files = [
        File(
            name=mime.name_of(part),
            content_type=part.get_content_type(),
            data=mime.bytes_of(part),
            is_inline=_disposition(part) != "attachment" and part.get("content-id") is not None,
        )
        for part in parts
        if _is_attached(part)
    ]
    return {"files": tuple(files[:MAX_ATTACHMENTS])}


def _is_attached(part: Message) -> bool:
    if part.get_content_maintype() == "multipart":  # broken: it has no parts
        return False
    is_text = part.get_content_type() in {"text/plain", "text/html"}
    return _disposition(part) == "attachment" or not is_text


def _disposition(part: Message) -> str:
    try:
        return part.get_content_disposition() or ""
    except mime.BROKEN:
        return ""


def _parameter(message: Message, name: str) -> str:
    try:
        return str(message.get_param(name) or "").lower()
    except mime.BROKEN:
        return ""


def _source(part: Message | None) -> str:
    """The text of a part that is a message, or a list of header blocks, itself."""
    if part is None:
        return ""
    if part.is_multipart():
        blocks = [mime.headers_of(each) for each in mime.inside(part)[:MAX_BLOCKS]]
        return "\n".join(f"{name}: {value}" for block in blocks for name, value in block)
    return mime.text_of(part)
