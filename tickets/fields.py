"""What each field of a report may hold: the rules that the form and the API share.

Every function takes what was typed, returns what is stored, or raises Django's
ValidationError with a code and a sentence for the requester.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from tickets.look_alikes import plain_letter, strange_letter
from tickets.models.ticket import REFERENCE_ALPHABET, Zone
from tickets.people import parse_phone

MIN_DESCRIPTION = 3  # characters
MAX_DESCRIPTION = 5000
MAX_DEVICE = 120
MAX_EMAIL = 254  # RFC 5321 4.5.3.1.3
MAX_PHONE = 40  # as typed, with spaces and brackets
# NFC takes quadratic time on piled-up accents: 100,000 of them are ten seconds.
MAX_TYPED = 2 * MAX_DESCRIPTION
# Clocks of phones go wrong by minutes; more than this is a mistyped hour or day.
CLOCK_SKEW = timedelta(minutes=10)
# Longer ago is a mistyped year.
MAX_SIGNUP_AGE = timedelta(days=11 * 366)
# Unicode categories that show nothing: controls, formatting marks, half surrogates.
UNSEEN = {"Cc", "Cf", "Cs"}
# And letters that are drawn as nothing: fillers, the empty Braille cell, joiners and selectors.
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0e]")
# But lines and tabs count, and the zero-width joiner holds emoji together.
SEEN = "\n\t\u200d"
# What is read for another letter, by Crockford's rule and by eye: a number has no I, L, O or U.
LOOK_ALIKES = str.maketrans("OILU", "011V")
NUMBER = re.compile(rf"KS([{REFERENCE_ALPHABET}OILU]{{8}})|([{REFERENCE_ALPHABET}OILU]{{8}})")
WRITTEN_NUMBER = re.compile(r"KS[\W_]*\w{4}[\W_]*\w{4}\b", re.IGNORECASE | re.ASCII)
MAX_NUMBER = 500  # as typed: a whole link may be pasted
# What is copied along with an address, or typed after it.
AROUND_ADDRESS = "<>()\"'.,;:"
# Nobody registers with a mailbox of this machine, and our mail must not go there.
check_address = EmailValidator(allowlist=[])

MESSAGES = {
    "contact_required": _("Enter the e-mail address or the phone number you registered with."),
    "email": _("Enter an e-mail address such as nama@contoh.id."),
    "email_letters": _("“%(letter)s” cannot stand in an e-mail address. Delete it and type plain letters."),
    "email_look_alike": _(
        "The letter “%(letter)s” only looks like “%(plain)s”: it belongs to another alphabet. "
        "Delete it and type %(plain)s."
    ),
    "reference_required": _("Enter the ticket number, for example KS-7F3K-92QX."),
    "reference": _("A ticket number looks like KS-7F3K-92QX: eight letters and digits after KS."),
    "phone": _("Enter a phone number such as 0812 3456 7890, or with its country code."),
    "too_long": _("This is too long. Shorten it."),
    "description_required": _("Tell us what happened, in your own words."),
    "description_too_short": _("Tell us a little more about what happened."),
    "description_too_long": _("Shorten the description to %(limit)s characters; it has %(count)s."),
    "device_too_long": _("Shorten the name of the device to %(limit)s characters."),
    "signup_in_future": _("The time of registration is in the future. Check the date and the hour."),
    "signup_too_old": _("The time of registration is too long ago. Check the year."),
    "zone": _("Choose WIB, WITA or WIT."),
}


def clean_text(text: str) -> str:
    """Return the text in NFC with plain line ends, without anything that cannot be seen.

    That is: controls, half surrogates, and marks that hide or turn round what stands
    beside them (zero width, direction overrides).
    """
    if len(text) > MAX_TYPED:
        raise _error("too_long")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = BLANK.sub("", text)
    if text.isprintable():  # nearly always, and forty times as fast as a look at each character
        return text.strip()
    return "".join(c for c in text if c in SEEN or unicodedata.category(c) not in UNSEEN).strip()


def clean_line(text: str) -> str:
    """Return the text on one line, words divided by single spaces."""
    return " ".join(clean_text(text).split())


def clean_description(text: str) -> str:
    text = clean_text(text)
    if not text:
        raise _error("description_required")
    if len(text) < MIN_DESCRIPTION:
        raise _error("description_too_short", limit=MIN_DESCRIPTION)
    if len(text) > MAX_DESCRIPTION:
        raise _error("description_too_long", limit=MAX_DESCRIPTION, count=len(text))
    return text


def clean_device(text: str) -> str:
    text = clean_line(text)
    if len(text) > MAX_DEVICE:
        raise _error("device_too_long", limit=MAX_DEVICE)
    return text


def clean_email(text: str) -> str:
    """Return the address with its domain in lower case, or "" for nothing typed."""
    address = tidy_address(text)
    if not address:
        return ""
    _refuse_letters(address)
    try:
        check_address(address)
    except ValidationError as error:
        raise _error("email") from error
    if len(address) > MAX_EMAIL or address.endswith("]"):
        raise _error("email")
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _refuse_letters(address: str) -> None:
    letter = strange_letter(address)
    if not letter:
        return
    plain = plain_letter(letter)
    name = "email_look_alike" if plain else "email_letters"
    raise ValidationError(MESSAGES[name], code="email_letters", params={"letter": letter, "plain": plain})


def tidy_address(text: str) -> str:
    """Undo what keyboards and copying do to an address: spaces, full-width signs, "mailto:", a last dot."""
    shown = unicodedata.normalize("NFKC", clean_line(text)).replace("\u200d", "").replace("\ufe0f", "")
    shown = BLANK.sub("", shown)
    address = "".join(shown.split()).strip(AROUND_ADDRESS)
    if address.lower().startswith("mailto:"):
        address = address[len("mailto:") :].partition("?")[0]
    return address.strip(AROUND_ADDRESS)


def second_address(reply_email: str, *, registered_email: str) -> str:
    """Return the reply address if it is another mailbox than the registered one, else ""."""
    return "" if reply_email.lower() == registered_email.lower() else reply_email


def clean_reference(text: str) -> str:
    """Return the ticket number as we write it; typed sloppily or out of a pasted subject or link."""
    typed = unicodedata.normalize("NFKC", clean_line(text[:MAX_NUMBER]))
    if not typed:
        raise _error("reference_required")
    written = WRITTEN_NUMBER.search(typed)
    found = NUMBER.fullmatch("".join(filter(str.isalnum, written[0] if written else typed)).upper())
    if found is None:
        raise _error("reference")
    letters = (found[1] or found[2]).translate(LOOK_ALIKES)
    return f"KS-{letters[:4]}-{letters[4:]}"


def clean_phone(text: str) -> str:
    """Return the number in E.164, or "" for nothing typed."""
    typed = clean_line(text)
    if not typed:
        return ""
    number = parse_phone(typed) if len(typed) <= MAX_PHONE else None
    if number is None:
        raise _error("phone")
    return number


def require_contact(*, registered_email: str, registered_phone: str) -> None:
    """Refuse a report that does not say which account it is about."""
    if not (registered_email or registered_phone):
        raise _error("contact_required")


def clean_zone(text: str) -> Zone:
    """Read WIB, WITA, WIT or the IANA name of one of them; nothing is WIB."""
    name = clean_line(text)
    if not name:
        return Zone.WIB
    if name.upper() in Zone.names:
        return Zone[name.upper()]
    if name in Zone.values:
        return Zone(name)
    raise _error("zone")


def clean_signup_moment(moment: datetime, *, now: datetime) -> datetime:
    """Return the aware moment of a registration, as the requester's clock had it."""
    if moment > now + CLOCK_SKEW:
        raise _error("signup_in_future")
    if moment < now - MAX_SIGNUP_AGE:
        raise _error("signup_too_old")
    return moment


def clean_signup_day(day: date, *, zone: Zone, now: datetime) -> datetime:
    """Return the moment at which the day of a registration began in its zone."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    if day > today:
        raise _error("signup_in_future")
    if day < today - MAX_SIGNUP_AGE:
        raise _error("signup_too_old")
    return datetime.combine(day, time.min, tzinfo=place)


def _error(code: str, **params: object) -> ValidationError:
    return ValidationError(MESSAGES[code], code=code, params=params)
