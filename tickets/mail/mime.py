"""Hostile MIME made bounded: headers as plain text, parts in a flat list, bytes as text. Raises nothing.

The structured headers of the standard library's default policy are not used: they take quadratic
time on long headers and raise on some broken ones.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import getaddresses

MAX_HEADER = 8_000  # characters of one header
MAX_HEADERS = 500
HEAD = 256 * 1024  # bytes, when only the headers can be read
MAX_PARTS = 1_000
# The parser of the standard library works line by line, and looks in each line for every boundary
# that is open. What would take it longer than some seconds is not given to it.
MAX_LINES = 600_000
MAX_BOUNDARIES = 20_000
MAX_WORK = 20_000_000  # lines x boundaries that were announced
MAX_TEXT_BYTES = 1024 * 1024  # of one part
# Codecs that are no charset of a mail, or take quadratic time.
NO_CHARSETS = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"}
# What a wrong charset is called most often, and what it mostly is.
OFTEN_WRONG = {"iso8859-1", "cp1252", "ascii"}

# What the standard library raises on broken mail, as far as we have met it.
BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError)


class PlainHeaders(policy.EmailPolicy):
    """The default policy, with headers as text of bounded length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MAX_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> str:
        return " ".join(str(value).splitlines()).strip()


PLAIN = PlainHeaders()


class TooComplex(Exception):
    """The message would take too long to read."""


def parse(raw: bytes) -> Message:
    """Return the message as a tree; raises TooComplex."""
    if is_too_complex(raw):
        raise TooComplex
    try:
        return BytesParser(policy=PLAIN).parsebytes(raw)
    except BROKEN as error:
        raise TooComplex from error


def is_too_complex(raw: bytes, *, most_work: int = MAX_WORK) -> bool:
    """Whether the library's parser would take long, any policy; `most_work` are lines x boundaries."""
    lines = raw.count(b"\n") + raw.count(b"\r")
    if lines > 2 * MAX_LINES or raw.count(b"\n--") > MAX_BOUNDARIES:
        return True
    return lines * len(re.findall(rb"boundary", raw, re.IGNORECASE)) > 2 * most_work


def parse_head(raw: bytes) -> Message:
    """Return a message of the headers alone."""
    end = re.search(rb"\r?\n\r?\n", raw[:HEAD])
    try:
        return BytesHeaderParser(policy=PLAIN).parsebytes(raw[: end.start() if end else HEAD])
    except BROKEN:
        return EmailMessage()


def headers_of(message: Message) -> tuple[tuple[str, str], ...]:
    """Return the headers as (lower-case name, text), in their order; encoded words stay as they are."""
    found: list[tuple[str, str]] = []
    for name, value in message.raw_items():
        if len(found) == MAX_HEADERS:
            break
        found.append((name.lower(), readable(" ".join(str(value).splitlines())).strip()))
    return tuple(found)


def parts_of(message: Message) -> Iterator[Message]:
    """Return the leaves, in their order, MAX_PARTS at most; what was forwarded whole is one leaf."""
    waiting, seen = [message], 0
    while waiting and seen < MAX_PARTS:
        part = waiting.pop()
        seen += 1
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting.extend(reversed(inside(part)))
        else:
            yield part


def inside(part: Message) -> list[Message]:
    """Return the messages in a part, MAX_PARTS at most; none in a leaf.

    Asked for the payload of a leaf, the library decodes it, by whatever codec the mail names.
    """
    inner = part.get_payload() if part.is_multipart() else None
    return (
        [each for each in inner[:MAX_PARTS] if isinstance(each, Message)] if isinstance(inner, list) else []
    )


def bytes_of(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except BROKEN:
        return b""
    return data if isinstance(data, bytes) else b""


def text_of(part: Message) -> str:
    return decode(bytes_of(part)[:MAX_TEXT_BYTES], charset=_charset(part))


def decode(data: bytes, *, charset: str) -> str:
    """Return the text, in the charset that was announced if that can be, else in the likeliest one."""
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        name = "utf-8"
    tries = ["utf-8"] if name in NO_CHARSETS else [name, "utf-8"]
    if name in OFTEN_WRONG:
        tries = ["utf-8", name]
    for each in tries:
        try:
            return readable(data.decode(each))
        except (UnicodeError, LookupError):
            continue
    return readable(data.decode("cp1252", errors="replace"))


def readable(text: str) -> str:
    """Return the text without zeros, with bytes that were no ASCII read as UTF-8 or Latin."""
    text = text.replace("\0", "")
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    data = (
        text.encode("utf-8", errors="surrogateescape") if _is_escaped(text) else text.encode(errors="replace")
    )
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def words(header: str) -> str:
    """Return a header's text with its encoded words (RFC 2047) read."""
    try:
        chunks = decode_header(header)
    except BROKEN:
        return header
    said = [
        chunk if isinstance(chunk, str) else decode(chunk, charset=charset or "utf-8")
        for chunk, charset in chunks
    ]
    return " ".join("".join(said).split())


def addresses(*headers: str) -> list[str]:
    """Return the addresses in these headers, without names; what is none is left out.

    RFC 2047 section 5 forbids encoded words in an address: there they only hide it.
    """
    try:
        found = getaddresses([header[:MAX_HEADER] for header in headers])
    except BROKEN:
        return []
    return [address.strip() for _name, address in found if "@" in address and "=?" not in address]


def name_of(part: Message) -> str:
    try:
        return words(str(part.get_filename() or ""))
    except BROKEN:
        return ""


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except BROKEN:
        return ""


def _is_escaped(text: str) -> bool:
    return not any("\ud800" <= c < "\udc80" or "\udcff" < c <= "\udfff" for c in text)
