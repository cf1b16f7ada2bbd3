"""Everyday spellings made comparable, and the language guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.language import contested_variants, guess_language, normalise


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("kode otp ga masuk2", "kode otp tidak masuk masuk"),
        ("Kode OTP GAK MASUK-MASUK", "kode otp tidak masuk masuk"),
        ("kodenya blm nyampe", "kode belum sampai"),
        ("kode otp belummmm masuuuk", "kode otp belum masuk"),
        ("gagal teruuuus", "gagal terus"),
        ("e-mail, imel, E mail", "email email email"),
        ("linknya eror pas dipencet", "tautan error pas klik"),
        ("udah 3x minta ulang", "sudah 3 kali kirim ulang"),
        ("hrs gmn?", "harus bagaimana ."),
        ("no hp sy sdh dipakai", "nomor hp saya sudah pakai"),
        ("tulis ke budi@contoh.id atau https://contoh.id/x ya", "tulis ke atau ya"),
        ("masalah adalah", "masalah adalah"),
        ("bisa²", "bisa bisa"),
    ],
)
def test_normalise_brings_spellings_together(text, normal):
    assert normalise(text) == normal


@pytest.mark.parametrize("text", ["", "   ", "🙏🙏", "...", "\x00", "???"])
def test_normalise_gives_nothing_for_a_text_without_words(text):
    assert normalise(text) == ""


@given(st.text(max_size=300))
def test_normalise_never_crashes_and_never_doubles_blanks(text):
    normal = normalise(text)

    assert normal == " ".join(normal.split())


def test_normalise_bounds_its_work():
    assert len(normalise("otp " * 100_000)) < 10_000


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("kode otp saya belum masuk", "id"),
        ("I did not receive the verification code", "en"),
        ("otp", "id"),
        ("", "id"),
        ("please tolong kode saya ga masuk the code is not received", "id"),
    ],
)
def test_guess_language_prefers_indonesian_in_doubt(text, language):
    assert guess_language(text) == language


def test_lexicon_gives_every_variant_to_one_word():
    assert contested_variants() == []
