"""Takes a backup: the database first, then the files its rows point to."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection
from django.utils import timezone

import kayasupport
from kayasupport.backups import contents, database, keys
from kayasupport.backups.archive import Writer
from kayasupport.backups.manifest import Manifest
from kayasupport.backups.problems import Refused
from tickets import disk

PATTERN = "kayasupport-*.tar"
PREFIX = ".backup-"
STALE_AFTER = 24 * 3600  # seconds; then whoever made it is not at work any more


def default_folder() -> Path:
    return Path(settings.DATA_DIR / "backups")


def new_name() -> str:
    return f"kayasupport-{timezone.now():%Y%m%d-%H%M%S}.tar"  # UTC


def take_file(path: Path, *, with_keys: bool) -> Manifest:
    """Write a backup to the path; it appears there whole or not at all.

    Raises Refused, Damaged, ToolFailed, OSError.
    """
    if path.exists():
        raise Refused(f"{path} is there already; a backup replaces nothing.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_stale(path.parent)
    part = path.with_name(f"{PREFIX}{path.name}.part")
    try:
        with disk.new_private_file(part) as file:
            manifest = take(file, work_in=path.parent, with_keys=with_keys)
            disk.sync(file)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    disk.sync_folder(path.parent)
    return manifest


def take(file: BinaryIO, *, work_in: Path, with_keys: bool) -> Manifest:
    """Write a backup to the open file.

    The folder `work_in` needs room for the database, packed and for a while plain.
    """
    started_at = timezone.now()
    engine = database.engine()
    engine.check_tools()
    writer = Writer(file)
    with _work_folder(work_in) as work, _work_folder(default_folder()) as held, engine.snapshot() as snapshot:
        contents.hold(snapshot.query, at=held)
        writer.add(engine.DUMP, snapshot.dump(work))
        gone = list(_add_files(writer, contents.files(snapshot.query, held=held)))
        for name, text in keys.present().items() if with_keys else ():
            writer.add_bytes(f"{keys.FOLDER}/{name}", text.encode(), mtime=started_at.timestamp())
        manifest = Manifest(
            product_version=kayasupport.VERSION,
            created_at=started_at.isoformat(timespec="seconds"),
            engine=connection.vendor,
            engine_version=engine.version(),
            migrations=database.migrations(snapshot.query),
            rows=database.count_rows(snapshot.query, tables=database.tables()),
            keys=keys.fingerprints(),
            gone=gone,
            members=list(writer.members),
        )
    writer.end(manifest, mtime=started_at.timestamp())
    return manifest


def prune(folder: Path, *, keep: int) -> list[Path]:
    """Remove all but the newest backups of the folder; return those removed."""
    old = sorted(folder.glob(PATTERN))[:-keep]
    for path in old:
        path.unlink()
    return old


def _add_files(writer: Writer, files: Iterator[tuple[str, list[Path]]]) -> Iterator[str]:
    """Add the files; yield the names of those that are gone: the product goes on while we read."""
    for name, places in files:
        if not any(_was_added(writer, name, place) for place in places):
            yield name


def _was_added(writer: Writer, name: str, place: Path) -> bool:
    try:
        writer.add(name, place)
    except FileNotFoundError:
        return False
    return True


@contextmanager
def _work_folder(parent: Path) -> Iterator[Path]:
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as folder:
        yield Path(folder)


def _remove_stale(folder: Path) -> None:
    """Remove what a backup left that was killed: it holds what a backup holds."""
    for path in folder.glob(f"{PREFIX}*"):
        if path.stat().st_mtime < time.time() - STALE_AFTER:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
