"""What lies in the data folder, and what a backup does with each of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from django.conf import settings

from tickets import disk
from tickets.models import IdentityFile, Screenshot
from tickets.models.screenshot import ScreenshotState
from triage import versions

Query = Callable[[str], list[Any]]


class Fate(Enum):
    DATABASE = "in every backup, as a snapshot"
    KEPT = "in every backup"
    KEY = "in a backup only when asked for"
    MADE_ANEW = "made by the next start"
    LEFT = "may be lost at any time"


# A test walks the sources and a running product for names that are not here: what is new is decided here.
FATES = {
    "kayasupport.sqlite3": Fate.DATABASE,
    "kayasupport.sqlite3-shm": Fate.DATABASE,
    "kayasupport.sqlite3-wal": Fate.DATABASE,
    "screenshots": Fate.KEPT,
    # Sealed as they lie there: without IDENTITY_KEYS a backup shows nobody a card.
    "identity": Fate.KEPT,
    # The models that agents' corrections have taught; those of the shipped examples come along.
    "triage": Fate.KEPT,
    "secret_key": Fate.KEY,
    "keys-of-backup": Fate.KEY,
    "bundles": Fate.MADE_ANEW,
    "static": Fate.MADE_ANEW,
    "static.stamp": Fate.MADE_ANEW,
    "backups": Fate.LEFT,
    "beat": Fate.LEFT,
    "broker": Fate.LEFT,
    "dev.lock": Fate.LEFT,
    "log": Fate.LEFT,
    # What a mail server would have been given, with links that are still good; the texts are in the rows.
    "mail": Fate.LEFT,
    "restoring": Fate.LEFT,
    "turns": Fate.LEFT,
}


@dataclass(frozen=True)
class Folder:
    """One folder of files: where it is here, and which of its files a backup has, by name."""

    place: Callable[[], Path]
    names: Callable[[Query], Iterator[str]]
    file_mode: int
    folder_mode: int


def _names_of_screenshots(query: Query) -> Iterator[str]:
    rows = query(f"SELECT original_path, clean_path FROM {Screenshot._meta.db_table}")  # noqa: S608 (constant)
    yield from (name for row in rows for name in row if name)


def _names_of_proofs(query: Query) -> Iterator[str]:
    rows = query(f"SELECT path FROM {IdentityFile._meta.db_table}")  # noqa: S608 (constant)
    yield from (name for (name,) in rows)


def _names_of_models(query: Query) -> Iterator[str]:
    """The versions that a pointer names, then the pointers: a run of training may be writing another one."""
    place = settings.TRIAGE_MODEL_DIR
    known = {*versions.listed(place), versions.candidate(place)} - {""}
    for version in sorted(known):
        yield from sorted(str(path.relative_to(place)) for path in (place / version).glob("[!.]*"))
    yield from (name for name in (versions.CANDIDATE, versions.CURRENT) if (place / name).exists())


FOLDERS = {
    "screenshots": Folder(lambda: settings.SCREENSHOT_DIR, _names_of_screenshots, 0o600, 0o700),
    "identity": Folder(lambda: Path(settings.IDENTITY_DIR), _names_of_proofs, 0o600, 0o700),
    # Readable for all, as training leaves them: web and worker may run as another user.
    "triage": Folder(lambda: Path(settings.TRIAGE_MODEL_DIR), _names_of_models, 0o644, 0o755),
}


def hold(query: Query, *, at: Path) -> None:
    """Give the files that a worker may be about to remove a second name, which stays with the backup.

    Only screenshots that wait to be cleaned are replaced; the rows of the snapshot still know the originals.
    """
    table, state = Screenshot._meta.db_table, ScreenshotState.RECEIVED
    waiting = query(f"SELECT original_path FROM {table} WHERE state = '{state}'")  # noqa: S608 (constants)
    for (name,) in waiting:
        # On another disk, or gone already: then the manifest says so.
        with suppress(OSError):
            os.link(settings.SCREENSHOT_DIR / name, at / Path(name).name)


def files(query: Query, *, held: Path) -> Iterator[tuple[str, list[Path]]]:
    """Yield the name of each member, and where its file may be."""
    for title, folder in FOLDERS.items():
        for name in folder.names(query):
            yield f"{title}/{name}", [folder.place() / name, held / Path(name).name]


def put_back(names: list[str], *, source: Path) -> int:
    """Move the files of the members from the folder `source` to where they belong; return how many.

    May be done again after it was cut off: what has been moved already lies there unchanged.
    """
    done = 0
    for name in names:
        title, _, rest = name.partition("/")
        if folder := FOLDERS.get(title):
            _move(source / name, folder.place() / rest, folder=folder)
            done += 1
    return done


def _move(source: Path, target: Path, *, folder: Folder) -> None:
    disk.make_folders(target.parent, mode=folder.folder_mode)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        source.rename(part)
    except OSError:  # the models may lie on another disk
        part.write_bytes(source.read_bytes())
        os.utime(part, (source.stat().st_mtime,) * 2)
    part.chmod(folder.file_mode)
    part.replace(target)
