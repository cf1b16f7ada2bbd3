"""The report form: what was typed becomes a submission, or an error that says how to write it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from tickets.forms import ReportForm
from tickets.models.ticket import SignupPrecision, Zone
from triage.playbooks import playbooks

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # 12.00 WIB


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def form_of(typed, **changes):
    form = ReportForm({**typed, **changes})
    form.is_valid()
    return form


def test_signup_time_is_stored_as_the_moment_in_its_zone(typed):
    form = form_of(typed, signup_day="today", signup_hour="11.30", signup_zone="Asia/Jakarta")

    assert form.errors == {}
    assert form.signup_precision == SignupPrecision.MINUTE
    assert form.signed_up_at == datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Jakarta", 4), ("Asia/Makassar", 3), ("Asia/Jayapura", 2)])
def test_zone_moves_the_moment(typed, zone, hour):
    form = form_of(typed, signup_day="today", signup_hour="11.00", signup_zone=zone)

    assert form.signed_up_at == datetime(2026, 11, 22, hour, 0, tzinfo=UTC)


def test_zone_written_with_the_hour_wins(typed):
    form = form_of(typed, signup_day="today", signup_hour="11.00 WIT")

    assert form.cleaned_data["signup_zone"] == Zone.WIT
    assert form.signed_up_at == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def test_yesterday_and_another_date_are_told_apart(typed):
    yesterday = form_of(typed, signup_day="yesterday", signup_hour="23.00")
    other = form_of(typed, signup_day="other", signup_date="1-11-2026", signup_hour="23.00")

    assert yesterday.signed_up_at == datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
    assert other.signed_up_at == datetime(2026, 11, 1, 16, 0, tzinfo=UTC)


def test_date_without_a_choice_counts_as_another_date(typed):
    form = form_of(typed, signup_day="", signup_date="1-11-2026", signup_hour="23.00")

    assert form.signed_up_at == datetime(2026, 11, 1, 16, 0, tzinfo=UTC)


def test_forgotten_hour_leaves_the_day(typed):
    form = form_of(typed, signup_day="yesterday", signup_hour="", hour_unknown="on")

    assert form.signup_precision == SignupPrecision.DAY
    assert form.signed_up_at == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "precision"),
    [
        ({"signup_day": "not_yet", "signup_hour": "nonsense"}, SignupPrecision.NOT_YET),
        ({"signup_day": "unknown"}, SignupPrecision.UNKNOWN),
        ({"signup_day": "", "hour_unknown": "on"}, SignupPrecision.UNKNOWN),
    ],
)
def test_unknown_times_are_accepted(typed, changes, precision):
    form = form_of(typed, **changes)

    assert (form.errors, form.signup_precision, form.signed_up_at) == ({}, precision, None)


def test_clock_that_is_minutes_ahead_counts_as_now(typed):
    form = form_of(typed, signup_day="today", signup_hour="12.08")

    assert form.signed_up_at == NOON


def test_today_is_the_day_the_page_was_opened_when_midnight_passes(typed, monkeypatch):
    opened = datetime(2026, 11, 22, 16, 58, tzinfo=UTC)  # 23.58 WIB
    monkeypatch.setattr(timezone, "now", lambda: opened + timedelta(minutes=5))

    form = ReportForm({**typed, "signup_day": "today", "signup_hour": "23.50"}, opened_at=opened)
    form.is_valid()

    assert form.signed_up_at == datetime(2026, 11, 22, 16, 50, tzinfo=UTC)


WHEN_NOT_NEEDED = {"situation": "form_rejected"}


@pytest.mark.parametrize(
    ("changes", "precision"),
    [
        ({"signup_day": "", "signup_hour": ""}, SignupPrecision.UNKNOWN),
        ({"signup_day": "today", "signup_hour": ""}, SignupPrecision.DAY),
        ({"signup_day": "other", "signup_date": "", "signup_hour": ""}, SignupPrecision.UNKNOWN),
        ({"signup_day": "today", "signup_hour": "11.00"}, SignupPrecision.MINUTE),
    ],
)
def test_time_is_not_needed_where_the_situation_does_not_need_it(typed, changes, precision):
    form = form_of(typed, **WHEN_NOT_NEEDED, **changes)

    assert (form.errors, form.signup_precision) == ({}, precision)


def test_time_that_cannot_be_read_is_an_error_even_where_none_is_needed(typed):
    form = form_of(typed, **WHEN_NOT_NEEDED, signup_day="today", signup_hour="tadi")

    assert set(form.errors) == {"signup_hour"}


@pytest.mark.parametrize("situation", ["otp_not_received", "self_otp_waiting", "activation_link_error", ""])
def test_time_is_needed_where_it_decides(typed, situation):
    form = form_of(typed, situation=situation, signup_day="", signup_hour="")

    assert set(form.errors) == {"signup_day"}


@pytest.mark.parametrize(
    ("picked", "kept"), [("self_typo", "self_typo"), ("other", "other"), ("x", ""), ("", "")]
)
def test_situation_is_kept_or_none(typed, picked, kept):
    form = form_of(typed, situation=picked)

    assert (form.errors, form.cleaned_data["situation"]) == ({}, kept)


def test_every_category_can_be_picked_and_codes_stand_together(typed):
    slugs = [value for value, _label in form_of(typed).fields["situation"].choices]

    assert sorted(slugs) == sorted(playbooks())
    assert slugs[:3] == ["otp_not_received", "self_otp_waiting", "self_spam_folder"]
    assert slugs[-1] == "other"


IMPOSSIBLE = [
    ({"signup_day": "today", "signup_hour": "12.11"}, "2026-11-22T12:11"),
    ({"signup_day": "other", "signup_date": "1-1-2090", "signup_hour": "10.00"}, "2090-01-01T10:00"),
    ({"signup_day": "other", "signup_date": "1-1-2010", "signup_hour": "10.00"}, "2010-01-01T10:00"),
    ({"signup_day": "other", "signup_date": "1-1-0001", "signup_hour": "10.00"}, "0001-01-01T10:00"),
    (
        {"signup_day": "other", "signup_date": "31-12-9999", "signup_hour": "", "hour_unknown": "on"},
        "9999-12-31",
    ),
]


@pytest.mark.parametrize(("changes", "claim"), IMPOSSIBLE)
def test_impossible_time_is_asked_about_and_kept_as_a_claim_when_confirmed(typed, changes, claim):
    asked = form_of(typed, **changes)
    confirmed = form_of(typed, **changes, signup_sure=asked.written.key)

    assert asked.errors == {"signup_sure": [asked.signup_question]}
    assert "Is it right?" in asked.signup_question
    assert confirmed.errors == {}
    assert (confirmed.signup_precision, confirmed.signed_up_at) == (SignupPrecision.UNKNOWN, None)
    assert confirmed.signup_claim == claim


def test_confirmation_is_of_one_time_only(typed):
    asked = form_of(typed, signup_day="today", signup_hour="23.30")

    other = form_of(typed, signup_day="today", signup_hour="23.40", signup_sure=asked.written.key)

    assert set(other.errors) == {"signup_sure"}


def test_possible_time_needs_no_confirmation_and_is_no_claim(typed):
    form = form_of(
        typed, signup_day="today", signup_hour="11.30", signup_sure="2090-01-01T10:00 Asia/Jakarta"
    )

    assert (form.errors, form.signup_claim) == ({}, "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signup_day": "today", "signup_hour": "11.30"}, "today, 22 November 2026 at 11:30 WIB"),
        (
            {"signup_day": "yesterday", "signup_hour": "14.30 wita"},
            "yesterday, 21 November 2026 at 14:30 WITA",
        ),
        ({"signup_day": "yesterday", "signup_hour": "", "hour_unknown": "on"}, "yesterday, 21 November 2026"),
        (
            {"signup_day": "other", "signup_date": "1-11-2026", "signup_hour": "7"},
            "1 November 2026 at 07:00 WIB",
        ),
    ],
)
def test_time_is_given_back_in_words(typed, changes, words):
    assert form_of(typed, **changes).written.words == words


def test_letter_of_another_alphabet_is_named(typed):
    form = form_of(typed, contact="bud\u0456@contoh.id")

    assert "“\u0456” only looks like “i”" in str(form.errors["contact"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"signup_day": ""}, "signup_day"),
        ({"signup_day": "tomorrow"}, "signup_day"),
        ({"signup_day": "today", "signup_hour": ""}, "signup_hour"),
        ({"signup_day": "today", "signup_hour": "tadi"}, "signup_hour"),
        ({"signup_day": "other", "signup_date": ""}, "signup_date"),
        ({"signup_day": "other", "signup_date": "31-2-2026"}, "signup_date"),
        ({"signup_zone": "Europe/Berlin"}, "signup_zone"),
    ],
)
def test_wrong_signup_time_is_an_error_of_its_field(typed, changes, field):
    form = form_of(typed, **changes)

    assert list(form.errors) == [field]


@pytest.mark.parametrize(
    ("text", "email", "phone"),
    [
        ("budi@contoh.id", "budi@contoh.id", ""),
        (" Budi @ Contoh.ID. ", "Budi@contoh.id", ""),
        ("budi＠contoh.id", "budi@contoh.id", ""),
        ("mailto:budi@contoh.id", "budi@contoh.id", ""),
        ("<budi@contoh.id>,", "budi@contoh.id", ""),
        ("bu\u200bdi@contoh.id\u202e", "budi@contoh.id", ""),
        ("0812-3456-7890", "", "+6281234567890"),
        ("62 812 3456 7890", "", "+6281234567890"),
        ("+62 (812) 3456-7890", "", "+6281234567890"),
        ("０８１２３４５６７８９０", "", "+6281234567890"),
    ],
)
def test_contact_takes_an_address_or_a_number(typed, text, email, phone):
    form = form_of(typed, contact=text)

    assert form.errors == {}
    assert (form.cleaned_data["registered_email"], form.cleaned_data["registered_phone"]) == (email, phone)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "budi",
        "budi@contoh",
        "@contoh.id",
        "0812",
        "081234567890123456",
        "b\u0443di@contoh.id",
        "a@" + "b" * 300 + ".id",
        "x" * 20000,
    ],
)
def test_contact_that_cannot_be_used_is_an_error(typed, text):
    form = form_of(typed, contact=text)

    assert list(form.errors) == ["contact"]


def test_reply_address_equal_to_the_registered_one_is_dropped(typed):
    form = form_of(typed, contact="budi@contoh.id", reply_email="BUDI@contoh.id")

    assert form.cleaned_data["reply_email"] == ""


def test_characters_nobody_sees_are_taken_out(typed):
    form = form_of(
        typed, description="kode\x00 \u202eotp\u202c\u200b\r\ntidak\ufeff masuk", device="HP\x00\u2066 saya\n"
    )

    assert form.cleaned_data["description"] == "kode otp\ntidak masuk"
    assert form.cleaned_data["device"] == "HP saya"


@pytest.mark.parametrize("text", ["", "\u200b\u202e", "ab", "x" * 5001, "x" * 100_000])
def test_description_has_limits(typed, text):
    form = form_of(typed, description=text)

    assert list(form.errors) == ["description"]


def test_description_may_be_as_long_as_it_says(typed):
    form = form_of(typed, description="x" * 5000)

    assert form.errors == {}


def test_unknown_box_is_an_error(typed):
    form = form_of(typed, tried=["spam", "prayed"])

    assert list(form.errors) == ["tried"]


@pytest.mark.parametrize("tick", ["x" * 12_000, "\0", "ya"])
def test_tick_that_no_page_offers_confirms_nothing(typed, tick):
    doubtful = form_of(typed, signup_day="other", signup_date="1-1-1990", signup_sure=tick)
    clear = form_of(typed, signup_sure=tick)

    assert doubtful.errors == {"signup_sure": [doubtful.signup_question]}
    assert clear.errors == {}
