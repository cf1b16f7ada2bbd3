"""What an image file says about itself, read byte by byte before any library opens it."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from time import monotonic
from typing import NamedTuple

from isal import isal_zlib

MAX_PIXELS = 50_000_000
MAX_EDGE = 20_000  # px
MAX_JPEG_SCANS = 100
# Pillow and we walk these in Python, 1-3 µs each: 10 MiB of empty ones would be seconds.
MAX_JPEG_SEGMENTS = 1_000
MAX_JPEG_PADDING = 64 * 1024  # bytes between segments
MAX_PNG_CHUNKS = 20_000
# Each may unpack to a MiB, 3 ms, however small it is in the file.
MAX_PNG_PACKED_TEXTS = 64
PNG_PACKED_TEXTS = (b"zTXt", b"iTXt")

HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Colour type: channels, and the bit depths it may have (PNG specification, table 11.1).
PNG_COLOURS = {
    0: (1, {1, 2, 4, 8, 16}),
    2: (3, {8, 16}),
    3: (1, {1, 2, 4, 8}),
    4: (2, {8, 16}),
    6: (4, {8, 16}),
}
PNG_PALETTE = 3
INFLATE_INPUT = 64 * 1024  # small: zlib copies the unread rest of its input at every call
INFLATE_OUTPUT = 256 * 1024

# FF 00 is a data byte and FF D0-D7 a restart inside a scan. Without "+" on the FF on
# purpose: with it, a file of nothing but FF takes quadratic time.
JPEG_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
SOI, EOI, SOS, TEM, COM = 0xD8, 0xD9, 0xDA, 0x01, 0xFE
APP = range(0xE0, 0xF0)
SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
BASELINE = frozenset({0xC0, 0xC1})
PROGRESSIVE = 0xC2


class Refused(Exception):
    """The image is not accepted; `code` is a key of `tickets.screenshots.MESSAGES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Png:
    width: int
    height: int
    row_bytes: int  # filter byte included
    interlaced: bool
    pixels: list[memoryview]  # deflated


@dataclass(frozen=True)
class Jpeg:
    width: int
    height: int
    scans: int
    is_sequential: bool  # decoded row by row: needs no memory for the whole picture
    is_ordinary: bool  # Huffman-coded baseline or progressive: what cameras and phones write
    essential: bytes  # the file without APPn and COM segments and whatever follows its end


class Segment(NamedTuple):
    marker: int
    start: int
    stop: int


def sniff(data: bytes) -> str | None:
    """Return the format that the first bytes announce, or None when we do not take it."""
    if data.startswith(PNG_SIGNATURE):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        return "heic"
    return None


def refuse_oversize(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise Refused("too_many_pixels")
    if max(width, height) > MAX_EDGE:
        raise Refused("too_long_edge")
    if min(width, height) < 1:
        raise Refused("unreadable")


def read_png(data: bytes) -> Png:
    """Walk all chunks of a PNG, the ones behind the pixels too: decoders read them as well."""
    chunks = list(_png_chunks(data))
    kinds = [kind for kind, _body in chunks]
    if kinds.count(b"iCCP") > 1 or sum(map(kinds.count, PNG_PACKED_TEXTS)) > MAX_PNG_PACKED_TEXTS:
        raise Refused("too_complex")
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds:
        raise Refused("unreadable")
    first = kinds.index(b"IDAT")
    # The first run of pixels: later ones belong to nobody, or to an animation.
    run = takewhile(lambda chunk: chunk[0] == b"IDAT", chunks[first:])
    pixels = [body for _kind, body in run]
    return _png(chunks[0][1], has_palette=b"PLTE" in kinds[:first], pixels=pixels)


def _png(header: memoryview, *, has_palette: bool, pixels: list[memoryview]) -> Png:
    if len(header) != 13:
        raise Refused("unreadable")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    channels, depths = PNG_COLOURS.get(colour, (0, set()))
    if depth not in depths or compression or filtering or interlace > 1:
        raise Refused("unreadable")
    if colour == PNG_PALETTE and not has_palette:
        raise Refused("unreadable")
    row_bytes = 1 + (width * depth * channels + 7) // 8
    return Png(width, height, row_bytes, interlace == 1, pixels)


def check_png_rows(png: Png, *, until: float) -> None:
    """Inflate every row of a PNG that is not interlaced; raise Refused when one is missing or wrong.

    Proves what a decoder proves: checksums, deflate stream, number of rows, filter types.
    Nothing is kept, so 50 megapixels cost half a MiB and not 200; undoing the filters, which
    cannot fail, is left out. `until` is a time.monotonic() moment.
    """
    wanted = png.row_bytes * png.height
    at = 0
    for rows in _inflated(png.pixels, until=until):
        rows = rows[: wanted - at]
        filters = rows[-at % png.row_bytes :: png.row_bytes]
        if filters.translate(None, b"\x00\x01\x02\x03\x04"):
            raise Refused("unreadable")
        at += len(rows)
        if at == wanted:
            return
    raise Refused("unreadable")


def read_jpeg(data: bytes) -> Jpeg:
    """Walk the markers of the first picture of a JPEG; a phone's MPO has several."""
    segments = list(_jpeg_segments(data))
    markers = [segment.marker for segment in segments]
    frames = [segment for segment in segments if segment.marker in SOF]
    if SOS not in markers or len(frames) != 1:
        raise Refused("unreadable")
    frame, scan = frames[0], segments[markers.index(SOS)]
    head = segments[: markers.index(SOS)]
    if scan.start - sum(segment.stop - segment.start for segment in head) > MAX_JPEG_PADDING:
        raise Refused("too_complex")
    # What is left out, Pillow gathers in memory and reads in Python: a crafted EXIF block
    # of 60 KB alone costs it 300 MB.
    kept = [data[part.start : part.stop] for part in head if part.marker != COM and part.marker not in APP]
    end = segments[-1].stop if markers[-1] == EOI else len(data)
    essential = b"".join([data[:2], *kept, data[scan.start : end]])
    return _jpeg(
        frame.marker,
        data[frame.start : frame.start + 10],
        data[scan.start : scan.start + 5],
        essential=essential,
    )


def _jpeg(kind: int, frame: bytes, scan: bytes, *, essential: bytes) -> Jpeg:
    if len(frame) < 10 or len(scan) < 5:
        raise Refused("unreadable")
    height, width, components = struct.unpack(">HHB", frame[5:10])
    # Inside a scan FF is always stuffed, so counting the two bytes cannot count too few.
    scans = essential.count(bytes((0xFF, SOS)))
    if scans > MAX_JPEG_SCANS:
        raise Refused("too_complex")
    return Jpeg(
        width=width,
        height=height,
        scans=scans,
        # A scan with only some of the components makes libjpeg keep the whole picture too.
        is_sequential=kind in BASELINE and scans == 1 and scan[4] == components,
        is_ordinary=kind in BASELINE or kind == PROGRESSIVE,
        essential=essential,
    )


def _jpeg_segments(data: bytes) -> Iterator[Segment]:
    """Yield the segments up to the end of the picture; what a scan is followed by is not counted in."""
    at = 2
    for _ in range(MAX_JPEG_SEGMENTS):
        found = JPEG_MARKER.search(data, at)
        if not found:
            return
        marker, at = found[1][0], found.end()
        if marker in {SOI, TEM}:
            continue
        if marker != EOI:
            length = int.from_bytes(data[at : at + 2], "big")
            if length < 2 or at + length > len(data):
                raise Refused("unreadable")
            at += length
        yield Segment(marker, found.start(), at)
        if marker == EOI:
            return
    raise Refused("too_complex")


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    view, at = memoryview(data), len(PNG_SIGNATURE)
    for _ in range(MAX_PNG_CHUNKS):
        if len(view) < at + 12:
            return
        length, kind = struct.unpack_from(">I4s", view, at)
        body, crc = view[at + 8 : at + 8 + length], view[at + 8 + length : at + 12 + length]
        # A damaged comment does no harm, a damaged pixel shows: only capitals are critical.
        if kind[:1].isupper() and zlib.crc32(view[at + 4 : at + 8 + length]) != int.from_bytes(crc, "big"):
            raise Refused("unreadable")
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length
    raise Refused("too_complex")


def _inflated(bodies: list[memoryview], *, until: float) -> Iterator[bytes]:
    # Nearly all the cost of a PNG at the door is here; ISA-L takes a third of zlib's time.
    inflater = isal_zlib.decompressobj()
    for body in bodies:
        for start in range(0, len(body), INFLATE_INPUT):
            yield from _inflated_piece(inflater, body[start : start + INFLATE_INPUT], until=until)
            if inflater.eof:
                return


def _inflated_piece(
    inflater: isal_zlib.Decompress, piece: memoryview | bytes, *, until: float
) -> Iterator[bytes]:
    is_full = False
    # A full answer may leave more behind in the inflater although the piece is used up. And behind
    # the end of the stream zlib hands the rest of the piece back, unread, for ever: hence eof.
    while (piece or is_full) and not inflater.eof:
        if monotonic() > until:
            raise Refused("busy")
        try:
            rows = inflater.decompress(piece, INFLATE_OUTPUT)
        except isal_zlib.error as error:  # type: ignore[misc]  # an exception; its stub forgets to say so
            raise Refused("unreadable") from error
        yield rows
        piece, is_full = inflater.unconsumed_tail, len(rows) == INFLATE_OUTPUT
