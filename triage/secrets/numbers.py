"""Secrets made of digits: codes, identity numbers, cards, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from triage.secrets.cues import HARMLESS, Nearest, about_behind, counts_something, data, nearest_before
from triage.secrets.kinds import ACCOUNT, CARD, CVV, KK, NIK, OTP, PIN, Secret

GAP = "[ \u00a0\u2007\u2009\u202f.\\-\u2010-\u2014]"
RUN = re.compile(rf"(?<![^\W_])\d+(?:{GAP}\d+)*(?![^\W_])")
PART = re.compile(r"\d+")
# Codes written without a blank: OTP482913, G-482913.
GLUED = re.compile(
    r"\b(?:otp|kode|code|pin)[:=_-]?(?P<code>\d{4,8})\b|\b(?P<google>G-\d{6})\b", re.IGNORECASE
)
PHONE = re.compile(r"(?:62|0)?8[1-9]\d{7,10}|0[2-7]\d{7,9}")
NEIGHBOURS = re.compile(r"[/:.,]\d")
# What follows a card: its expiry, then three or four digits.
BEHIND_CARD = re.compile(
    r"[\s,;|/-]{1,3}(?:exp\w*[\s:.]*)?\d\d\s?/\s?\d\d(?:\d\d)?[\s,;|/-]{1,3}(?P<cvv>\d{3,4})\b", re.I
)

# Kemendagri's codes of the provinces, which open a NIK and a KK.
PROVINCES = frozenset(
    [
        *range(11, 20),
        21,
        *range(31, 37),
        *range(51, 54),
        *range(61, 66),
        *range(71, 77),
        81,
        82,
        *range(91, 98),
    ]
)
# ISO/IEC 7812: how the numbers of the card schemes begin, and how many digits they have.
SCHEMES = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}"
)


@dataclass(frozen=True)
class Number:
    """Neighbouring groups of digits, taken as one number."""

    start: int
    end: int
    digits: str


def find_numbers(text: str) -> Iterator[Secret]:
    """Yield secrets of digits; they may overlap, and the earlier one is the surer."""
    runs = [_parts(text, match) for match in RUN.finditer(text)]
    for parts in runs:
        yield from _long_numbers(text, parts)
    for match in GLUED.finditer(text):
        yield from _glued(match)
    for parts in runs:
        yield from _codes(text, parts)


def _parts(text: str, run: re.Match[str]) -> list[Number]:
    found = PART.finditer(text, run.start(), run.end())
    return [Number(match.start(), match.end(), _ascii(match.group())) for match in found]


def _secret(text: str, kind: str, start: int, end: int) -> Secret:
    return Secret(kind, start, end, text[start:end])


def _long_numbers(text: str, parts: list[Number]) -> Iterator[Secret]:
    until = 0
    for first, part in enumerate(parts):
        if part.start < until:
            continue
        joined = list(_joined(parts, first))
        near = nearest_before(text, part.start) if joined else Nearest()
        # The longest first: what is a card as a whole must not become an account in its first half.
        for number in reversed(joined):
            kind = _long_kind(text, number, near)
            if kind:
                until = number.end
                yield _secret(text, kind, number.start, number.end)
                yield from _cvv_behind(text, number, kind)
                break


def _joined(parts: list[Number], first: int) -> Iterator[Number]:
    """The numbers of 10 to 19 digits that begin with this group."""
    digits = ""
    for part in parts[first : first + 19]:
        digits += part.digits
        if len(digits) > 19:
            return
        if len(digits) >= 10:
            yield Number(parts[first].start, part.end, digits)


def _ascii(digits: str) -> str:
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


def _long_kind(text: str, number: Number, near: Nearest) -> str:
    is_near = near.distance <= data()["reach"]["long_number"]
    about = near.about if is_near else ""
    digits = number.digits
    if (
        len(digits) == 16
        and (_is_nik(digits) or about in {"nik", "kk"})
        and not _is_called_card(digits, about)
    ):
        return KK if about == "kk" else NIK
    if 13 <= len(digits) <= 19 and _passes_luhn(digits) and (SCHEMES.fullmatch(digits) or about == "card"):
        return CARD
    if about in {"nik", "kk"} and 14 <= len(digits) <= 18 and not PHONE.fullmatch(digits):
        return KK if about == "kk" else NIK  # a digit slipped
    if about == "account" and len(digits) <= 16 and _is_account(text, number, near):
        return ACCOUNT
    return ""


def _is_called_card(digits: str, about: str) -> bool:
    return about == "card" and _passes_luhn(digits)


def _is_account(text: str, number: Number, near: Nearest) -> bool:
    if text[max(0, number.start - 1) : number.start] == "+":
        return False
    # Wallets and virtual accounts are often told by a phone number, which agents need.
    return not PHONE.fullmatch(number.digits) or near.distance == 0


def _is_nik(digits: str) -> bool:
    """Province, regency, district, birth date (women: day + 40), serial number."""
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    if int(digits[:2]) not in PROVINCES or digits[2:4] == "00" or digits[12:] == "0000":
        return False
    try:
        date(2000 + year, month, day - 40 if day > 40 else day)
    except ValueError:
        # The 29th of February of a year that is none in this century: 1900 was not one either.
        return False
    return True


def _passes_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


def _cvv_behind(text: str, number: Number, kind: str) -> Iterator[Secret]:
    found = BEHIND_CARD.match(text, number.end) if kind == CARD else None
    if found:
        yield _secret(text, CVV, found.start("cvv"), found.end("cvv"))


def _glued(match: re.Match[str]) -> Iterator[Secret]:
    group = "code" if match["code"] else "google"
    kind = PIN if match.group().lower().startswith("pin") else OTP
    yield Secret(kind, match.start(group), match.end(group), match[group])


def _codes(text: str, parts: list[Number]) -> Iterator[Secret]:
    whole = "".join(part.digits for part in parts[:8])
    if text[max(0, parts[0].start - 1) : parts[0].start] == "+" or PHONE.fullmatch(whole):
        return
    for number in _grouped(text, parts):
        kind = _code_kind(text, number)
        if kind:
            yield _secret(text, kind, number.start, number.end)


def _grouped(text: str, parts: list[Number]) -> Iterator[Number]:
    """Groups that are read as one code, 123 456 or 1-2-3-4-5-6, and every other group by itself."""
    for stretch in _stretches(text, parts):
        size = len(stretch[0].digits)
        if len(stretch) > 1 and size <= 4 and 4 <= len(stretch) * size <= 8:
            yield Number(stretch[0].start, stretch[-1].end, "".join(part.digits for part in stretch))
        else:
            yield from stretch


def _stretches(text: str, parts: list[Number]) -> Iterator[list[Number]]:
    """Neighbours of equal length, not divided by a dot."""
    stretch: list[Number] = []
    for part in parts:
        if stretch and (len(part.digits) != len(stretch[0].digits) or text[stretch[-1].end] == "."):
            yield stretch
            stretch = []
        stretch.append(part)
    yield stretch


def _code_kind(text: str, number: Number) -> str:
    size = len(number.digits)
    near = nearest_before(text, number.start)
    if near.about == "cvv" and near.distance <= 2 and size in {3, 4}:
        return CVV
    if not 4 <= size <= 8 or _is_part_of_more(text, number) or counts_something(text, number.end):
        return ""
    if _is_year(number) and near.distance > 1:
        return ""
    reach = data()["reach"]["six_digits" if size == 6 else "code"]
    if near.about in {"otp", "pin"} and near.distance <= (1 if number.digits.endswith("000") else reach):
        return PIN if near.about == "pin" else OTP
    if near.about == HARMLESS and near.distance <= 1:
        return ""
    behind = about_behind(text, number.end)
    return {"otp": OTP, "pin": PIN}.get(behind, "")


def _is_part_of_more(text: str, number: Number) -> bool:
    """True for what belongs to an amount, a date, a time, a version: 150.000, 22/11/2026."""
    before, behind = text[max(0, number.start - 2) : number.start], text[number.end : number.end + 2]
    is_date = bool(re.fullmatch(r"\d\d?-\d\d?-\d\d", text[number.start : number.end])) and _is_short_date(
        number
    )
    return is_date or bool(
        NEIGHBOURS.match(behind) or re.fullmatch(r"\d[/:.,-]", before) or re.match(r"-\d", behind)
    )


def _is_short_date(number: Number) -> bool:
    return len(number.digits) == 6 and int(number.digits[:2]) <= 31 and 1 <= int(number.digits[2:4]) <= 12


def _is_year(number: Number) -> bool:
    return len(number.digits) == 4 and 1950 <= int(number.digits) <= 2035
