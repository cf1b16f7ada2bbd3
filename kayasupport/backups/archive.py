"""The archive: a tar without links or folders, the manifest at its end.

A tar because everybody has a program for it in twenty years; not packed as a whole, because screenshots
cannot be packed any further. The manifest comes last, so that everything is read and written once, and an
archive that was cut short has none.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from pathlib import Path
from typing import BinaryIO

from kayasupport.backups import manifest
from kayasupport.backups.manifest import Manifest, Member
from kayasupport.backups.problems import Damaged
from tickets import disk

# Parts of a name that lead nowhere else. We make all of them ourselves, so that this is no loss.
_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*", re.ASCII)
_BLOCK = 1024 * 1024  # bytes
_SHOWN = 3  # complaints in one sentence


class Writer:
    """Writes members one after the other; remembers what it has written."""

    def __init__(self, file: BinaryIO) -> None:
        self._tar = tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 (closed by end)
        self.members: list[Member] = []

    def add(self, name: str, path: Path) -> None:
        """Raises FileNotFoundError, with nothing written, when the file is gone."""
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            self._add(name, file, size=status.st_size, mtime=int(status.st_mtime))

    def add_bytes(self, name: str, content: bytes, *, mtime: float) -> None:
        self._add(name, io.BytesIO(content), size=len(content), mtime=int(mtime))

    def end(self, last: Manifest, *, mtime: float) -> None:
        self.add_bytes(manifest.NAME, last.to_json(), mtime=mtime)
        self._tar.close()

    def _add(self, name: str, file: BinaryIO, *, size: int, mtime: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, mtime, 0o600
        counted = _Counted(file)
        self._tar.addfile(info, counted)  # type: ignore[arg-type]  # it only reads
        self.members.append(Member(name, size, counted.digest.hexdigest()))


class _Counted:
    """A file that is digested while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        return block


def read(file: BinaryIO, *, into: Path | None = None) -> Manifest:
    """Compare every member with the manifest and, with `into`, lay them down in that empty folder.

    Raises Damaged, or Refused for an archive of a newer release. Nothing is laid down outside of the folder:
    tarfile only reads here, and the names are checked one by one (its filters are newer than Debian's 3.11).
    """
    found: dict[str, Member] = {}
    last: Manifest | None = None
    try:
        with tarfile.open(fileobj=file, mode="r|") as tar:
            for info in tar:
                source = _source(tar, info, found, is_over=last is not None)
                if info.name == manifest.NAME:
                    last = manifest.from_json(source.read())
                else:
                    found[info.name] = _take(info, source, into=into)
    except (tarfile.TarError, EOFError) as error:
        raise Damaged(f"it is no tar archive, or was cut short ({error})") from error
    if last is None:
        raise Damaged(f"it was cut short: there is no {manifest.NAME} at its end")
    _compare(found, last)
    return last


def _source(tar: tarfile.TarFile, info: tarfile.TarInfo, found: dict, *, is_over: bool) -> BinaryIO:
    """Return the member's content; raises Damaged for what a backup never has."""
    source = tar.extractfile(info) if info.isreg() else None
    if source is None or not _NAME.fullmatch(info.name):
        raise Damaged(f"it holds {info.name!r}, which no backup has")
    if is_over or info.name in found:
        raise Damaged(f"it holds {info.name!r} once too often, or after the end")
    return source  # type: ignore[return-value]


def _take(info: tarfile.TarInfo, source: BinaryIO, *, into: Path | None) -> Member:
    target = open(os.devnull, "wb") if into is None else _new_file(into / info.name)  # noqa: SIM115 (below)
    counted = _Counted(source)
    size = 0
    with target:
        while block := counted.read(_BLOCK):
            size += target.write(block)
    if into is not None:
        # Files that no row knows are removed by their age.
        os.utime(into / info.name, (info.mtime, info.mtime))
    return Member(info.name, size, counted.digest.hexdigest())


def _new_file(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return disk.new_private_file(path)


def _compare(found: dict[str, Member], last: Manifest) -> None:
    wanted = {member.name: member for member in last.members}
    names = sorted(found.keys() | wanted.keys())
    wrong = [name for name in names if found.get(name) != wanted.get(name)]
    if wrong:
        shown = ", ".join(wrong[:_SHOWN])
        raise Damaged(f"{len(wrong)} of its {len(names)} members are missing or not as they were: {shown}")
