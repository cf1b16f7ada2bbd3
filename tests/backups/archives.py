"""Archives for tests, whole and broken."""

import io
import tarfile
from dataclasses import replace
from pathlib import Path

from django.db import connection

from kayasupport.backups import database, keys
from kayasupport.backups.archive import Writer
from kayasupport.backups.manifest import Manifest

DUMP = b"not a database" * 1000


def members() -> dict[str, bytes]:
    return {
        database.engine().DUMP: DUMP,
        "screenshots/2026/11/28/a1.clean": b"\x89PNG" * 100,
        "triage/current": b'{"versions": ["abc"], "stays_for": ""}',
    }


def make(path: Path, content: dict[str, bytes] | None = None, **fields) -> Path:
    """Write an archive of these members; `fields` replace those of its manifest."""
    with path.open("wb") as file:
        writer = Writer(file)
        for name, data in (members() if content is None else content).items():
            writer.add_bytes(name, data, mtime=1_700_000_000)
        whole = Manifest(
            product_version="0.1",
            created_at="2026-11-28T02:00:00+00:00",
            engine=connection.vendor,
            engine_version="3.40.1" if connection.vendor == "sqlite" else "9.6.1",
            migrations={"tickets": ["0001_initial"]},
            rows={"tickets_ticket": 3},
            keys=keys.fingerprints(),
            gone=[],
            members=list(writer.members),
        )
        writer.end(replace(whole, **fields), mtime=1_700_000_000)
    return path


def raw(path: Path, *infos: tarfile.TarInfo) -> Path:
    """Write a tar of members that no backup of ours would have."""
    with tarfile.open(path, "w") as tar:
        for info in infos:
            info.size = 3 if info.isreg() else 0
            tar.addfile(info, io.BytesIO(b"abc"))
    return path


def link(name: str, *, to: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, to
    return info
