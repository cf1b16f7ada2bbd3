"""Bounds of what may be set, and their order."""

import pytest

from triage.draft import settings_for
from triage.places import Complaint
from triage.playbooks import shipped, shipped_data
from triage.thresholds import setting_complaints

CERTAINTY = Complaint("out_of_bounds", {"low": 0, "high": 1})
HELD = Complaint("out_of_bounds", {"low": 15, "high": 10080})


@pytest.mark.parametrize("slug", shipped())
def test_no_shipped_setting_is_out_of_bounds(slug):
    assert setting_complaints(shipped_data(slug), {}) == {}


def test_settings_offered_are_those_of_the_category():
    assert set(settings_for("self_typo")) == {
        "priority",
        "hold_minutes",
        "hold_then",
        "min_confidence",
        "advice_confidence",
        "hold_confidence",
    }
    assert set(settings_for("form_rejected")) == {"priority", "min_confidence", "advice_confidence"}
    assert set(settings_for("other")) == {"priority"}
    assert settings_for("general") == {}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"hold_minutes": 15}, {}),
        ({"hold_minutes": 10080, "hold_then": "queue", "priority": 1}, {}),
        ({"min_confidence": 0, "advice_confidence": 0, "hold_confidence": 1}, {}),
        ({"hold_minutes": 14}, {"hold_minutes": HELD}),
        ({"hold_minutes": 10081}, {"hold_minutes": HELD}),
        ({"hold_minutes": 20.5}, {"hold_minutes": HELD}),
        ({"hold_minutes": 1e400}, {"hold_minutes": HELD}),
        ({"hold_minutes": "60"}, {"hold_minutes": HELD}),
        ({"hold_then": "forget"}, {"hold_then": Complaint("no_choice")}),
        ({"priority": 5}, {"priority": Complaint("out_of_bounds", {"low": 1, "high": 4})}),
        ({"min_confidence": -0.01}, {"min_confidence": CERTAINTY}),
        ({"hold_confidence": 1.01}, {"hold_confidence": CERTAINTY}),
        ({"hold_confidence": float("nan")}, {"hold_confidence": CERTAINTY}),
        ({"advice_confidence": 0.4}, {"advice_confidence": Complaint("below_naming")}),
        ({"advice_confidence": 0.9}, {"hold_confidence": Complaint("below_advice")}),
    ],
)
def test_setting_out_of_bounds_or_order_is_refused(changes, wrong):
    assert setting_complaints(shipped_data("self_typo"), changes) == wrong
