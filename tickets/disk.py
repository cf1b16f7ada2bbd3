"""Files that are nobody else's to read, and that are there after a power cut."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django.utils._os import safe_join

Item = TypeVar("Item")
FULL = {errno.ENOSPC, errno.EDQUOT}


def make_folders(path: Path, *, mode: int = 0o700) -> None:
    """Make the folder and all above it in this mode, which mkdir(parents=True) gives the last one only."""
    if path.is_dir():
        return
    make_folders(path.parent, mode=mode)
    path.mkdir(mode=mode, exist_ok=True)
    sync_folder(path.parent)


def new_private_file(path: Path) -> BinaryIO:
    """Open a file that is not there yet: 0600 from the first moment. Raises FileExistsError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    return os.fdopen(descriptor, "wb")


def nameless_file() -> BinaryIO:
    """Open an empty file that is in memory only; where a system has none such, one without a name."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("nameless"), "w+b")
    return tempfile.TemporaryFile()


def sync(file: BinaryIO) -> None:
    """Have what was written to the file on the disk when this returns."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """The same for the names in a folder: a file is only as safe as its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_room(folder: Path, *, size: int) -> None:
    """Raise the OSError of a full disk before something costly is begun that needs so many bytes."""
    found = os.statvfs(folder)
    if found.f_bavail * found.f_frsize < size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


@contextmanager
def appearing(path: Path) -> Iterator[BinaryIO]:
    """Write a private file that is there complete or not at all, in place of the one that is there now."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with new_private_file(part) as file:
            yield file
            sync(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


class DatedFolder:
    """Private files below a folder of the settings, by day, under names that nobody can guess.

    A row knows a file by its path from there.
    """

    def __init__(self, setting: str) -> None:
        self.setting = setting

    def new_path(self, extension: str) -> str:
        return f"{timezone.now():%Y/%m/%d}/{secrets.token_hex(16)}.{extension}"

    def path_of(self, relative: str) -> Path:
        """Return the file itself; raises SuspiciousFileOperation for a path that leads outside."""
        return Path(safe_join(getattr(settings, self.setting), relative))

    def keep(self, chunks: Iterable[bytes], *, extension: str) -> str:
        """Write a new file and return its path; it is on the disk when this returns. Raises OSError."""
        relative = self.new_path(extension)
        path = self.path_of(relative)
        make_folders(path.parent)
        try:
            with new_private_file(path) as file:
                file.writelines(chunks)
                sync(file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
        return relative

    def discard(self, relative: str) -> None:
        """Remove a file, if it is there."""
        with suppress(OSError):
            self.path_of(relative).unlink()


@contextmanager
def kept_with_rows(
    items: Iterable[Item], *, store: Callable[[Item], str], discard: Callable[[str], None]
) -> Iterator[list[str]]:
    """Keep files while their rows are written, and remove them when the rows are not; gives their paths."""
    paths: list[str] = []
    try:
        for item in items:
            paths.append(store(item))
        yield paths
    except (OperationalError, InterfaceError):
        # A connection that breaks in COMMIT does not tell whether the rows are there, and a retry
        # would find them without their files. cleaning.discard_orphan_files finds out.
        raise
    except Exception:
        for path in paths:
            discard(path)
        raise
