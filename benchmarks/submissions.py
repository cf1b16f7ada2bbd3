"""What the clients send: the report form filled in, without and with a screenshot of 300 KB."""

from __future__ import annotations

import io
import itertools
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

BOUNDARY = "----kayasupport-benchmark"
SIZE = (1080, 2340)  # px, of an ordinary phone
PNG_BYTES = 300_000

OPENINGS = ["kak", "halo min", "selamat siang", "mohon bantuannya", "permisi admin", "tolong"]
PROBLEMS = [
    "kode otp ga masuk2 padahal udah nunggu 15 menit",
    "link aktivasi di email saya eror, katanya sudah kedaluwarsa",
    "email saya dibilang sudah terdaftar padahal belum pernah daftar",
    "form daftar selalu ditolak, data sudah benar semua",
    "akun baru saya langsung dibatasi, tidak bisa masuk",
]
ENDINGS = ["udah cek spam juga", "sudah kirim ulang dua kali", "pakai hp android", "terima kasih sebelumnya"]

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Report:
    """One report; every one comes from a person, an address and a phone of its own."""

    number: int
    email: str
    ip_address: str
    description: str


def next_report() -> Report:
    number = next(_numbers)
    chosen = random.Random(number)
    words = [chosen.choice(OPENINGS), chosen.choice(PROBLEMS), chosen.choice(ENDINGS)]
    return Report(
        number=number,
        email=f"pemohon{number}@contoh.id",
        ip_address=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        description=f"{', '.join(words)} ({number})",
    )


def fields(report: Report) -> dict[str, str]:
    """Return the form's fields as a browser sends them, but for the tokens."""
    return {
        "description": report.description,
        "signup_day": "yesterday",
        "signup_date": "",
        "signup_hour": "14.30",
        "signup_zone": "Asia/Jakarta",
        "contact": report.email,
        "reply_email": "",
        "tried": "spam",
        "device": "Android 14, Chrome",
        "website": "",
    }


def multipart(values: dict[str, str], *, png: bytes) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    ]
    # A browser sends the empty file field too.
    name = "layar.png" if png else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="screenshots"; filename="{name}"\r\n'
    kind = "image/png" if png else "application/octet-stream"
    parts.append(f"{head}Content-Type: {kind}\r\n\r\n")
    return "".join(parts).encode() + png + f"\r\n--{BOUNDARY}--\r\n".encode()


def make_screenshot() -> bytes:
    """Draw a phone's screen with an error text, and a photograph on it large enough for 300 KB of PNG."""
    chosen = random.Random(1)
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 160), fill="#1b5e9b")
    for line in range(20):
        draw.text(
            (60, 260 + 60 * line), "Kode verifikasi salah atau kedaluwarsa. Silakan coba lagi.", fill="black"
        )
    noise = 0
    while (png := _as_png(image)) and len(png) < PNG_BYTES:
        block = Image.frombytes("RGB", (100, 50), chosen.randbytes(100 * 50 * 3))
        image.paste(block, (40 + noise % 10 * 100, 1560 + noise // 10 * 50))
        noise += 1
    return png


def _as_png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
