"""Screenshots for the tests of reading, and stand-ins for the tesseract that reads them."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tickets import ocr

ERROR = "Email sudah terdaftar"
LIGHT, DARK = ("#1b2430", "#ffffff"), ("#e8edf2", "#10161d")

needs_tesseract = pytest.mark.skipif(
    "ind" not in ocr.languages(), reason=f"no tesseract for Indonesian is installed; on Debian: {ocr.INSTALL}"
)


def screen(*lines: str, colours: tuple[str, str] = LIGHT, image_format: str = "PNG") -> bytes:
    """Draw these lines on a phone's screen, the first at a quarter of its height."""
    ink, paper = colours
    image = Image.new("RGB", (720, 1480), paper)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((80, 370 + 90 * number), line, font=ImageFont.load_default(36), fill=ink)
    file = io.BytesIO()
    image.save(file, image_format)
    return file.getvalue()


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, *, reads: str) -> None:
    """Put a program called tesseract before all others: `reads` is shell, run to read a picture."""
    program = folder / "bin" / "tesseract"
    program.parent.mkdir(exist_ok=True)
    program.write_text(
        f'#!/bin/sh\nPATH=/usr/bin:/bin\n[ "$1" = --list-langs ] && echo ind && exit\n{reads}\n'
    )
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def remove(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no tesseract to be found."""
    monkeypatch.setenv("PATH", str(folder))


def table(*lines: tuple[str, float]) -> str:
    """What tesseract prints for a page of 1000 x 2000 with these lines and confidences (0..100)."""
    rows = ["level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext"]
    rows.append("1\t1\t0\t0\t0\t0\t0\t0\t1000\t2000\t-1\t")
    for number, (text, confidence) in enumerate(lines, start=1):
        for place, word in enumerate(text.split(" "), start=1):
            box = f"{100 * place}\t{100 * number}\t90\t40"
            rows.append(f"5\t1\t{number}\t1\t1\t{place}\t{box}\t{confidence}\t{word}")
    return "\n".join(rows) + "\n"
