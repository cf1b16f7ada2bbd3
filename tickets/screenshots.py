"""Screenshots as files: checked at the door, stored, cleaned in the worker."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils._os import safe_join
from django.utils.translation import gettext_lazy as _

from tickets import sandbox
from tickets.full_decode import decode_fully
from tickets.image_structure import MAX_EDGE, MAX_PIXELS, Refused, sniff

MIB = 1024 * 1024
MAX_FILES = 5
MAX_FILE_BYTES = 10 * MIB
MAX_TOTAL_BYTES = 25 * MIB
MAX_NAME = 100

EXTENSIONS = frozenset({".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".heic", ".heif"})
STORED_EXTENSIONS = {"png": "png", "jpeg": "jpg", "webp": "webp", "gif": "gif", "heic": "heic"}

MESSAGES = {
    "empty": _("“%(name)s” is empty. Choose the file again."),
    "too_large": _("“%(name)s” is larger than %(limit)s MB. Send a smaller one, for example a screenshot."),
    "too_many": _("You chose %(count)s files. Choose %(limit)s at most."),
    "total_too_large": _("The files are larger than %(limit)s MB together. Choose fewer or smaller ones."),
    "wrong_type": _("“%(name)s” is not a picture we can take. Choose a PNG, JPEG, WebP, GIF or HEIC file."),
    "unreadable": _("“%(name)s” is damaged and cannot be opened. Take the screenshot again."),
    "too_many_pixels": _("“%(name)s” has more than %(limit)s million pixels. Send a smaller picture."),
    "too_long_edge": _("“%(name)s” is wider or taller than %(limit)s pixels. Send it in parts."),
    "too_complex": _("“%(name)s” takes too long to open. Take a screenshot of it and send that one."),
    "busy": _("“%(name)s” could not be checked in time. Send fewer files, or try again in a minute."),
}
# The same in a few words, for lists.
SHORTLY = {
    "empty": _("empty"),
    "too_large": _("too large"),
    "too_many": _("more than %(limit)s files"),
    "total_too_large": _("too large together"),
    "wrong_type": _("no picture"),
    "unreadable": _("damaged"),
    "too_many_pixels": _("too large"),
    "too_long_edge": _("too large"),
    "too_complex": _("takes too long to open"),
    "busy": _("could not be checked in time"),
}
LIMITS = {
    "too_large": MAX_FILE_BYTES // MIB,
    "too_many": MAX_FILES,
    "total_too_large": MAX_TOTAL_BYTES // MIB,
    "too_many_pixels": MAX_PIXELS // 1_000_000,
    "too_long_edge": MAX_EDGE,
}

# The check of one submission, all its files together: nobody waits longer than 5 seconds.
DOOR_SECONDS = 4.0
CLEAN_SECONDS = 20.0
CLEAN_CPU_SECONDS = 15


def shortly(code: str) -> str:
    """Say in a few words why a file was refused."""
    return str(SHORTLY.get(code, code)) % {"limit": LIMITS.get(code)}


class ScreenshotRejected(Exception):
    """One file is not accepted; `str()` is the sentence for the requester, in the active language."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = {"limit": LIMITS.get(code), **params}

    def __str__(self) -> str:
        return MESSAGES[self.code] % self.params


class ScreenshotsRejected(Exception):
    """One or more files of a submission are not accepted."""

    def __init__(self, errors: list[ScreenshotRejected]) -> None:
        super().__init__(errors)
        self.errors = errors


