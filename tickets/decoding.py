"""The process that opens hostile images; run as `python -m tickets.decoding`, started by tickets.sandbox.

It knows neither Django nor the settings, gets the image on standard input, answers with one
JSON object on standard output, and writes a cleaned image to a descriptor it is given.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import sys

import pillow_heif

# Imported by name: Image.open() loads every plugin there is when it misses one, and answers
# with a KeyError for a format whose plugin is missing.
from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

from tickets.image_structure import MAX_PIXELS, Refused, refuse_oversize

PLUGINS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF", "heic": "HEIF"}
MEMORY_BYTES = 768 * 1024 * 1024  # of addresses, 150 MiB of them libraries and thread stacks
# Pillow's plugin holds a WebP four times over. No phone makes one this large.
MAX_WEBP_PIXELS = 24_000_000
OUTPUT_BYTES = 64 * 1024 * 1024
LONG_EDGE = 2_560  # px
# ... but a scrolling capture of 1080 x 20000 shrunk to that would be 138 px wide: unreadable.
SHORT_EDGE = 720  # px
FEW_COLOURS = 4_096
JPEG_QUALITY = 85
PNG_LEVEL = 3  # half the time of level 6 for the same size, on screenshots
BAND_ROWS = 512
EXIF_ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Unwritten(OSError):
    """The picture is clean, and has no place to go: a full disk says nothing about the picture."""


def main() -> None:
    job = json.loads(sys.argv[1])
    limit(cpu_seconds=job["cpu_seconds"], wall_seconds=job["wall_seconds"])
    try:
        answer = run(sys.stdin.buffer.read(), image_format=job["format"], output=job["output"])
    except Refused as refused:
        answer = {"error": refused.code}
    except Unwritten as error:
        answer = {"errno": error.errno}
    except MemoryError:
        answer = {"error": "too_complex"}
    except Image.DecompressionBombError:
        answer = {"error": "too_many_pixels"}
    # Plugins promise no list of errors; whatever a file makes them raise, it cannot be read.
    except Exception:
        answer = {"error": "unreadable"}
    print(json.dumps(answer), flush=True)
    # Not by way of the interpreter's shutdown: nothing is left to save, only time.
    os._exit(0)


def limit(*, cpu_seconds: int, wall_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The parent kills us in time; this is for the day when the parent is killed first.
    signal.alarm(wall_seconds + 1)


def run(data: bytes, *, image_format: str, output: int | None) -> dict[str, object]:
    image = open_image(data, image_format=image_format)
    return check(image) if output is None else clean(image, output=output)


def check(image: Image.Image) -> dict[str, object]:
    width, height = image.size
    # A JPEG at an eighth: every bit is still read, but 64 times fewer pixels are made. Not for
    # HEIC, whose plugin would look at the thumbnail instead.
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft("L", (1, 1))
    image.load()
    return {"width": width, "height": height}


def clean(image: Image.Image, *, output: int) -> dict[str, object]:
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft(None, fitted(image.size))
    image.load()
    picture = cleaned(image)
    file = io.BytesIO()
    written = write(picture, file)
    put(file.getbuffer(), output=output)
    return {"width": picture.width, "height": picture.height, "format": written}


def put(data: memoryview, *, output: int) -> None:
    if len(data) > OUTPUT_BYTES:
        raise Refused("too_complex")
    try:
        with os.fdopen(output, "wb") as file:
            file.write(data)
    except OSError as error:
        raise Unwritten(error.errno, error.strerror) from error


def open_image(data: bytes, *, image_format: str) -> Image.Image:
    # Pillow refuses at twice this, and only warns between; it must refuse at our limit, because
    # its WebP plugin makes room for the picture while it opens it.
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2
    if image_format == "heic":
        pillow_heif.register_heif_opener(
            thumbnails=False, depth_images=False, aux_images=False, decode_threads=2
        )
    image = Image.open(io.BytesIO(data), formats=(PLUGINS[image_format],))
    refuse_oversize(*image.size)
    if image_format == "webp" and image.width * image.height > MAX_WEBP_PIXELS:
        raise Refused("too_complex")
    return image


def cleaned(image: Image.Image) -> Image.Image:
    """Return the picture upright, in sRGB, not too large, and without anything but pixels."""
    turn, profile = orientation(image), image.info.get("icc_profile")
    picture = in_srgb(shrunk(image), profile=profile)
    if turn in UPRIGHT:
        picture = picture.transpose(UPRIGHT[turn])
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    # Pillow's writers take what they find in `info`: comment, profile, resolution.
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(EXIF_ORIENTATION, 1)
    # EXIF is a file format of its own, with as many ways to be wrong; the picture is not worse for it.
    except Exception:
        return 1


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size that a picture of this size is shrunk to, at least one pixel each way."""
    scale = min(1.0, max(LONG_EDGE / max(size), SHORT_EDGE / min(size)))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def shrunk(image: Image.Image) -> Image.Image:
    target = fitted(image.size)
    factor = max(1, min(image.width // target[0], image.height // target[1]))
    picture = reduced(image, factor)
    return picture.resize(target, Image.Resampling.LANCZOS) if picture.size != target else picture


def reduced(image: Image.Image, factor: int) -> Image.Image:
    """Shrink by a whole factor, band by band: at once, Pillow holds 50 megapixels three times over."""
    mode = working_mode(image)
    out = Image.new(mode, (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, image.height, BAND_ROWS * factor):
        bottom = min(top + BAND_ROWS * factor, image.height)
        band = converted(image.crop((0, top, image.width, bottom)), mode)
        out.paste(band.reduce(factor), (0, top // factor))
    return out


def working_mode(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "RGBA"
    if image.mode in {"L", "RGB", "CMYK"}:
        return image.mode
    return "L" if image.mode == "1" or image.mode.startswith("I") else "RGB"


def converted(image: Image.Image, mode: str) -> Image.Image:
    # 16-bit grey: convert() would cut off at 255 instead of scaling.
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    return image if image.mode == mode else image.convert(mode)


def in_srgb(image: Image.Image, *, profile: bytes | None) -> Image.Image:
    if not profile:
        return image if image.mode in {"RGB", "RGBA"} else image.convert("RGB")
    colours = image.convert("RGB") if image.mode == "RGBA" else image
    try:
        transform = ImageCms.buildTransform(
            io.BytesIO(profile), ImageCms.createProfile("sRGB"), colours.mode, "RGB"
        )
        colours = transform.apply(colours)
    # A profile for other channels, or a broken one: slightly wrong colours beat no picture.
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        colours = colours.convert("RGB")
    if image.mode == "RGBA":
        colours.putalpha(image.getchannel("A"))
    return colours


def write(picture: Image.Image, file: io.BytesIO) -> str:
    # Text stays sharp, and small, in a PNG; a photograph of a screen would be 10 MB in one.
    if picture.mode == "RGBA" or picture.getcolors(FEW_COLOURS):
        picture.save(file, "PNG", compress_level=PNG_LEVEL)
        return "png"
    picture.save(file, "JPEG", quality=JPEG_QUALITY)
    return "jpeg"


if __name__ == "__main__":
    main()
