"""What is new in a mail: the text above what is quoted, without the signature; Indonesian and English. Pure.

Line by line, so that no text takes more than linear time. mail-parser-reply is not used: it has no
Indonesian, and its patterns backtrack.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# "Pada Sen, 23 Nov 2026 pukul 10.12 Bantuan <a@b> menulis:", over three lines at most.
ATTRIBUTION = re.compile(
    r"^(?:On|Pada|Tanggal|Tgl\.?)\b.{4,400}?(?:wrote|menulis|menuliskan|berkata|mengirim pesan)\s*:$",
    re.IGNORECASE,
)
ATTRIBUTION_START = re.compile(r"^(?:On|Pada|Tanggal|Tgl\.?)\s.*\d", re.IGNORECASE)
# The name before, as some programs put it: "Bantuan <a@b> menulis:".
ADDRESS_WROTE = re.compile(r"^.{0,200}<[^<>\s]+@[^<>\s]+>.{0,60}(?:wrote|menulis)\s*:$", re.IGNORECASE)
SEPARATOR = re.compile(
    r"^[-_=*\s]{2,}(?:original message|original appointment|forwarded message|reply message|pesan asli"
    r"|pesan sebelumnya|pesan terusan|pesan yang diteruskan|pesan diteruskan|surat asli)\b[-_=*:\s]*$"
    r"|^(?:begin forwarded message|mulai pesan yang diteruskan|awal pesan yang diteruskan)\s*:?$",
    re.IGNORECASE,
)
RULE = re.compile(r"^[_\-=]{20,}$")
FROM_LINE = re.compile(r"^[*\s]*(?:from|dari|pengirim)\s*[*]?\s*:", re.IGNORECASE)
HEADER_LINE = re.compile(
    r"^[*\s]*(?:from|sent|date|to|cc|bcc|subject|reply-to|importance|dari|dikirim|tanggal|kepada|untuk|perihal"
    r"|subjek|judul|tembusan|pengirim|hari/tanggal)\s*[*]?\s*:",
    re.IGNORECASE,
)
QUOTED = re.compile(r"^\s{0,3}>")
DASHES = re.compile(r"^--\s?$")
SENT_FROM = re.compile(
    r"^(?:(?:dikirim|terkirim) (?:dari|menggunakan)|sent (?:from|using|with)) (?:my |the |a )?"
    r"(?:iphone|ipad|ponsel|hp|perangkat|telepon|smartphone|tablet|samsung|galaxy|android|xiaomi|redmi|poco"
    r"|oppo|vivo|realme|infinix|huawei|nokia|blackberry|mobile|phone|device|yahoo|outlook|gmail|mail|email"
    r"|aqua mail|proton)"
    r"\b.{0,60}$"
    r"|^(?:get|dapatkan|unduh) outlook\b.{0,60}$|^yahoo mail: .{0,80}$",
    re.IGNORECASE,
)
# How far below "From:" the other lines of a header block may stand.
BLOCK = 6
# A line that names a program is a signature only near the end.
FOOT = 8


def new_text(text: str) -> str:
    """Return what the writer wrote now, above the quote or below it; all of it, where nothing is left."""
    lines = [line.rstrip() for line in text.split("\n")]
    end = _end(lines)
    new = _unquoted(lines[:end]) or _below(lines[end:])
    return new or text.strip()


def _unquoted(lines: Sequence[str]) -> str:
    kept = [line for line in lines if not QUOTED.match(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_without_signature(kept)).strip())


def _below(lines: Sequence[str]) -> str:
    """What stands between and below quoted lines, or "" where they are not marked, line by line."""
    first = next((number for number, line in enumerate(lines) if QUOTED.match(line)), None)
    # Not more above the first of them than who wrote when, over three lines at most.
    return "" if first is None or first > 4 else _unquoted(lines[first:])


def _end(lines: Sequence[str]) -> int:
    """The first line of what is quoted whole."""
    for number in range(len(lines)):
        if _begins_quote(lines, number):
            return number
    return len(lines)


def _begins_quote(lines: Sequence[str], number: int) -> bool:
    line = lines[number].strip()
    if not line:
        return False
    if SEPARATOR.match(line) or ADDRESS_WROTE.match(line[:300]) or _is_attribution(lines, number):
        return True
    if RULE.match(line):
        return any(FROM_LINE.match(each) for each in lines[number + 1 : number + 4])
    return bool(FROM_LINE.match(line)) and _is_block(lines[number + 1 : number + 1 + BLOCK])


def _is_attribution(lines: Sequence[str], number: int) -> bool:
    if not ATTRIBUTION_START.match(lines[number].strip()[:200]):
        return False
    joined = ""
    for line in lines[number : number + 3]:
        joined = f"{joined} {line.strip()}".strip()[:500]
        if ATTRIBUTION.match(joined):
            return True
    return False


def _is_block(below: Sequence[str]) -> bool:
    return sum(bool(HEADER_LINE.match(line)) for line in below) >= 2


def _without_signature(lines: Sequence[str]) -> Sequence[str]:
    for number, line in enumerate(lines):
        if DASHES.match(line) and any(each.strip() for each in lines[:number]):
            lines = lines[:number]
            break
    foot = max(0, len(lines) - FOOT)
    return [
        line for number, line in enumerate(lines) if number < foot or not SENT_FROM.match(line.strip(" *_[]"))
    ]
