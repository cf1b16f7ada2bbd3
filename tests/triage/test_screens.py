"""What a message on a screenshot is worth beside the words."""

import pytest

from triage.screens import contradicts, with_screens


def best(shares, *screens):
    weighed = with_screens(shares, screens)
    return max(weighed, key=weighed.__getitem__)


@pytest.mark.parametrize(
    ("shares", "screen", "winner"),
    [
        ({"form_rejected": 0.5, "self_typo": 0.4, "other": 0.1}, "self_typo", "self_typo"),
        (
            {"form_rejected": 0.45, "self_typo": 0.35, "other": 0.2},
            "account_restricted",
            "account_restricted",
        ),
        (
            {"form_rejected": 0.9, "already_registered": 0.08, "other": 0.02},
            "already_registered",
            "already_registered",
        ),
        ({"self_slow_browser": 0.99, "other": 0.01}, "account_restricted", "self_slow_browser"),
        ({"other": 0.99, "form_rejected": 0.01}, "form_rejected", "form_rejected"),
        ({"other": 1.0}, "form_rejected", "form_rejected"),
    ],
)
def test_a_message_outweighs_unsure_words_and_sides_with_a_top_guess(shares, screen, winner):
    assert best(shares, screen) == winner


def test_shares_still_add_up_to_one():
    shares = with_screens({"other": 0.6, "form_rejected": 0.4}, ("form_rejected", "account_restricted"))

    assert sum(shares.values()) == pytest.approx(1)


def test_no_screenshot_changes_nothing():
    assert with_screens({"other": 0.6, "form_rejected": 0.4}, ()) == {"other": 0.6, "form_rejected": 0.4}


@pytest.mark.parametrize(
    ("screens", "category", "contradicted"),
    [
        ((), "self_typo", False),
        (("form_rejected",), "self_typo", True),
        (("form_rejected", "self_typo"), "self_typo", False),
        (("otp_not_received",), "self_otp_waiting", False),
    ],
)
def test_contradicts_when_no_message_is_of_the_category(screens, category, contradicted):
    assert contradicts(screens, category) is contradicted
