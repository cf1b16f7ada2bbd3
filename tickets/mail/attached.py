"""What is attached to a mail: pictures go through the door that every upload goes through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypedDict

from django.core.files.base import ContentFile

from tickets import screenshots
from tickets.mail.parsing import File
from tickets.submission import Attachment

# Pictures in the text of this size (px) are logos and lines of a signature.
DECORATION = 300
EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/heic": ".heic",
}
NAMELESS = "gambar"
# Those that are not named are counted.
MAX_NAMED = 10


class Refusal(TypedDict):
    """What was refused, as an event may hold it: the ending of a file's name, and a code."""

    what: str
    because: str  # a key of screenshots.MESSAGES


@dataclass
class Taken:
    attachments: list[Attachment] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def take(files: Sequence[File]) -> Taken:
    """Check each file as the form does; a refused one does not cost the others."""
    taken, total = Taken(), 0
    for file in files:
        try:
            if len(taken.attachments) == screenshots.MAX_FILES:
                raise screenshots.ScreenshotRejected("too_many")
            if total + len(file.data) > screenshots.MAX_TOTAL_BYTES:
                raise screenshots.ScreenshotRejected("total_too_large")
            attachment = _checked(file)
        except screenshots.ScreenshotRejected as rejected:
            if len(taken.refused) < MAX_NAMED:
                taken.refused.append({"what": _ending(file), "because": rejected.code})
            continue
        if not _is_decoration(file, attachment):
            taken.attachments.append(attachment)
            total += len(file.data)
    return taken


def _checked(file: File) -> Attachment:
    if file.content_type.startswith("multipart/") or not file.data:
        raise screenshots.ScreenshotRejected("wrong_type" if file.data else "empty")
    name = file.name or NAMELESS + EXTENSIONS.get(file.content_type, "")
    # Outlook gives pictures in the text names without an ending.
    if not PurePath(name).suffix:
        name += EXTENSIONS.get(file.content_type, "")
    upload = ContentFile(file.data, name=name)
    return Attachment(file=upload, name=name, inspected=screenshots.inspect(upload, name=name))


def _is_decoration(file: File, attachment: Attachment) -> bool:
    return file.is_inline and max(attachment.inspected.width, attachment.inspected.height) < DECORATION


def _ending(file: File) -> str:
    """What kind of file it calls itself: "pdf"; never more of its name, which may say who somebody is."""
    ending = PurePath(file.name).suffix.lstrip(".") or file.content_type.rpartition("/")[2]
    return re.sub(r"[^a-z0-9]", "", ending.lower())[:12]
