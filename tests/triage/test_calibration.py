"""How far confidences lie from what was right."""

import pytest

from triage.calibration import reliability


def test_confidences_that_hold_have_no_error():
    found = reliability([(0.75, True), (0.75, True), (0.75, True), (0.75, False)])

    assert (found["ece"], found["bins"]) == (
        0.0,
        [{"from": 0.7, "to": 0.8, "count": 4, "confidence": 0.75, "right": 0.75}],
    )


def test_error_is_weighed_by_how_many_claims_a_bin_has():
    found = reliability([(1.0, True)] * 3 + [(0.5, False)])

    assert found["ece"] == pytest.approx(0.125)


@pytest.mark.parametrize(("confidence", "lower"), [(0.0, 0.0), (0.1, 0.1), (0.999, 0.9), (1.0, 0.9)])
def test_every_confidence_has_its_bin(confidence, lower):
    assert [each["from"] for each in reliability([(confidence, True)])["bins"]] == [lower]


def test_nothing_claimed_is_no_figure():
    assert reliability([]) == {"ece": None, "bins": []}
