"""What strangers send: texts, fields, bodies of forms, headers. Strategies of hypothesis."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

ODD = [
    "\0", "a\0b", "\x1b[2J", "\r\n\r\n", "\u202egnp.exe", "\u200b", "\u2028", "\ufeff", "\ufffe",
    "\U0010ffff", "\ud800", "\udfff\ud800", "e" + "\u0301" * 3_000, "ﷺ" * 500, "👩‍👩‍👧‍👦", "İ", "ß", "ﬁ",
    "１２.３０", "٣", "²", "½", "-1", "0", "1e309", "NaN", "9" * 5_000, "99999999999999999999", "0x10",
    "1_000", "None", "null", "[]", "{}", "%00", "%ff", "%", "%(x)s", "{0}", "{{ 7*7 }}", "{% load %}",
    "<script>alert(1)</script>", "\"'><b>", "' OR 1=1 --", "../../etc/passwd", "a" * 12_000, " " * 3_000,
    "\n" * 3_000, "kode " * 2_000, "=?utf-8?b?/w==?=", "KS-7F3K-92QX", "budi@contoh.id",
    "a@" * 40 + "b.id", "(" * 300 + "a@b.id", "mailto:a@b.id?x", "a@[1.2.3.4]", "ü@ü.id", '"a b"@c.id',
    "0812 3456 7890", "+" * 50, "+62" + "8" * 39, "00", "kata sandi saya: kucing123", "kode otp 123456",
]  # fmt: skip
DAYS = [
    "0-0-0", "31-2-2026", "1-1-0001", "31-12-9999", "0000-01-01", "99999999", "1 Mei", "29 februari",
    "32 Des 26", "1-1-99", "00000000", "9999-12-31", "1-13-2026", "29-02",
]  # fmt: skip
HOURS = [
    "24.00", "25:61", "14.30 WIT", "jam 12 malam", "12 am", "0", "9999", "jam 13 sore", "23.59 WIB", "1430",
]  # fmt: skip
ZONES = ["WIB", "wita", "Asia/Jayapura", "UTC", "Mars/Olympus", "../../../etc/localtime", "Asia/Jakarta\0"]

texts = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=[]), max_size=60)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
# What a header can hold once a server has let it through: any byte but controls.
headers = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_categories=["Cc"]), max_size=80)


@st.composite
def queries(draw, names, *, values=texts):
    """A query string: of these names and others, some twice, some never encoded."""
    pairs = draw(st.lists(st.tuples(st.sampled_from(names) | texts, values), max_size=5))
    written = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs)
    raw = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#?"), max_size=20)
    return written + draw(st.just("") | raw)


charsets = st.sampled_from([
    *[""] * 8, "; charset=utf-16", "; charset=hex", "; charset=\xff", "; charset=idna", "; charset=punycode",
    "; charset*=hex''%ff", "; x*=no-such''x", "; x*0*=y; x*=''", "; boundary*=a''%00", ";;=;",
])  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """The body of a POST, and what it says it is."""

    body: bytes
    content_type: str


@st.composite
def forms(draw, usual, *, strange):
    """A form as it is right, by name, with up to four fields spoilt: left out, repeated or strange.

    `strange` has strategies for fields of which more can be wrong than any text. Written as one of
    many kinds of body.
    """
    spoilt = draw(st.sets(st.sampled_from(sorted(usual)), max_size=4))
    pairs = []
    for name, value in usual.items():
        right = value if isinstance(value, list) else [value]
        wrong = st.lists(strange.get(name, texts) | texts, max_size=2)
        pairs += [(name, each) for each in (draw(wrong) if name in spoilt else right)]
    pairs += draw(st.lists(st.tuples(texts, texts), max_size=1))
    return written(draw, pairs)


# Parts of a form that no browser writes.
PARTS = [
    b"Content-Disposition: form-data; name*=hex''%ff",
    b"Content-Disposition: form-data; name*=x''y; name=body",
    b"Content-Disposition: form-data; name=screenshots; filename*=no-such''%00", b"Content-Type: image/png",
    b"Content-Disposition: form-data; name=description\r\nContent-Type: text/plain; charset=hex",
    b"Content-Disposition: form-data; name=contact\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%=",
    b"Content-Disposition: attachment; filename=" + b"../" * 90 + b"a.png; name=screenshots",
    b"x" * 2_000, b"",
]  # fmt: skip
KINDS = [
    *["multipart/form-data; boundary=batas"] * 4, "multipart/form-data; boundary=", "multipart/form-data",
    "multipart/form-data; boundary=" + "b" * 300, "application/x-www-form-urlencoded", "a/b", "",
]  # fmt: skip


odd_parts = st.lists(st.sampled_from(PARTS), max_size=2)


def written(draw, pairs) -> Sent:
    how = draw(st.sampled_from(["multipart"] * 4 + ["urlencoded"] * 3 + ["broken"] * 3 + ["json"]))
    if how == "urlencoded":
        body = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in pairs).encode()
        return Sent(body, "application/x-www-form-urlencoded" + draw(charsets))
    if how == "json":
        return Sent(json.dumps(dict(pairs)).encode(), "application/json")
    body = multipart(pairs, [])
    if how == "multipart":
        return Sent(body, "multipart/form-data; boundary=batas" + draw(charsets))
    odd = b"".join(b"--batas\r\n" + part + b"\r\n\r\nhalo\r\n" for part in draw(odd_parts))
    return Sent(draw(damaged(odd + body) | st.just(odd + body)), draw(st.sampled_from(KINDS)))


def multipart(pairs, files) -> bytes:
    """A form as a browser writes it, between lines of "batas"; `files` are field, name and content."""
    parts = [_head(name) + b"\r\n\r\n" + _bytes(value) for name, value in pairs]
    image = b"\r\nContent-Type: image/png\r\n\r\n"
    parts += [_head(name) + b"; filename=" + _in_quotes(file) + image + data for name, file, data in files]
    return b"\r\n".join([*parts, b"--batas--\r\n"])


@st.composite
def damaged(draw, data: bytes):
    """The bytes with some changed, left out, put in, said twice, or cut off at the end."""
    found = bytearray(data)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(found)))
        to = min(len(found), at + draw(st.integers(0, 40)))
        piece = draw(st.sampled_from(["flip", "drop", "put", "twice", "zeros"]))
        if piece == "flip" and at < len(found):
            found[at] ^= 1 << draw(st.integers(0, 7))
        elif piece == "drop":
            del found[at:to]
        elif piece == "put":
            found[at:at] = draw(st.binary(max_size=30))
        elif piece == "twice":
            found[at:at] = found[at:to] * draw(st.integers(1, 20))
        else:
            found[at:to] = bytes(to - at)
    return bytes(found[: draw(st.none() | st.integers(0, len(found)))])


cookies = st.lists(
    st.tuples(
        st.sampled_from(["sessionid", "csrftoken", "messages", "django_language"]) | headers,
        # In quotes, \ooo is any byte.
        st.sampled_from(['"abcdefghij\\000"', '"\\377\\000\\012"', "a" * 5_000, "x:1:y", "id", "zz"])
        | headers,
    ).map("=".join),
    max_size=3,
).map("; ".join)


def _head(name: str) -> bytes:
    return b"--batas\r\nContent-Disposition: form-data; name=" + _in_quotes(name)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def quoted(value: object) -> str:
    return quote_from_bytes(_bytes(value))


def _in_quotes(name: str) -> bytes:
    return b'"' + _bytes(name).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"%0A") + b'"'
