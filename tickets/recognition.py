"""The process that prepares one picture and then becomes tesseract; started by tickets.ocr.

Run as `python -m tickets.recognition`, with the picture on standard input. It knows neither Django
nor the settings. That it becomes the program, and does not start it, leaves one process to limit,
to watch and to kill.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import signal
import sys

from PIL import Image, ImageOps, ImageStat

from tickets.decoding import limit

# Of 80 error strings on generated phone screens 77 were read as drawn, 80 at this width, and 78 at
# 1,440 px, for half as much time again.
SHORT_EDGE = 1_080  # px
MAX_PIXELS = 3_000_000
MAX_ENLARGEMENT = 3
# The middle of all brightness, of 255, below which letters are taken to be light on dark.
DARK = 110
# 11: find as much text as possible, in no particular order. A screen is no page in columns.
SEGMENTATION = "11"
NICENESS = 10
CANNOT_BE_READ, IS_ABSENT = 3, 4
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    job = json.loads(sys.argv[1])
    die_with(job["parent"])
    os.nice(NICENESS)
    limit(cpu_seconds=job["cpu_seconds"], wall_seconds=job["wall_seconds"])
    try:
        page = prepared(sys.stdin.buffer.read())
    # Pillow promises no list of errors; whatever a file makes it raise, it cannot be read.
    except Exception:
        os._exit(CANNOT_BE_READ)
    hand_over(page)
    options = ["-l", "+".join(job["languages"]), "--psm", SEGMENTATION, "tsv"]
    try:
        os.execv(job["program"], [job["program"], "stdin", "stdout", *options])  # noqa: S606
    except OSError:
        os._exit(IS_ABSENT)


def die_with(parent: int) -> None:
    """Have the kernel end us, and what we become, with the worker, however that ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def prepared(data: bytes) -> Image.Image:
    """Return the picture as tesseract reads it best: grey, dark on light, letters of a good size."""
    image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    grey = on_white(image).convert("L")
    if ImageStat.Stat(grey).median[0] < DARK:
        grey = ImageOps.invert(grey)
    size = read_size(grey.size)
    return grey if size == grey.size else grey.resize(size, Image.Resampling.BICUBIC)


def on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    picture = image.convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture)


def read_size(size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    scale = min(SHORT_EDGE / min(size), MAX_ENLARGEMENT, (MAX_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def hand_over(page: Image.Image) -> None:
    """Put the page, uncompressed, where tesseract will find its standard input."""
    descriptor = os.memfd_create("page")
    with os.fdopen(os.dup(descriptor), "wb") as file:
        page.save(file, "PPM")
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.dup2(descriptor, 0)


if __name__ == "__main__":
    main()
