"""What stands in the addresses and hidden fields of the desk, read without trust."""

from tickets.models import Draft


def read_pk(text: str) -> int | None:
    """Return the id that the text spells, or None; never one that the database cannot hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def read_page(text: str) -> str:
    """Return the key of a page as drafts know it, or "" for what is none."""
    return text if text.isascii() and text.isalnum() and len(text) <= Draft.PAGE else ""
