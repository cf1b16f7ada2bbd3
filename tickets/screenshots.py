"""Screenshots as files: checked at the door, stored, cleaned in the worker."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from tickets import disk, sandbox
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

FOLDER = disk.DatedFolder("SCREENSHOT_DIR")
new_path, path_of, discard = FOLDER.new_path, FOLDER.path_of, FOLDER.discard


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


def inspect_all(uploads: Sequence[UploadedFile], *, most: int = MAX_FILES) -> list[Inspected]:
    """Check the files of one submission; raises ScreenshotsRejected with an error for each bad one."""
    if len(uploads) > most:
        raise ScreenshotsRejected([ScreenshotRejected("too_many", count=len(uploads), limit=most)])
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

    The destination appears complete or not at all. Raises Uncleanable, or sandbox.Stopped or OSError
    (a full disk) when the work was interrupted and is worth another attempt.
    """
    try:
        data = source.read_bytes()
    except FileNotFoundError as error:
        raise Uncleanable("missing") from error
    disk.make_folders(destination.parent)
    # Hundreds may wait for room, and the workers that would open them in vain have triage to do.
    disk.check_room(destination.parent, size=len(data))
    with disk.appearing(destination) as file:
        answer = _clean_apart(data, output=file.fileno(), seconds=CLEAN_SECONDS)
        size = os.fstat(file.fileno()).st_size
    return Cleaned(width=answer.width, height=answer.height, size=size, format=answer.format)


def cleaned_in_memory(data: bytes, *, seconds: float) -> tuple[Cleaned, bytes]:
    """The same with a picture that must not lie on the disk; raises Uncleanable, or sandbox.Stopped."""
    with disk.nameless_file() as file:
        answer = _clean_apart(data, output=file.fileno(), seconds=seconds)
        file.seek(0)
        picture = file.read()
    cleaned = Cleaned(width=answer.width, height=answer.height, size=len(picture), format=answer.format)
    return cleaned, picture


def _clean_apart(data: bytes, *, output: int, seconds: float) -> sandbox.Decoded:
    try:
        return sandbox.run(
            data,
            image_format=sniff(data) or "",
            cpu_seconds=CLEAN_CPU_SECONDS,
            wall_seconds=seconds,
            output=output,
        )
    except Refused as refused:
        raise Uncleanable(refused.code) from refused


def store(upload: File, inspected: Inspected) -> str:
    """Keep an inspected upload and return its relative path; it is on the disk when this returns."""
    return FOLDER.keep(upload.chunks(), extension=inspected.extension)
