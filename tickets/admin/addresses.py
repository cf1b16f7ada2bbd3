"""What stands in the addresses and hidden fields of the desk, read without trust."""

from django.http import Http404

from tickets.models import Draft

NO_PK = 2**63  # the first number that no column holds


def possible_pk(pk: int) -> int:
    """Return the id of an address as it is; raises Http404 for one that the database cannot hold."""
    if pk >= NO_PK:
        raise Http404
    return pk


def read_pk(text: str) -> int | None:
    """Return the id that the text spells, or None; never one that the database cannot hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def read_page(text: str) -> str:
    """Return the key of a page as drafts know it, or "" for what is none."""
    return text if text.isascii() and text.isalnum() and len(text) <= Draft.PAGE else ""
