"""How fast and how well screenshots are read: `python -m benchmarks.ocr`."""

from __future__ import annotations

import argparse
import io
import os
import re
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django
from PIL import Image, ImageDraw, ImageFont

from benchmarks.figures import say, show, spread, table

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kayasupport.settings")
django.setup()

from tickets import ocr  # noqa: E402 (needs the settings)
from tickets.demo.screens import SAYINGS  # noqa: E402

MORE_SAYINGS = (
    ("Terjadi kesalahan", "Alamat email sudah digunakan oleh akun lain. [ERR-4093]"),
    ("Something went wrong", "This link has expired. Request a new activation email."),
    ("Terlalu banyak percobaan", "Coba lagi dalam 30 menit."),
    ("Kode OTP salah", "Kode yang Anda masukkan tidak valid."),
)
# Paper, ink, quiet ink, accent.
LIGHT = ("#ffffff", "#1b2430", "#6b7683", "#2457a6")
DARK = ("#10161d", "#e8edf2", "#8b98a6", "#4fc3bb")
PALE = ("#f2f3f5", "#333a42", "#9aa3ad", "#b4501f")


@dataclass(frozen=True)
class Variant:
    name: str
    colours: tuple[str, str, str, str] = LIGHT
    width: int = 720  # px
    jpeg: int = 0  # quality; 0: PNG
    is_dimmed: bool = False  # a dialog over a darkened page
    is_desktop: bool = False


VARIANTS = (
    Variant("light"),
    Variant("dark", DARK),
    Variant("pale", PALE),
    Variant("large, dark", DARK, width=1080),
    Variant("small", width=360),
    Variant("small, dark", DARK, width=360),
    Variant("tiny", width=260),
    Variant("dialog over a dimmed page", is_dimmed=True),
    Variant("JPEG, quality 30", jpeg=30),
    Variant("small JPEG, quality 25, dark", DARK, width=430, jpeg=25),
    Variant("small JPEG, quality 15", width=430, jpeg=15),
    Variant("desktop 1366", width=1366, is_desktop=True),
    Variant("desktop 1366, dark", DARK, width=1366, is_desktop=True),
    Variant("desktop 1366, JPEG, quality 35", width=1366, jpeg=35, is_desktop=True),
)


def main() -> None:
    options = _options()
    if not ocr.is_available():
        raise SystemExit(f"No tesseract is installed. On Debian: {ocr.INSTALL}")
    variants = {variant.name: _measure(variant, options) for variant in VARIANTS}
    seconds = [value for figures in variants.values() for value in figures.pop("seconds")]
    found, drawn = (sum(figures[key] for figures in variants.values()) for key in ("found", "drawn"))
    result = {
        "benchmark": "ocr",
        "languages": ocr.languages(),
        "screenshots": len(seconds),
        "strings_drawn": drawn,
        "strings_found": found,
        "share_found": round(found / drawn, 4),
        **spread(seconds),
        "variants": variants,
    }
    show(result, lines=_lines(result), as_json=options.json)


def _measure(variant: Variant, options: argparse.Namespace) -> dict[str, Any]:
    found, seconds, sayings = 0, [], list(_sayings())[:: options.every]
    for heading, text in sayings:
        picture = _picture(variant, heading, text)
        began = time.perf_counter()
        read = _plain(" ".join(line.text for line in ocr.read(picture)))
        seconds.append(time.perf_counter() - began)
        found += sum(_plain(string) in read for string in (heading, text))
    say(f"{variant.name}: {found} of {2 * len(sayings)}")
    return {"drawn": 2 * len(sayings), "found": found, "seconds": seconds, **spread(seconds)}


def _sayings() -> Iterator[tuple[str, str]]:
    for sayings in SAYINGS.values():
        yield from sayings
    yield from MORE_SAYINGS


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


def _picture(variant: Variant, heading: str, text: str) -> bytes:
    draw = _desktop if variant.is_desktop else _phone
    image = draw(variant, heading, text)
    file = io.BytesIO()
    if variant.jpeg:
        image.save(file, "JPEG", quality=variant.jpeg)
    else:
        image.save(file, "PNG")
    return file.getvalue()


def _phone(variant: Variant, heading: str, text: str) -> Image.Image:
    scale = variant.width / 720
    image, draw = _page(variant, (variant.width, round(1480 * scale)))
    paper, ink, quiet, accent = variant.colours
    draw.rectangle(_scaled(scale, 0, 0, 720, 150), fill=accent)
    draw.text(_scaled(scale, 32, 78), "Daftar akun baru", font=_font(40 * scale), fill=paper)
    for row, label in enumerate(("Nama lengkap", "Email", "Nomor HP", "Kata sandi")):
        top = 210 + row * 170
        draw.text(_scaled(scale, 40, top), label, font=_font(28 * scale), fill=quiet)
        draw.rectangle(_scaled(scale, 40, top + 44, 680, top + 124), outline=quiet)
    if variant.is_dimmed:
        image = Image.blend(image, Image.new("RGB", image.size), 0.7)
        draw = ImageDraw.Draw(image)
    draw.rectangle(_scaled(scale, 50, 920, 670, 1330), fill=paper, outline=quiet)
    draw.text(_scaled(scale, 90, 965), heading, font=_font(40 * scale), fill=ink)
    wrapped, spacing = textwrap.fill(text, 34), 12 * scale
    draw.multiline_text(
        _scaled(scale, 90, 1045), wrapped, font=_font(31 * scale), fill=quiet, spacing=spacing
    )
    draw.rectangle(_scaled(scale, 90, 1220, 630, 1300), fill=accent)
    draw.text(_scaled(scale, 360, 1260), "Mengerti", font=_font(32 * scale), fill=paper, anchor="mm")
    return image


def _desktop(variant: Variant, heading: str, text: str) -> Image.Image:
    image, draw = _page(variant, (variant.width, 768))
    paper, ink, quiet, accent = variant.colours
    draw.rectangle((0, 0, variant.width, 56), fill=accent)
    draw.text((24, 18), "Daftar akun baru", font=_font(18), fill=paper)
    left = variant.width // 2 - 200
    for row, label in enumerate(("Nama lengkap", "Email", "Nomor HP")):
        draw.text((left, 120 + 80 * row), label, font=_font(13), fill=quiet)
        draw.rectangle((left, 140 + 80 * row, left + 400, 176 + 80 * row), outline=quiet)
    draw.text((left, 380), heading, font=_font(18), fill=ink)
    draw.text((left, 412), text, font=_font(14), fill=quiet)
    return image


def _page(variant: Variant, size: tuple[int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", size, variant.colours[0])
    return image, ImageDraw.Draw(image)


def _scaled(scale: float, *values: float) -> tuple[float, ...]:
    return tuple(round(value * scale) for value in values)


def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(round(size))


def _lines(result: dict[str, Any]) -> list[str]:
    heads = ("screenshots", "strings", "found", "share", "p50 ms", "p95 ms", "max ms")
    rows = [_row(name, figures) for name, figures in result["variants"].items()]
    total = {"drawn": result["strings_drawn"], "found": result["strings_found"], **result}
    return [*table(heads, [*rows, _row("all", total)])]


def _row(name: str, figures: dict[str, Any]) -> tuple[Any, ...]:
    share = figures["found"] / figures["drawn"]
    return (
        name,
        figures["drawn"],
        figures["found"],
        share,
        *(figures[f"{p}_ms"] for p in ("p50", "p95", "max")),
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ocr", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="draw only every n-th error (default: 1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


if __name__ == "__main__":
    main()
