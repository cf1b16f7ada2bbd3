"""Letters of other alphabets that look like one of ours: pasted, or typed on another keyboard."""

from __future__ import annotations

import unicodedata

# Lower case, each with the plain letter it is taken for; Unicode TR 39 has many more, on no phone's keyboard.
PAIRS = (
    ("аеорсухіјѕһԁԛԝкмтвнгп", "aeopcyxijshdqwkmtbhrn"),  # Cyrillic
    ("αονρτυικηγβεχω", "aovptuiknybexw"),  # Greek
    ("ıɡłøđħ", "iglodh"),  # Latin, of other languages
)
LOOK_ALIKES = {ord(there): here for theirs, ours in PAIRS for there, here in zip(theirs, ours, strict=True)}


def strange_letter(text: str) -> str:
    """Return the first character of the text that is not ASCII, or ""."""
    return next((character for character in text if not character.isascii()), "")


def plain_letter(letter: str) -> str:
    """Return the plain letter that one only looks like, "a" for the Cyrillic U+0430, or ""."""
    base = unicodedata.normalize("NFKD", letter)[0]
    plain = base if base.isascii() else LOOK_ALIKES.get(ord(base.lower()), "")
    return plain.upper() if plain and letter.isupper() else plain
