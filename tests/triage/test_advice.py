"""The answer: its clock times, its reasons, and what it must not say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.triage.reports import NOW, report
from triage.advice import Advice, account_advice, compose
from triage.assess import assess
from triage.playbooks import playbooks

pytestmark = pytest.mark.usefixtures("model")


def advice(text="otp belum masuk", *, now=NOW, **facts):
    given = report(text, **facts)
    return compose(assess(given, now=now), given, now=now)


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("Asia/Jakarta", "14.30 WIB"),
        ("Asia/Makassar", "15.30 WITA"),
        ("Asia/Jayapura", "16.30 WIT"),
        ("Nowhere/Atlantis", "14.30 WIB"),
    ],
)
def test_advice_names_the_time_on_the_requesters_clock(zone, clock):
    told = advice(minutes=2, zone=zone, contact="siti@gmail.com")

    assert told.wait_until == datetime(2026, 3, 9, 7, 30, tzinfo=UTC)
    assert told.steps[0] == f"Tunggu sampai pukul {clock}."


def test_advice_waits_at_least_five_minutes_from_now():
    told = advice(minutes=9)

    assert told.wait_until == NOW + timedelta(minutes=5)


def test_advice_rounds_the_time_up_to_a_minute():
    now = NOW + timedelta(seconds=10)

    told = advice(now=now, signed_up_at=now, signup_precision="minute")

    assert told.wait_until == NOW + timedelta(minutes=11)


@pytest.mark.parametrize(
    ("language", "step"),
    [("id", "Tunggu sampai besok pukul 00.06 WIB."), ("en", "Wait until 00:06 WIB tomorrow.")],
)
def test_advice_says_tomorrow_past_midnight(language, step):
    late = datetime(2026, 3, 9, 16, 58, tzinfo=UTC)  # 23.58 WIB

    told = advice(
        now=late, signed_up_at=late - timedelta(minutes=2), signup_precision="minute", language=language
    )

    assert told.steps[0] == step


def test_advice_gives_its_reason():
    assert advice(minutes=4).opening.startswith("Karena Anda mendaftar 4 menit lalu, ")


def test_advice_gives_its_reason_in_english():
    assert advice(minutes=4, language="en").opening.startswith("Because you signed up 4 minutes ago, ")


def test_advice_for_an_unknown_language_is_indonesian():
    assert advice(minutes=4, language="fr").language == "id"


def test_advice_to_who_looked_and_waited_says_neither():
    told = advice("kode otp ga masuk2 udah 20 menit, udah cek spam", minutes=20, contact="siti@gmail.com")

    assert told.wait_until is None
    assert "Spam" not in " ".join(told.steps)
    assert told.opening.startswith(
        "Karena Anda mendaftar 20 menit lalu dan sudah melihat folder spam dan menunggu,"
    )


def test_advice_names_the_places_of_a_known_provider():
    told = advice(minutes=2, contact="siti@yahoo.co.id")

    assert told.steps[1] == "Sambil menunggu, lihat folder Spam di Yahoo Mail."


def test_advice_for_sms_does_not_speak_of_mail():
    told = advice("otp belum masuk", minutes=2, contact="+6281234567890")

    assert told.steps == (
        "Tunggu sampai pukul 14.30 WIB.",
        "Sambil menunggu, pastikan HP Anda ada sinyal dan bisa menerima SMS.",
        "Kalau belum masuk juga pada jam itu, tekan “kirim ulang” satu kali. Pakai kode yang paling baru.",
    )


def test_advice_after_a_failed_fix_thanks_and_advises_nothing_again():
    told = advice("halaman daftar loading terus lemot banget", fix_failed=True)

    assert told.opening.startswith("Terima kasih sudah mencoba.")
    assert told.steps == ()
    assert "24 jam" not in told.closing


def test_advice_never_repeats_what_the_requester_typed():
    typed = "Budi <budi@gmail.com> https://jahat.example otp belum masuk Xyzzy"

    text = advice(typed, minutes=2, contact="xyzzy@gmail.com").as_text().lower()

    assert [word for word in ("budi", "jahat", "xyzzy", "http") if word in text] == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_advice_always_carries_the_standing_advice(language):
    assert len(advice(language=language).standing) == 2


@pytest.mark.parametrize("language", ["id", "en"])
def test_standing_advice_is_more_pointed_for_who_names_two_accounts(language):
    usual, pointed = (advice(language=language, second_account=has_two).standing for has_two in (False, True))

    assert pointed == (account_advice(language, has_two=True), usual[1])
    assert usual[0] == account_advice(language, has_two=False) != pointed[0]


def test_advice_as_text_numbers_the_steps():
    told = Advice(
        language="id",
        subject="Perihal",
        opening="Karena.",
        steps=("Satu.", "Dua."),
        closing="Lalu.",
        standing=("Jangan.", "Jangan pula."),
        wait_until=None,
    )

    assert told.as_text() == "Karena.\n\n1. Satu.\n2. Dua.\n\nLalu.\n\nJangan.\nJangan pula."
    assert replace(told, steps=()).as_text() == "Karena.\n\nLalu.\n\nJangan.\nJangan pula."


@pytest.mark.parametrize("minutes", [2, 30])
def test_advice_survives_storing(minutes):
    told = advice(minutes=minutes)

    assert Advice.from_json(told.as_json()) == told


def test_advice_on_two_problems_names_both_and_adds_one_step():
    told = advice("OTP ga masuk, daftar ulang malah sudah terdaftar", minutes=30, contact="siti@gmail.com")

    assert told.opening == (
        "Laporan Anda menyebut dua masalah: “Sudah terdaftar” dan “OTP tidak masuk”. "
        "Yang pertama harus beres dulu, jadi petugas kami mulai dari situ."
    )
    assert told.steps[-1].startswith("Pastikan alamat email yang Anda daftarkan")
    assert len(told.steps) == 4


@pytest.mark.parametrize(
    ("text", "facts", "because"),
    [
        ("tolong min", {"screens": ("Email sudah terdaftar",)}, "Because your screenshot shows the problem"),
        (
            "otp belum masuk",
            {"screens": ("Akun Anda diblokir",)},
            "Because the message on your screenshot differs",
        ),
        ("kode OTP kedaluwarsa terus", {}, "Because your code arrived and is refused"),
        ("kode otp selalu datang telat", {"minutes": 2}, "Because your code comes too late"),
        ("otp belum masuk", {"minutes": 2, "with_agent": True}, "Because our staff already have your report"),
        ("otp belum masuk", {"earlier_tickets": 1}, "Because you have reported to us before"),
        (
            "halaman pendaftaran loading terus lemot banget",
            {"tried": frozenset({"device"})},
            "Because you have already tried another device or connection",
        ),
    ],
)
def test_advice_says_which_fact_changed_it(text, facts, because):
    assert advice(text, language="en", **facts).opening.startswith(because)


def test_advice_after_a_limit_on_the_screen_does_not_say_resend():
    told = advice(minutes=2, screens=("Terlalu banyak permintaan OTP",), contact="siti@gmail.com")

    assert "kirim ulang" not in " ".join(told.steps)


def test_advice_does_not_ask_to_check_data_that_are_right():
    told = advice("otp ga masuk padahal nomor sudah benar", minutes=30, contact="+6281234567890")

    assert "nomornya benar" not in " ".join(told.steps)


def test_advice_of_an_unsure_report_names_no_problem():
    told = advice("zxqv wkwk brrr", screens=("Selamat datang",))

    assert told.opening.startswith("Laporan Anda perlu dibaca oleh petugas kami")


def test_advice_asks_nobody_for_a_screenshot_who_attached_one():
    without = advice("bagaimana cara top up saldo")
    attached = advice("bagaimana cara top up saldo", has_screenshots=True)

    assert [step for step in without.steps if step not in attached.steps] == [
        "Kalau ada tulisan kesalahan di layar, tambahkan foto layarnya ke laporan ini."
    ]


def test_advice_does_not_speak_of_a_problem_we_are_not_sure_of():
    given = report("otp belum masuk", minutes=30)
    assessment = assess(given, now=NOW)

    sure = compose(assessment, given, now=NOW)
    unsure = compose(replace(assessment, is_sure=False), given, now=NOW)

    general = playbooks()["other"]
    assert sure.subject == playbooks()["otp_not_received"].subjects["id"]
    assert unsure.subject == general.subjects["id"]
    assert unsure.steps == tuple(step.text["id"] for step in general.steps)
