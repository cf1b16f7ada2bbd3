"""Makers of test images: what phones send, and what attackers send. All return bytes."""

import functools
import hashlib
import io
import random
import struct
import zlib
from contextlib import contextmanager
from pathlib import Path

import pillow_heif
from PIL import Image, ImageCms, ImageDraw, ImageFont, PngImagePlugin

from tickets.image_structure import PNG_SIGNATURE

pillow_heif.register_heif_opener()

SECRET = "3275-NIK-PLANTED"  # must never survive cleaning
HTML = f"<!doctype html><script>alert('{SECRET}')</script>".encode()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
RED, BLUE = (220, 30, 30), (30, 30, 220)


def screen(size=(108, 234), mode="RGB"):
    """A screen with red on top and blue below, so that a test can tell which way is up."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0], size[1] // 2))
    return image.convert(mode)


def photograph(size=(300, 200)):
    """Many colours, as a camera sees them."""
    red = Image.linear_gradient("L").resize(size)
    green = red.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    noise = Image.frombytes("L", size, random.Random(7).randbytes(size[0] * size[1]))
    return Image.merge("RGB", (red, green, noise))


def saved(image, image_format, **options):
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()


def png(image=None, **options):
    return saved(image or screen(), "PNG", **options)


def jpeg(image=None, **options):
    return saved(image or screen(), "JPEG", quality=95, **options)


def webp(image=None, **options):
    return saved(image or screen(), "WEBP", **options)


def gif(image=None, **options):
    return saved(image or screen(), "GIF", **options)


def heic(image=None, **options):
    return saved(image or screen(), "HEIF", **options)


@functools.cache
def phone_screenshot():
    """A PNG of 1080 x 2340 and about 300 KB, the ordinary case."""
    image, draw = screen((1080, 2340)), random.Random(1)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(30)
    for line in range(34):
        text = f"Kode OTP tidak valid, silakan coba lagi ({draw.randrange(10**6)})"
        pen.text((40, 60 * line), text, font=font, fill="white")
    return png(image)


def exif(*, orientation=1):
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = SECRET  # maker
    tags.get_ifd(0x8825).update({1: "S", 2: (6.0, 12.0, 30.0), 3: "E", 4: (106.0, 49.0, 0.0), 29: SECRET})
    return tags


@functools.cache  # it holds the time it was made at
def srgb_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def sideways_jpeg(*, orientation=6):
    """A photograph lying on its side, with place, maker, profile, XMP and comment."""
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    return jpeg(
        screen().transpose(turns[orientation]),
        exif=exif(orientation=orientation),
        icc_profile=srgb_profile(),
        xmp=f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode(),
        comment=SECRET.encode(),
    )


def talkative_png():
    """A PNG with text chunks of all three kinds, EXIF and a profile."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    text.add_text("Packed", SECRET, zip=True)
    text.add_itxt("XML:com.adobe.xmp", SECRET)
    return png(pnginfo=text, exif=exif(), icc_profile=srgb_profile())


def mpo():
    """Two pictures in one JPEG file, as phones with two lenses write."""
    return saved(screen(), "MPO", save_all=True, append_images=[screen()])


def animated(image_format):
    return saved(
        screen(), image_format, save_all=True, append_images=[photograph(screen().size)], duration=50
    )


def transparent_palette_png():
    image = screen(mode="P")
    return png(image, transparency=image.getpixel((0, 0)))


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_header(width, height, *, depth=8, colour=2, interlace=0):
    fields = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return PNG_SIGNATURE + png_chunk(b"IHDR", fields)


@functools.cache
def blank_png(width, height, *, depth=8, colour=2, channels=3):
    """A PNG of any size in few bytes, made without the memory it takes to open it."""
    row = bytes(1 + (width * channels * depth + 7) // 8)
    packer = zlib.compressobj(6)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png_header(width, height, depth=depth, colour=colour) + png_chunk(b"IDAT", pixels) + IEND


IEND = png_chunk(b"IEND", b"")


def png_of_many_chunks(count=200_000):
    return png_header(8, 8) + png_chunk(b"teXt", b"") * count + IEND


def png_of_profiles(count=2_000):
    """Each profile is a MiB when unpacked, and Pillow unpacks them all."""
    profile = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(1024 * 1024)))
    return png_header(8, 8) + profile * count + png()[33:]


def png_with_wrong_filter():
    return png_header(1, 2) + png_chunk(b"IDAT", zlib.compress(b"\x00abc\x09abc")) + IEND