class Uncleanable(Exception):
    """The stored file cannot be made into a clean picture; `reason` is "missing" or a key of MESSAGES."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Inspected:
    format: str  # png, jpeg, webp, gif, heic
    width: int  # px, as stored: a photograph may lie on its side
    height: int
    size: int  # bytes
    sha256: str
    extension: str  # after the content, not after the name


@dataclass(frozen=True)
class Cleaned:
    width: int  # px
    height: int
    size: int  # bytes
    format: str  # png or jpeg


def safe_name(name: str) -> str:
    """Return the name to show: no path, no control or direction characters, 100 characters at most."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    # C: controls, direction overrides ("gpj.exe" shown as "exe.jpg"), half surrogates; Zl, Zp: line ends.
    shown = "".join(c for c in name if not (unicodedata.category(c)[0] == "C" or c in "\u2028\u2029"))
    stem, dot, extension = " ".join(shown.split()).rpartition(".")
    extension = (dot + extension)[: MAX_NAME // 2]
    return stem[: MAX_NAME - len(extension)] + extension or "-"


def inspect_all(uploads: Sequence[UploadedFile]) -> list[Inspected]:
    """Check the files of one submission; raises ScreenshotsRejected with an error for each bad one."""
    if len(uploads) > MAX_FILES:
        raise ScreenshotsRejected([ScreenshotRejected("too_many", count=len(uploads))])
    if sum(upload.size or 0 for upload in uploads) > MAX_TOTAL_BYTES:
        raise ScreenshotsRejected([ScreenshotRejected("total_too_large")])
    until = monotonic() + DOOR_SECONDS
    inspected, errors = [], []
    for upload in uploads:
        try:
            inspected.append(_inspect(upload, name=upload.name or "", until=until))
        except ScreenshotRejected as error:
            errors.append(error)
    if errors:
        raise ScreenshotsRejected(errors)
    return inspected


def inspect(upload: File, *, name: str) -> Inspected:
    """Check one file, name and content; raises ScreenshotRejected, and nothing else, within 5 seconds."""
    return _inspect(upload, name=name, until=monotonic() + DOOR_SECONDS)


def _inspect(upload: File, *, name: str, until: float) -> Inspected:
    shown = safe_name(name)
    try:
        data = _read(upload)
        image_format = _format(data, name=shown)
        width, height = decode_fully(data, image_format=image_format, until=until)
    except Refused as refused:
        raise ScreenshotRejected(refused.code, name=shown) from refused
    return Inspected(
        format=image_format,
        width=width,
        height=height,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        extension=STORED_EXTENSIONS[image_format],
    )


def _read(upload: File) -> bytes:
    if upload.size > MAX_FILE_BYTES:
        raise Refused("too_large")
    upload.seek(0)
    data = upload.read(MAX_FILE_BYTES)
    if not data:
        raise Refused("empty")
    return data


def _format(data: bytes, *, name: str) -> str:
    # Name and content must both be on the list, but need not be the same: phones call a JPEG
    # "image.png", nobody can rename there, and we name and write the file anew anyway.
    image_format = sniff(data)
    if image_format is None or Path(name).suffix.lower() not in EXTENSIONS:
        raise Refused("wrong_type")
    return image_format


def clean(source: Path, destination: Path) -> Cleaned:
    """Write the picture anew: upright, sRGB, at most 2,560 px, first frame, no metadata.

    The destination appears complete or not at all. Raises Uncleanable, or sandbox.Stopped when
    the work was interrupted and is worth another attempt.
    """
    try:
        data = source.read_bytes()
    except FileNotFoundError as error:
        raise Uncleanable("missing") from error
    _make_private_dir(destination.parent)
    part = destination.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with _private_file(part) as file:
            answer = _clean_apart(data, output=file.fileno())
            size = os.fstat(file.fileno()).st_size
        part.replace(destination)
    finally:
        part.unlink(missing_ok=True)
    _sync(destination.parent)
    return Cleaned(width=answer.width, height=answer.height, size=size, format=answer.format)


def _clean_apart(data: bytes, *, output: int) -> sandbox.Decoded:
    try:
        return sandbox.run(
            data,
            image_format=sniff(data) or "",
            cpu_seconds=CLEAN_CPU_SECONDS,
            wall_seconds=CLEAN_SECONDS,
            output=output,
        )
    except Refused as refused:
        raise Uncleanable(refused.code) from refused


def new_path(extension: str) -> str:
    """Return a path below SCREENSHOT_DIR that nobody can guess."""
    return f"{timezone.now():%Y/%m/%d}/{secrets.token_hex(16)}.{extension}"


def path_of(relative: str) -> Path:
    """Return the file itself; raises SuspiciousFileOperation for a path that leads outside."""
    return Path(safe_join(settings.SCREENSHOT_DIR, relative))


def store(upload: File, inspected: Inspected) -> str:
    """Keep an inspected upload and return its relative path; it is on the disk when this returns."""
    relative = new_path(inspected.extension)
    path = path_of(relative)
    _make_private_dir(path.parent)
    try:
        with _private_file(path) as file:
            for chunk in upload.chunks():
                file.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    _sync(path.parent)
    return relative


def discard(relative: str) -> None:
    """Remove a stored file, if it is there."""
    with suppress(OSError):
        path_of(relative).unlink()


@contextmanager
def _private_file(path: Path) -> Iterator[io.BufferedWriter]:
    # 0600 from the first moment, not by a chmod afterwards.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(descriptor)


def _make_private_dir(path: Path) -> None:
    # mkdir(parents=True) would give the parents the default mode.
    if path.is_dir():
        return
    _make_private_dir(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    _sync(path.parent)


def _sync(directory: Path) -> None:
    # A file is only as safe as its name: the directory must reach the disk too.
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
