"""Decodes an upload once, in full, where that is cheap and still safe."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from PIL import Image

from tickets import sandbox
from tickets.image_structure import Jpeg, Refused, check_png_rows, read_jpeg, read_png, refuse_oversize

CPU_SECONDS = 4  # of the separate process
DECODES_AT_ONCE = 2  # in this process; the next one waits for its turn
# A progressive JPEG keeps 6-8 bytes per pixel until its last scan, and goes over all in every scan.
LIGHT_JPEG_PIXELS = 16_000_000
LIGHT_JPEG_WORK = 200_000_000  # pixels x scans

_slots = threading.BoundedSemaphore(DECODES_AT_ONCE)


def decode_fully(data: bytes, *, image_format: str, until: float) -> tuple[int, int]:
    """Decode all of it once and return width and height; raises Refused.

    A process per upload costs 100 ms, more than all the rest of a submission. So the two formats
    that nearly all screenshots have are read right here, by ways whose cost our own walk over the
    file has bounded: PNG without keeping pixels, JPEG at an eighth and without its metadata.
    Everything else (WebP and HEIC with large tables and plug-ins of their own, GIF, rare kinds of
    PNG and JPEG) is opened where it can be killed.
    """
    with turn(until=until):
        return _decode(data, image_format, until=until)


def _decode(data: bytes, image_format: str, *, until: float) -> tuple[int, int]:
    if image_format == "png":
        png = read_png(data)
        refuse_oversize(png.width, png.height)
        if not png.interlaced:
            check_png_rows(png, until=until)
            return png.width, png.height
    elif image_format == "jpeg":
        jpeg = read_jpeg(data)
        refuse_oversize(jpeg.width, jpeg.height)
        if _is_light(jpeg):
            _decode_draft(jpeg)
            return jpeg.width, jpeg.height
    return _decode_apart(data, image_format, until=until)


@contextmanager
def turn(*, until: float) -> Iterator[None]:
    """Wait for one of the few places in which this process decodes; raises Refused."""
    if not _slots.acquire(timeout=max(0.0, (until - monotonic()) / 2)):
        raise Refused("busy")
    try:
        yield
    finally:
        _slots.release()


def _is_light(jpeg: Jpeg) -> bool:
    pixels = jpeg.width * jpeg.height
    is_small = pixels <= LIGHT_JPEG_PIXELS and pixels * jpeg.scans <= LIGHT_JPEG_WORK
    return jpeg.is_ordinary and (jpeg.is_sequential or is_small)


def _decode_draft(jpeg: Jpeg) -> None:
    try:
        with Image.open(io.BytesIO(jpeg.essential), formats=("JPEG",)) as image:
            image.draft("L", (1, 1))
            image.load()
    # Pillow promises no list of errors; whatever a file makes it raise, it cannot be read.
    except Exception as error:
        raise Refused("unreadable") from error


def _decode_apart(data: bytes, image_format: str, *, until: float) -> tuple[int, int]:
    try:
        answer = sandbox.run(
            data,
            image_format=image_format,
            cpu_seconds=CPU_SECONDS,
            wall_seconds=max(0.0, until - monotonic()),
            output=None,
        )
    # OSError: no process or no memory left for one.
    except (sandbox.Stopped, OSError) as error:
        raise Refused("busy") from error
    return answer.width, answer.height
