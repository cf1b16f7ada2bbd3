"""System checks of the brand, of who may embed the form, and of who may fill it in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import phonenumbers
from django.conf import settings
from django.core.checks import Error, Warning
from PIL import Image

from tickets import brand, colours, prefill

KIB = 1024
MAX_PICTURE = 200 * KIB
HEAVY_PICTURE = 20 * KIB  # a phone on a slow line loads it with every first page
MAX_EDGE = 2000  # px
LINKS = ("BRAND_HOME_URL", "BRAND_HELP_URL", "BRAND_CHAT_URL", "PRIVACY_URL")
# What makes of a picture a page: it runs, it loads, it shows another document.
ACTIVE = re.compile(
    rb"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet|<(?:\w+:)?(?:script|foreignObject|iframe|use\s[^>]*https?:)"
    rb"|\son\w+\s*=|javascript:|(?:href|src)\s*=\s*[\"']\s*(?:https?:)?//|url\(\s*[\"']?\s*(?:https?:)?//|@import",
    re.IGNORECASE,
)
PLAIN_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:]+\]")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_colours_can_be_read(app_configs, **kwargs):
    """Links and buttons carry them: who sees badly, or stands in the sun, must be able to read them."""
    found = []
    for name, scheme in (("BRAND_COLOUR", "light"), ("BRAND_COLOUR_DARK", "dark")):
        colour = getattr(settings, name)
        if not colour:
            continue
        if not colours.HEX.fullmatch(colour):
            found.append(Error(f"{name} is {colour}", hint="Write it as #0b6e69.", id="tickets.E020"))
        elif (ratio := colours.worst_contrast(colour, brand.GROUNDS[scheme])) < colours.ENOUGH:
            found.append(_unreadable(name, colour, scheme=scheme, ratio=ratio))
    return found


def _unreadable(name: str, colour: str, *, scheme: str, ratio: float) -> Error:
    # Rounded down: 4.49 is not enough, and must not be told as 4.5.
    what = (
        f"{name} {colour} has a contrast of {int(ratio * 10) / 10}:1 with the {scheme} page; 4.5:1 is needed"
    )
    other = "darker" if scheme == "light" else "lighter"
    hint = (
        f"Set {name}={brand.readable(colour, scheme=scheme)}, the same colour made {other}, or one of yours."
    )
    return Error(what, hint=hint, id="tickets.E021")


def check_pictures_are_harmless(app_configs, **kwargs):
    named = {"BRAND_LOGO": settings.BRAND_LOGO, "BRAND_ICON": settings.BRAND_ICON}
    return [finding for name, path in named.items() if path for finding in _findings_in(name, Path(path))]


def _findings_in(name: str, path: Path) -> Iterator[Error | Warning]:
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MAX_PICTURE else b""
    except OSError as error:
        yield Error(f"{name} {path} cannot be read: {error.strerror}", id="tickets.E022")
        return
    if complaint := _complaint(path, content):
        hint = "Use an SVG drawing without scripts and outside parts, or a PNG."
        yield Error(f"{name} {path} {complaint}", hint=hint, id="tickets.E023")
    elif size > HEAVY_PICTURE:
        hint = "Make it smaller: a logo is shown 28 pixels high."
        yield Warning(f"{name} {path} has {size // KIB} KiB", hint=hint, id="tickets.W020")


def _complaint(path: Path, content: bytes) -> str:
    if path.suffix.lower() not in brand.KINDS:
        return "is neither .svg nor .png"
    if not content:
        return f"is empty, or larger than {MAX_PICTURE // KIB} KiB"
    return _svg_complaint(content) if path.suffix.lower() == ".svg" else _png_complaint(path)


def _svg_complaint(content: bytes) -> str:
    # UTF-8 only: in another encoding the search for what is active would see nothing.
    if found := ACTIVE.search(content):
        return f"holds {found.group().decode(errors='replace').strip()}"
    try:
        content.decode()
        # Without DOCTYPE and ENTITY, which are refused above, nothing in it can grow.
        root = ElementTree.fromstring(content)  # noqa: S314
    except (UnicodeDecodeError, ElementTree.ParseError):
        return "is no SVG in UTF-8"
    return "" if root.tag == "{http://www.w3.org/2000/svg}svg" else "is no SVG"


def _png_complaint(path: Path) -> str:
    try:
        with Image.open(path, formats=["PNG"]) as picture:
            size = picture.size
            picture.verify()
    except (OSError, SyntaxError, ValueError):
        return "is no PNG"
    return "" if max(size) <= MAX_EDGE else f"has more than {MAX_EDGE} pixels in a row"


def check_links_lead_to_the_web(app_configs, **kwargs):
    """A link in the footer is pressed by people in trouble: no javascript:, no path of ours by mistake."""
    return [
        Error(
            f"{name} is {url}", hint="Write it whole, such as https://contoh.id/bantuan.", id="tickets.E024"
        )
        for name in LINKS
        if (url := getattr(settings, name)) and not _is_web_address(url)
    ]


def check_phone_is_one(app_configs, **kwargs):
    number = settings.BRAND_PHONE
    try:
        is_one = not number or phonenumbers.is_possible_number(phonenumbers.parse(number, "ID"))
    except phonenumbers.NumberParseException:
        is_one = False
    hint = "Write it with its country or area code, such as +62 21 1234 5678."
    return [] if is_one else [Error(f"BRAND_PHONE is {number}", hint=hint, id="tickets.E025")]


def check_parents_are_origins(app_configs, **kwargs):
    """They go into a header as they are: what is no origin would open the frame to others, or to nobody."""
    hint = (
        "Write scheme and host, such as https://daftar.contoh.id: no path, no *; http for this machine only."
    )
    return [
        Error(f"EMBED_PARENTS: {parent} is no origin", hint=hint, id="tickets.E026")
        for parent in settings.EMBED_PARENTS
        if not _is_origin(parent)
    ]


def check_prefill_keys_are_long(app_configs, **kwargs):
    hint = "Make one by: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    return [
        Error(f"PREFILL_KEYS: key {number} is too short", hint=hint, id="tickets.E027")
        for number, key in enumerate(settings.PREFILL_KEYS, start=1)
        if len(key) < prefill.MIN_KEY
    ]


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", url)


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    written = f"[{host}]" if ":" in host else host
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    shortest = f"{parts.scheme}://{written}" + (f":{port}" if port else "")
    return is_safe and bool(PLAIN_HOST.fullmatch(written)) and text == shortest


ALWAYS = [
    check_colours_can_be_read,
    check_pictures_are_harmless,
    check_links_lead_to_the_web,
    check_phone_is_one,
    check_parents_are_origins,
    check_prefill_keys_are_long,
]
