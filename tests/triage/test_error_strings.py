"""Messages of other people's software, read through the noise of OCR."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage import error_strings
from triage.error_strings import Sighting, catalogue_errors, sightings, tells_tried, wordings


def seen(text):
    return [(sighting.category, sighting.line) for sighting in sightings(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Email sudah terdaftar", [("already_registered", 0)]),
        ("09.41\nPendaftaran\n\nEMAIL SUDAH TERDAFTAR!\nMasuk", [("already_registered", 3)]),
        ("E-mail sudah\nterdaftar.", [("already_registered", 0)]),
        ("emailsudah terdaftar", [("already_registered", 0)]),
        ("Ema1l sudah terdaftor", [("already_registered", 0)]),
        ("K0de 0TP sa1ah atau\nkedaluwarsa", [("form_rejected", 0)]),
        ("| Akun | Anda diblok1r |", [("account_restricted", 0)]),
        ("Tautan tidak ber1aku", [("activation_link_error", 0)]),
        ("Error 4O4", [("activation_link_error", 0)]),
        ("Format email salah", [("self_typo", 0)]),
        ("Connection timed out", [("self_slow_browser", 0)]),
        ("Gagal mengirim kode OTP", [("otp_not_received", 0)]),
        (
            "Nomor HP sudah digunakan\nlalu\nAkun Anda dibekukan sementara",
            [("already_registered", 0), ("account_restricted", 2)],
        ),
    ],
)
def test_sightings_find_a_message_and_its_line(text, expected):
    assert seen(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sudah terdaftar? Masuk",
        "Already registered? Sign in",
        "Email belum terdaftar",
        "Tidak menerima kode? Kirim ulang dalam 30 detik",
        "The link is now valid",
        "This username is now available",
        "Tautan valid",
        "Rp404.000",
        "OTPsalahsatu",
        "Akun Anda berhasil dibuat",
        "Kode OTP benar",
    ],
)
def test_sightings_leave_alone_what_is_no_failure(text):
    assert sightings(text) == ()


def test_of_overlapping_wordings_only_the_longest_is_seen():
    assert sightings("Kode OTP salah atau kedaluwarsa") == (
        Sighting("form_rejected", "Kode OTP salah atau kedaluwarsa", 0),
    )


def test_every_wording_is_found_as_its_own_category():
    strangers = [
        wording.text
        for wording in wordings()
        if [s.category for s in sightings(f"12.30\n{wording.text.upper()}\nOK")] != [wording.category]
    ]

    assert strangers == []


@given(st.text() | st.text(alphabet="emailsudhtrf kotp01|\n", max_size=400))
def test_sightings_survive_any_text(text):
    lines = text.splitlines()

    assert all(0 <= sighting.line < len(lines) for sighting in sightings(text))


@pytest.mark.parametrize("bait", ["emailsudahterdafta ", "nomor ", "kodeotptidak ", "a", "\n", "akunanda"])
def test_sightings_take_no_longer_for_baited_text(bait):
    sightings("warm")
    started = time.perf_counter()
    sightings(bait * 5_000)

    assert time.perf_counter() - started < 3


def test_a_limit_reached_tells_that_it_was_tried():
    assert [tells_tried("Too many OTP requests"), tells_tried("Failed to send OTP")] == ["resent", ""]


def test_shipped_catalogue_is_in_order():
    assert list(catalogue_errors()) == []


def test_catalogue_errors_name_what_is_wrong(tmp_path, monkeypatch):
    path = tmp_path / "error_strings.toml"
    path.write_text(
        '[other]\nwordings = ["Kode salah", "Oh"]\n[form_rejected]\nwordings = ["KODE SA1AH"]\n'
        '[form_rejected.tried]\nresent = ["Nowhere"]\n[weather]\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(error_strings, "CATALOGUE", path)

    assert list(catalogue_errors()) == [
        "“Oh” is too short to be told from other text",
        "“KODE SA1AH” belongs to both other and form_rejected",
        "“Nowhere” (resent) is no wording of form_rejected",
        "weather is no category",
    ]
