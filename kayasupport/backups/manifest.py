"""The manifest: the last member of an archive, which says what all the others must be."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from kayasupport.backups.problems import Damaged, Refused

NAME = "manifest.json"
# Raised when an older release could not read what a newer one writes.
FORMAT = 1


@dataclass(frozen=True)
class Member:
    name: str
    size: int  # bytes, as in the archive
    sha256: str


@dataclass(frozen=True)
class Manifest:
    product_version: str
    created_at: str  # ISO 8601, UTC
    engine: str  # sqlite, postgresql
    engine_version: str
    migrations: dict[str, list[str]]  # all that were applied, by app
    rows: dict[str, int]  # by table
    keys: dict[str, list[str]]  # fingerprints, see keys.py
    gone: list[str]  # files that a row points to and that were not there
    members: list[Member]
    format: int = FORMAT

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def from_json(text: bytes) -> Manifest:
    """Raises Damaged, or Refused when a newer release wrote it."""
    try:
        data: dict[str, Any] = json.loads(text)
        is_newer = data["format"] > FORMAT
        if not is_newer:
            members = [Member(**member) for member in data.pop("members")]
            return Manifest(members=members, **data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"its {NAME} cannot be read") from error
    raise Refused("A newer release of the product has written this archive. Upgrade first.")