def with_wrong_checksum(data):
    at = data.index(b"IDAT") + 20
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def jpeg_segment(marker, body):
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


@functools.cache
def jpeg_of_scans(scans, *, size=(4000, 3000)):
    """A progressive JPEG whose last scan, which changes nothing, is repeated."""
    data = saved(Image.new("L", size), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * (scans - data.count(b"\xff\xda") + 1) + data[-2:]


def jpeg_of_segments(count=200_000):
    data = jpeg()
    return data[:2] + jpeg_segment(0xE5, b"") * count + data[2:]


def jpeg_of_padding(size=5_000_000):
    data = jpeg()
    return data[:2] + b"\xff" * size + data[2:]


def jpeg_of_greedy_exif():
    """5,000 EXIF entries that all point at the same 64 KB: 300 MB for who reads them."""
    entries = b"".join(struct.pack("<HHII", 40_000 + n, 7, 60_000, 8) for n in range(5_000))
    block = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 5_000) + entries
    data = jpeg()
    # Without the JFIF header, whose resolution would spare Pillow the look into EXIF.
    return data[:2] + jpeg_segment(0xE1, block) + data[20:]


def interlaced_png():
    """The seven passes of an 8 x 8 grey picture."""
    passes = [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)]
    rows = b"".join((b"\0" + bytes(width)) * height for width, height in passes)
    return png_header(8, 8, colour=0, interlace=1) + png_chunk(b"IDAT", zlib.compress(rows)) + IEND


def png_without_rows():
    """Far too few rows, then bytes behind the end of the stream, which zlib hands back for ever."""
    pixels = zlib.compress(bytes(3 * 1024 * 1024)) + b"behind the end"
    return png_header(6_000, 6_000) + png_chunk(b"IDAT", pixels) + IEND


def png_without_palette():
    return png_header(2, 1, colour=3) + png_chunk(b"IDAT", zlib.compress(b"\0ab")) + IEND


def gif_of_size(width, height):
    return b"GIF89a" + struct.pack("<HH", width, height) + gif()[10:]


def webp_of_size(width, height):
    """A header with room for more than the picture there is; without one, libwebp reads on."""
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas + webp()[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def swapped_profile():
    """sRGB with the primaries of red and blue exchanged: whoever applies it sees it."""
    return srgb_profile().replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")


# Name: maker, format that is found, size.
GOOD = {
    "png": (png, "png", (108, 234)),
    "jpeg": (jpeg, "jpeg", (108, 234)),
    "webp": (webp, "webp", (108, 234)),
    "gif": (gif, "gif", (108, 234)),
    "heic": (heic, "heic", (108, 234)),
    "mpo": (mpo, "jpeg", (108, 234)),
    "sideways": (sideways_jpeg, "jpeg", (234, 108)),
    "progressive": (lambda: jpeg(progressive=True), "jpeg", (108, 234)),
    "cmyk": (lambda: jpeg(screen(mode="CMYK")), "jpeg", (108, 234)),
    "16-bit": (lambda: png(screen(mode="I;16")), "png", (108, 234)),
    "one-bit": (lambda: png(screen(mode="1")), "png", (108, 234)),
    "palette": (transparent_palette_png, "png", (108, 234)),
    "interlaced": (interlaced_png, "png", (8, 8)),
    "talkative": (talkative_png, "png", (108, 234)),
    "animated png": (lambda: animated("PNG"), "png", (108, 234)),
    "animated gif": (lambda: animated("GIF"), "gif", (108, 234)),
    "animated webp": (lambda: animated("WEBP"), "webp", (108, 234)),
    "one pixel": (lambda: png(screen((1, 1))), "png", (1, 1)),
    "polyglot": (lambda: png() + HTML, "png", (108, 234)),
    "motion photo": (lambda: jpeg() + b"\xff\xda" * 5_000, "jpeg", (108, 234)),
    "greedy exif": (jpeg_of_greedy_exif, "jpeg", (108, 234)),
    "50 scans": (lambda: jpeg_of_scans(50, size=(400, 300)), "jpeg", (400, 300)),
}


@contextmanager
def no_child_left():
    """Fail when a process that was started for an image inside is there at the end."""
    before = _children()
    yield
    assert _children() - before == set()


def _children():
    tasks = Path("/proc/self/task").glob("*/children")
    return {pid for task in tasks for pid in task.read_text().split()}
