"""Images taken apart and put together wrongly: chunks, segments and boxes of the formats that we take."""

from __future__ import annotations

import struct
import zlib

from hypothesis import strategies as st

from tests import images
from tests.fuzz.hostile import damaged

SIDES = st.sampled_from([0, 1, 2, 255, 4_000, 20_001, 65_535, 100_000, 2**31 - 1, 2**31, 2**32 - 1])
APPENDED = [b"", images.HTML, images.SVG, images.PDF, images.png(), images.jpeg(), b"PK\3\4", b"\0" * 5_000]
# Decoded right here, and apart in a process of its own.
HERE = [
    images.png,
    images.talkative_png,
    images.transparent_palette_png,
    images.jpeg,
    images.sideways_jpeg,
    images.mpo,
]
APART = [
    images.webp, images.gif, images.heic, images.interlaced_png, lambda: images.animated("WEBP"),
    lambda: images.animated("GIF"), lambda: images.jpeg(progressive=True),
]  # fmt: skip


@st.composite
def mutated(draw, makers):
    """One of the images with bytes, pieces or sizes changed, or with another file behind or before it."""
    data = draw(st.sampled_from([maker() for maker in makers]))
    for _ in range(draw(st.integers(1, 2))):
        data = draw(st.sampled_from([damaged, spliced, resized]))(data)
        data = draw(data)
    before, after = draw(st.sampled_from(APPENDED)), draw(st.sampled_from(APPENDED))
    return (before if draw(st.integers(0, 9)) == 0 else b"") + data + after


@st.composite
def spliced(draw, data):
    """The same pieces with some left out, said again, in another order, or of another name."""
    head, pieces = taken_apart(data)
    if not pieces:
        return data
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(pieces) - 1))
        match draw(st.sampled_from(["drop", "again", "move", "many", "put"])):
            case "drop" if len(pieces) > 1:
                del pieces[at]
            case "again":
                pieces.insert(draw(st.integers(0, len(pieces))), pieces[at])
            case "move":
                pieces.insert(draw(st.integers(0, len(pieces) - 1)), pieces.pop(at))
            case "many":
                pieces[at:at] = [pieces[at]] * draw(st.sampled_from([70, 1_100]))
            case _:
                pieces[at] = draw(damaged(pieces[at]))
    return head + b"".join(pieces)


@st.composite
def resized(draw, data):
    """The header promises another size than there is."""
    width, height = draw(SIDES), draw(SIDES)
    if data.startswith(images.PNG_SIGNATURE) and len(data) > 33:
        head = struct.pack(">II", width, height) + data[24:29]
        return data[:8] + images.png_chunk(b"IHDR", head) + data[33:]
    if data.startswith(b"GIF8"):
        return data[:6] + struct.pack("<HH", width & 0xFFFF, height & 0xFFFF) + data[10:]
    if data.startswith(b"\xff\xd8"):
        at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
        return (
            data[: at + 5] + struct.pack(">HH", height & 0xFFFF, width & 0xFFFF) + data[at + 9 :]
            if at > 0
            else data
        )
    at = data.find(b"ispe")  # HEIC
    if at > 0:
        return data[: at + 8] + struct.pack(">II", width, height) + data[at + 16 :]
    at = data.find(b"VP8X")
    if at > 0:
        return (
            data[: at + 12] + struct.pack("<I", width)[:3] + struct.pack("<I", height)[:3] + data[at + 18 :]
        )
    return data


def taken_apart(data: bytes) -> tuple[bytes, list[bytes]]:
    """What stands before the first piece, and the pieces: PNG chunks, JPEG segments, RIFF chunks, boxes."""
    if data.startswith(images.PNG_SIGNATURE):
        return data[:8], _by_length(data[8:], at=0, extra=12)
    if data.startswith(b"\xff\xd8"):
        pieces = data[2:].split(b"\xff")
        return data[:2], [b"\xff" + piece for piece in pieces[1:]]
    if data.startswith(b"RIFF"):
        return data[:12], _by_length(data[12:], at=4, extra=8, order="<I")
    if data[4:8] == b"ftyp":
        return b"", _by_length(data, at=0, extra=0)
    return data[:6], [data[at : at + 64] for at in range(6, len(data), 64)]


def _by_length(data, *, at, extra, order=">I"):
    pieces = []
    while len(data) >= at + 4:
        length = max(8, struct.unpack_from(order, data, at)[0] + extra)
        length += length % 2 if order == "<I" else 0
        pieces.append(data[:length])
        data = data[length:]
    return [*pieces, data] if data else pieces


def with_right_checksums(data: bytes) -> bytes:
    """A PNG whose chunks say what they hold: behind the checksum, damage is met by the decoder."""
    head, chunks = taken_apart(data)
    if head != images.PNG_SIGNATURE:
        return data
    return head + b"".join(
        chunk[:-4] + struct.pack(">I", zlib.crc32(chunk[4:-4])) if len(chunk) >= 12 else chunk
        for chunk in chunks
    )
