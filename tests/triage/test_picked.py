"""A picked situation: a hint where the words say little, and nothing against facts or plain words."""

import pytest

from tests.triage.reports import NOW, report
from triage.advice import compose
from triage.assess import assess
from triage.playbooks import OTHER, playbooks
from triage.report import RESENT, SPAM, WAITED

pytestmark = pytest.mark.usefixtures("model")

SITUATIONS = [slug for slug in playbooks() if slug != OTHER]
SAYING_NOTHING = ["", "ga bisa", "tolong dong kak"]
SENT_BACK = {"self_otp_waiting", "self_spam_folder"}


def verdict(text="ga bisa", **facts):
    return assess(report(text, **facts), now=NOW)


@pytest.mark.parametrize("text", SAYING_NOTHING)
@pytest.mark.parametrize("situation", ["self_slow_browser", "already_registered", "account_restricted"])
def test_pick_decides_where_the_words_say_little(situation, text):
    found = verdict(text, situation=situation)

    assert (found.category, found.is_sure) == (situation, True)
    assert "pick_decides" in [reason.code for reason in found.reasons]


def test_pick_shows_among_facts_and_reasons():
    found = verdict(situation="form_rejected")

    assert found.facts["picked"] == "form_rejected"
    assert ("situation_picked", {"category": "form_rejected"}) in [(r.code, r.params) for r in found.reasons]


@pytest.mark.parametrize("situation", ["", OTHER, "no_such_category"])
@pytest.mark.parametrize("text", ["kode otp belum masuk juga", "ga bisa", ""])
def test_nothing_picked_changes_nothing(situation, text):
    assert verdict(text, minutes=4, situation=situation) == verdict(text, minutes=4)


@pytest.mark.parametrize("situation", ["otp_not_received", "self_otp_waiting"])
@pytest.mark.parametrize(
    ("facts", "category"),
    [
        ({"minutes": 2}, "self_otp_waiting"),
        ({"minutes": 12, "contact": "budi@gmail.com"}, "self_spam_folder"),
        ({"minutes": 40}, "otp_not_received"),
        ({}, "otp_not_received"),
        ({"minutes": 2, "tried": frozenset({WAITED})}, "otp_not_received"),
    ],
)
def test_time_decides_which_face_a_picked_code_has(situation, facts, category):
    assert verdict(situation=situation, **facts).category == category


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize(
    ("text", "tried"),
    [
        ("kode otp belum masuk, sudah saya tunggu setengah jam, folder spam kosong", frozenset()),
        ("kode otp belum masuk", frozenset({WAITED, SPAM, RESENT})),
        ("ga bisa", frozenset({WAITED, SPAM, RESENT})),
    ],
)
@pytest.mark.parametrize("minutes", [3, 12, 30])
def test_no_pick_sends_back_who_has_waited_and_looked(situation, text, tried, minutes):
    given = report(text, minutes=minutes, tried=tried, situation=situation)

    found = assess(given, now=NOW)

    advice = compose(found, given, now=NOW)
    assert found.category not in SENT_BACK
    assert advice.wait_until is None
    assert not any("spam" in step.lower() for step in advice.steps)


def test_spam_picked_and_searched_is_not_sent_back_there():
    found = verdict(situation="self_spam_folder", minutes=30, tried=frozenset({SPAM}))

    assert (found.category, found.hold) == ("otp_not_received", None)


def test_spam_picked_counts_as_found():
    found = verdict(situation="self_spam_folder")

    assert (found.category, found.facts["found_in_spam"]) == ("self_spam_folder", True)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (
            "akun saya diblokir setelah mendaftar, katanya mencurigakan, tidak bisa masuk",
            "account_restricted",
        ),
        ("email saya dibilang sudah terdaftar padahal belum pernah daftar", "already_registered"),
    ],
)
@pytest.mark.parametrize("situation", ["self_slow_browser", "self_otp_waiting", "self_typo"])
def test_plain_words_outweigh_another_pick_and_nothing_is_held(text, category, situation):
    found = verdict(text, minutes=3, situation=situation)

    assert (found.category, found.hold) == (category, None)


def test_refused_code_stays_refused_whatever_was_picked():
    found = verdict("kode otp masuk tapi ditolak terus, katanya salah", situation="otp_not_received")

    assert found.category == "form_rejected"


def test_shares_stay_probabilities():
    found = verdict("tolong bantu saya tidak bisa daftar", situation="self_typo")

    assert 0 < found.confidence <= 1
    assert sum(share for _slug, share in found.guesses) <= 1.001
