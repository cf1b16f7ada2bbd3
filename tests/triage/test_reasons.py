"""Reasons in words."""

import pytest

from triage import reasons
from triage.reasons import describe, incomplete_texts


@pytest.mark.parametrize(
    ("code", "params", "language", "text"),
    [
        ("signup_known", {"minutes": 20, "at_least": False}, "id", "20 menit sejak mendaftar"),
        ("signup_known", {"minutes": 1, "at_least": False}, "en", "1 minute since signup"),
        ("signup_known", {"minutes": 200, "at_least": True}, "id", "lebih dari 3 jam sejak mendaftar"),
        ("signup_known", {"minutes": 3000, "at_least": False}, "en", "2 days since signup"),
        ("tried_phrase", {"what": "spam"}, "id", "pelapor menulis sudah melihat folder spam"),
        (
            "model_guess",
            {"category": "self_typo", "percent": 80},
            "id",
            "isi laporan: Salah isi formulir (80 %)",
        ),
        ("earlier_tickets", {"ordinal": 2}, "en", "report number 2 from the same person"),
        ("signup_unknown", {}, "fr", "waktu pendaftaran tidak diketahui"),
    ],
)
def test_describe_puts_a_reason_in_words(code, params, language, text):
    assert describe(code, params, language=language) == text


def test_describe_shows_a_code_it_no_longer_knows():
    assert describe("gone_since_june", {}, language="id") == "gone_since_june"


def test_describe_shows_the_code_when_a_parameter_is_missing():
    assert describe("earlier_tickets", {}, language="id") == "earlier_tickets"


def test_describe_names_both_problems():
    params = {"category": "already_registered", "second": "otp_not_received"}

    assert describe("two_problems", params, language="en") == (
        "two problems: Already registered, and Code not received as well"
    )


def test_every_reason_has_its_texts():
    assert list(incomplete_texts(())) == []


def test_a_reason_without_texts_is_named(monkeypatch):
    monkeypatch.setattr(
        reasons, "texts", lambda: {"half": {"id": "ada", "requester": {"id": "Karena {cuaca}.", "en": "x"}}}
    )

    assert list(incomplete_texts({"none"})) == [
        "half has no text in en",
        "half: requester in id has unknown slots ['cuaca']",
        "none has no text in id, en",
    ]
