"""Restores a backup into an empty installation."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from kayasupport import listening, preparation
from kayasupport.backups import archive, contents, database, keys
from kayasupport.backups.manifest import Manifest
from kayasupport.backups.problems import Differs, Refused

Say = Callable[[str], None]

MIGRATES_WITHIN = 6 * 3600  # seconds


def restore(file: BinaryIO, *, say: Say) -> Manifest:
    """Bring back database and files, then the tables up to this release.

    Everything is unpacked and compared first. Then come the files, which mean nothing without rows, and the
    database last, in one transaction: until that has happened it is empty, and a restore that was cut off can
    be started again. Raises Refused, Damaged, ToolFailed, Differs, OSError.
    """
    preparation.make_folders()
    with _alone(), _staging() as staged:
        refuse_where_not_empty()
        say("Checking the archive …")
        found = archive.read(file, into=staged)
        refuse_unless_fit(found)
        say(f"Putting back the files, {len(found.members) - 1} …")
        contents.put_back([member.name for member in found.members], source=staged)
        for line in keys.put_back(staged):
            say(line)
        os.sync()
        say("Filling the database …")
        database.engine().load(staged / database.engine().DUMP)
        _compare(found)
        say("Bringing the tables up to this release (if this is cut off: manage.py migrate) …")
        _migrate()
    return found


def refuse_where_not_empty() -> None:
    """Raise Refused when something would be lost, or somebody is at work."""
    here = database.holds()
    if here:
        raise Refused(
            f"The database holds {' and '.join(here)}; a backup is restored into an empty installation only."
            f" {_make_room()}"
        )
    others = database.engine().others()
    if others:
        raise Refused(f"{others} other connections use the database: stop web, worker and beat first.")
    database.engine().check_tools()


def refuse_unless_fit(found: Manifest) -> None:
    """Raise Refused when this release or this database cannot take the backup."""
    if found.engine != connection.vendor:
        wanted = "without DATABASE_URL" if found.engine == "sqlite" else "with DATABASE_URL"
        raise Refused(
            f"The backup is of {found.engine}, and this installation runs on {connection.vendor}."
            f" Restore it into one {wanted}; backups do not move between the two."
        )
    titles = {member.name.partition("/")[0] for member in found.members}
    strange = titles - {*contents.FOLDERS, keys.FOLDER, database.engine().DUMP}
    newer = [*database.unknown(found.migrations), *sorted(strange)]
    if newer:
        raise Refused(
            f"The backup is of a newer release ({found.product_version}): this one does not know {newer[0]}."
            " Upgrade first."
        )
    database.engine().check_tools(archive_version=found.engine_version)


def _make_room() -> str:
    if settings.EMBEDDED:
        return f"Stop the product and move {settings.DATA_DIR} aside, or name another folder by DATA_DIR."
    return "Create another database and name it in DATABASE_URL, or drop this one and create it anew."


@contextmanager
def _alone() -> Iterator[None]:
    """Keep `make run`, and another restore, out of the data folder."""
    try:
        lock = listening.lock(settings.DATA_DIR / "dev.lock")
    except listening.Refused as error:
        raise Refused(f"{error} Stop it first.") from error
    with lock:
        listening.sign(lock, f"a restore (process {os.getpid()})")
        yield


@contextmanager
def _staging() -> Iterator[Path]:
    """A folder on the disk of the data, so that putting back a file is giving it another name."""
    folder = settings.DATA_DIR / "restoring"
    shutil.rmtree(folder, ignore_errors=True)  # of one that was killed
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compare(found: Manifest) -> None:
    now = database.count_rows(database.ask, tables=sorted(found.rows))
    wrong = [name for name, rows in found.rows.items() if now[name] != rows]
    if wrong:
        raise Differs(f"Rows are missing after the restore in {', '.join(wrong)}: do not use this database.")


def _migrate() -> None:
    # A process of its own: the keys may be others now, and an index over every ticket takes its time.
    connection.close()
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--no-input", "--verbosity=0"]
    environment = {**os.environ, "STATEMENT_SECONDS": "0"}
    subprocess.run(command, env=environment, check=True, timeout=MIGRATES_WITHIN)  # noqa: S603 (this program)
