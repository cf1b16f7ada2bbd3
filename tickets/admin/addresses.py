"""What stands in the addresses and hidden fields of the desk, read without trust."""


def read_pk(text: str) -> int | None:
    """Return the id that the text spells, or None; never one that the database cannot hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
