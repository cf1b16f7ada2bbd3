"""What the platform says of somebody, signed: believed when it is good, ignored when it is not."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tickets import prefill
from tickets.models.ticket import Zone

KEY, OLD_KEY = "k" * 40, "o" * 40
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
SAID = {
    "email": "Budi@Contoh.ID",
    "signed_up_at": "2026-11-28T14:30:00+07:00",
    "error": "OTP_SEND_FAILED",
    "lang": "en",
}


@pytest.fixture(autouse=True)
def keys(settings, monkeypatch):
    settings.PREFILL_KEYS = [KEY, OLD_KEY]
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def token(values=SAID, *, key=KEY, age=timedelta()):
    return prefill.sign(values, key=key, now=NOW - age)


def test_signed_values_are_read():
    assert prefill.read(token()) == prefill.Prefill(
        email="Budi@contoh.id",
        signed_up_at=datetime(2026, 11, 28, 7, 30, tzinfo=UTC),
        zone=Zone.WIB,
        error="OTP_SEND_FAILED",
        language="en",
    )


def test_each_key_is_believed_so_that_they_can_be_changed():
    assert prefill.read(token(key=OLD_KEY)).email == "Budi@contoh.id"


def forged():
    signature = token().partition(".")[2]
    other = base64.urlsafe_b64encode(json.dumps({**SAID, "iat": NOW.timestamp()}).encode()).decode()
    return f"{other.rstrip('=')}.{signature}"


def raw(payload: bytes):
    body = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    return f"{body}.{prefill._encoded(prefill._digest(body, KEY))}"


@pytest.mark.parametrize(
    ("make", "because"),
    [
        (lambda: token(key="x" * 40), "no key of ours"),
        (forged, "no key of ours"),
        (lambda: token()[:-3], "no key of ours"),
        (lambda: token(age=timedelta(minutes=61)), "expired"),
        (lambda: token({**SAID, "exp": NOW.timestamp() - 1}, age=timedelta(minutes=1)), "expired"),
        (lambda: token(age=-timedelta(minutes=6)), "when it was signed"),
        (lambda: raw(b'{"email": "budi@contoh.id"}'), "when it was signed"),
        (lambda: raw(b'{"iat": true}'), "when it was signed"),
        (lambda: raw(b'{"iat": NaN}'), "when it was signed"),
        (lambda: raw(b'{"iat": 1e300}'), "when it was signed"),
        (lambda: token({**SAID, "exp": "besok"}), "end cannot be read"),
        (lambda: raw(b"[1]"), "no JSON object"),
        (lambda: raw(b"\xff\xfe"), "no JSON"),
        (lambda: raw(b"[" * 1000), "no JSON"),
        (lambda: "", ""),
        (lambda: ".", "no token"),
        (lambda: "budi@contoh.id", "no token|no key"),
        (lambda: "a.b€", "no token"),
        (lambda: token({**SAID, "error": "x" * 3000}), "no token"),
    ],
)
def test_what_cannot_be_believed_is_ignored_and_noted_without_its_content(caplog, make, because):
    bad = make()

    with caplog.at_level(logging.INFO, logger="tickets.prefill"):
        read = prefill.read(bad)

    assert read == prefill.Prefill()
    assert any(reason in caplog.text for reason in because.split("|"))
    assert "contoh" not in caplog.text
    assert len(bad) < 9 or bad not in caplog.text


def test_without_keys_nothing_is_believed(settings):
    good = token()
    settings.PREFILL_KEYS = []

    assert prefill.read(good) == prefill.Prefill()


def test_key_of_nothing_signs_nothing(settings):
    settings.PREFILL_KEYS = []

    assert prefill.language_of(prefill.sign(SAID, key="", now=NOW)) == ""


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"phone": "0812 3456 7890"}, {"phone": "+6281234567890"}),
        ({"email": "bukan email", "error": "E-1"}, {"error": "E-1"}),
        ({"email": ["a@b.id"], "phone": 5, "lang": "fr", "signed_up_at": {}}, {}),
        ({"error": 502}, {"error": "502"}),
        ({"error": "a\x00b\n\u202ec" + "d" * 200}, {"error": ("ab c" + "d" * 200)[:120]}),
        ({"error": "kode OTP 123456 salah"}, {"error": "kode OTP [kode] salah"}),
        ({"signed_up_at": "2026-11-28T14:30:00"}, {}),
        ({"signed_up_at": "2027-01-01T00:00:00+07:00"}, {}),
        ({"signed_up_at": "1999-01-01T00:00:00+07:00"}, {}),
        ({"signed_up_at": 1e300}, {}),
        (
            {"signed_up_at": NOW.timestamp() - 60},
            {"signed_up_at": NOW - timedelta(seconds=60)},
        ),
        (
            {"signed_up_at": "2026-11-28T15:30:00+09:00"},
            {"signed_up_at": datetime(2026, 11, 28, 6, 30, tzinfo=UTC), "zone": Zone.WIT},
        ),
        ({"signed_up_at": "2026-11-28T08:02:00Z"}, {"signed_up_at": NOW}),
    ],
)
def test_each_value_is_taken_by_the_rules_of_the_form_or_left_out(values, expected):
    read = prefill.read(token(values))

    if "kode OTP" in str(values):
        assert "123456" not in read.error
        assert read.error.startswith("kode OTP")
    else:
        assert read == prefill.Prefill(**expected)


def test_language_outlives_the_token():
    old = token(age=timedelta(days=3))

    assert prefill.language_of(old) == "en"
    assert prefill.language_of(token(key="x" * 40)) == ""


def test_command_signs_what_the_form_believes(capsys, settings):
    call_command("sign_prefill", email="budi@contoh.id", error="E-1", token_only=True)

    read = prefill.read(capsys.readouterr().out.strip())

    assert (read.email, read.error) == ("budi@contoh.id", "E-1")
    settings.PREFILL_KEYS = []
    with pytest.raises(CommandError):
        call_command("sign_prefill")


def test_command_prints_both_addresses(capsys, settings):
    call_command("sign_prefill", email="budi@contoh.id")

    page, frame = capsys.readouterr().out.split()

    assert page.startswith(f"{settings.SITE_URL}/?isi=ey")
    assert frame.startswith(f"{settings.SITE_URL}/sematan/?isi=ey")
