"""Whose pages these are: name, logo, colours, links and channels, as the settings say."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import phonenumbers
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from tickets import colours
from tickets.colours import Shades

# The tokens of base.css: a test compares.
GROUNDS = {"light": ("#ffffff", "#f6f7f9"), "dark": ("#18212b", "#10161d")}  # --card, --ground
SHIPPED = {
    "light": Shades("#0b6e69", "#085551", "#ffffff", "#e3f2f1"),
    "dark": Shades("#4fc3bb", "#7ad6cf", "#06201e", "#12302f"),
}
# How a logo and an icon are called among the static files, by the ending of the file that was named.
KINDS = (".svg", ".png")
OWN_ICON = "tickets/icon.svg"


@dataclass(frozen=True)
class Brand:
    """What the templates show; "" for what is not set. Addresses of files are None where none is served."""

    name: str
    tagline: str
    logo: str | None
    icon: str | None
    home_url: str
    help_url: str
    privacy_url: str
    chat_url: str
    email: str
    phone: str  # E.164
    phone_written: str
    colours: dict[str, Shades] = field(default_factory=dict)

    @property
    def is_coloured(self) -> bool:
        return self.colours != SHIPPED

    @property
    def has_channels(self) -> bool:
        return bool(self.email or self.chat_url or self.phone)


def brand_in(language: str) -> Brand:
    phone = _parsed(settings.BRAND_PHONE)
    written = phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.INTERNATIONAL) if phone else ""
    return Brand(
        name=settings.BRAND_NAME,
        tagline=settings.BRAND_TAGLINE.get(language, ""),
        logo=_served(file_name("logo", settings.BRAND_LOGO)),
        icon=_served(icon_name()),
        home_url=settings.BRAND_HOME_URL,
        help_url=settings.BRAND_HELP_URL,
        privacy_url=settings.PRIVACY_URL,
        chat_url=settings.BRAND_CHAT_URL,
        email=settings.BRAND_EMAIL,
        phone=phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164) if phone else "",
        phone_written=written,
        colours=shades(),
    )


def shades() -> dict[str, Shades]:
    """Return the shades of both schemes; what is no colour, or none that is set, is the shipped one."""
    light, dark = settings.BRAND_COLOUR, settings.BRAND_COLOUR_DARK
    found = dict(SHIPPED)
    if colours.HEX.fullmatch(light):
        found["light"] = colours.light_shades(light.lower())
    if not dark and colours.HEX.fullmatch(light):
        dark = readable(light.lower(), scheme="dark", at_least=colours.COMFORTABLE)
    if colours.HEX.fullmatch(dark):
        found["dark"] = colours.dark_shades(dark.lower(), ground=GROUNDS["dark"][0])
    return found


def readable(colour: str, *, scheme: str, at_least: float = colours.ENOUGH) -> str:
    """Return the colour that can be read on a scheme's grounds and is nearest to this one."""
    towards = colours.BLACK if scheme == "light" else colours.WHITE
    return colours.made_readable(colour, grounds=GROUNDS[scheme], towards=towards, at_least=at_least)


def style_sheet() -> str:
    """Return the tokens that differ from those of base.css as CSS, "" where none does."""
    found = shades()
    if found == SHIPPED:
        return ""
    light, dark = (_tokens(found[scheme]) for scheme in ("light", "dark"))
    return (
        f"/* The colours of BRAND_COLOUR, by tickets/brand.py. */\n:root {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )


def file_name(what: str, path: str) -> str:
    """Return what a configured file is called among the static files; "" for none, or one of another kind."""
    kind = Path(path).suffix.lower()
    return f"brand/{what}{kind}" if path and kind in KINDS else ""


def icon_name() -> str:
    """Return the icon of the browser's tab: the configured one, or our sign in the brand's colour."""
    recoloured = "brand/icon.svg" if shades()["light"] != SHIPPED["light"] else OWN_ICON
    return file_name("icon", settings.BRAND_ICON) or recoloured


def _tokens(of: Shades) -> str:
    return (
        f"--brand: {of.brand}; --brand-strong: {of.strong}; "
        f"--on-brand: {of.on_brand}; --brand-soft: {of.soft};"
    )


def _served(name: str) -> str | None:
    try:
        return staticfiles_storage.url(name) if name else None
    except ValueError:
        # Named in the settings and not collected yet: a page without its logo beats none.
        return None


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, "ID") if number else None
    except phonenumbers.NumberParseException:
        return None
