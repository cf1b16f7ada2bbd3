"""Pictures of phone screens that show an error, and of a card, drawn for the demonstration queue."""

import io
import random
import textwrap

from PIL import Image, ImageDraw, ImageFont

SIZE = (720, 1480)  # px
CARD = (856, 540)
INK, GREY, LINE, PAPER = "#1b2430", "#6b7683", "#d8dee5", "#ffffff"
ACCENTS = ("#2457a6", "#7a2e8c", "#0d7a5f", "#b4501f", "#1f6f8b")

# What a platform's own screen says, by category.
SAYINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "otp_not_received": (
        ("Masukkan kode OTP", "Kode telah dikirim. Kirim ulang dalam 00:00"),
        ("Verifikasi nomor", "Kode OTP belum diterima? Kirim ulang"),
    ),
    "form_rejected": (
        ("Pendaftaran gagal", "Terjadi kesalahan pada server. Coba lagi nanti. (500)"),
        ("Data tidak valid", "Periksa kembali data yang Anda masukkan."),
    ),
    "already_registered": (
        ("Email sudah terdaftar", "Gunakan email lain atau masuk ke akun Anda."),
        ("Nomor sudah digunakan", "Nomor HP ini sudah terhubung dengan akun lain."),
    ),
    "account_restricted": (
        ("Akun Anda dibatasi", "Kami menemukan aktivitas yang tidak biasa."),
        ("Akun diblokir sementara", "Hubungi layanan bantuan untuk verifikasi."),
    ),
    "activation_link_error": (
        ("404", "Halaman yang Anda cari tidak ditemukan."),
        ("Tautan tidak berlaku", "Tautan aktivasi ini sudah kedaluwarsa."),
    ),
}
DEFAULT_SAYINGS = (("Ada yang tidak beres", "Silakan coba beberapa saat lagi."),)


def error_screen(category: str, *, chance: random.Random) -> bytes:
    """Draw one screen of a made-up platform as PNG."""
    heading, text = chance.choice(SAYINGS.get(category, DEFAULT_SAYINGS))
    accent = chance.choice(ACCENTS)
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    _draw_top(draw, accent=accent, clock=f"{chance.randint(7, 22):02}.{chance.randint(0, 59):02}")
    _draw_form(draw)
    _draw_dialog(draw, heading=heading, text=text, accent=accent)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def identity_card(name: str, *, chance: random.Random) -> bytes:
    """Draw a card that nobody can take for a real one as PNG."""
    image = Image.new("RGB", CARD, "#dcebf5")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, CARD[0], 90), fill=chance.choice(ACCENTS))
    draw.text((CARD[0] / 2, 45), "KARTU CONTOH", font=_font(42), fill=PAPER, anchor="mm")
    for row, line in enumerate((f"Nama: {name}", "Nomor: 0000 0000 0000 0000", "Kota Contoh")):
        draw.text((40, 150 + row * 70), line, font=_font(32), fill=INK)
    draw.rectangle((600, 140, 816, 420), fill=LINE)
    draw.ellipse((658, 190, 758, 290), fill=GREY)
    draw.ellipse((628, 310, 788, 540), fill=GREY)
    draw.rectangle((600, 421, 816, CARD[1]), fill="#dcebf5")
    draw.text((40, 470), "Bukan kartu identitas", font=_font(28), fill=GREY)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw_top(draw: ImageDraw.ImageDraw, *, accent: str, clock: str) -> None:
    draw.rectangle((0, 0, SIZE[0], 150), fill=accent)
    draw.text((32, 20), clock, font=_font(26), fill=PAPER)
    draw.text((32, 78), "Daftar akun baru", font=_font(40), fill=PAPER)


def _draw_form(draw: ImageDraw.ImageDraw) -> None:
    for row, label in enumerate(("Nama lengkap", "Email", "Nomor HP", "Kata sandi")):
        top = 210 + row * 170
        draw.text((40, top), label, font=_font(28), fill=GREY)
        draw.rounded_rectangle((40, top + 44, SIZE[0] - 40, top + 124), 12, outline=LINE, width=3)


def _draw_dialog(draw: ImageDraw.ImageDraw, *, heading: str, text: str, accent: str) -> None:
    draw.rounded_rectangle((50, 920, SIZE[0] - 50, 1330), 28, fill=PAPER, outline=LINE, width=3)
    draw.text((90, 965), heading, font=_font(40), fill=INK)
    draw.multiline_text((90, 1045), textwrap.fill(text, 34), font=_font(31), fill=GREY, spacing=12)
    draw.rounded_rectangle((90, 1220, SIZE[0] - 90, 1300), 14, fill=accent)
    draw.text((SIZE[0] / 2, 1260), "Mengerti", font=_font(32), fill=PAPER, anchor="mm")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
