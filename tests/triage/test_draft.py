"""What a draft is told before it is saved."""

import pytest

from triage.changes import trying
from triage.draft import UnknownSlug, complaints, places_for, shipped_values, unused
from triage.places import Complaint


def test_empty_draft_has_nothing_wrong():
    assert complaints("self_typo", {}) == {}


def test_draft_of_an_unknown_category_is_refused():
    with pytest.raises(UnknownSlug):
        places_for("../self_typo")


def test_key_that_nothing_is_changed_by_is_refused():
    assert complaints("self_typo", {"route": "agent"}) == {"route": Complaint("unknown")}


@pytest.mark.parametrize("label", ["Halaman lambat", " halaman  LAMBAT "])
def test_label_of_another_category_is_refused(label):
    wrong = {"label.id": Complaint("label_taken", {"slug": "self_slow_browser"})}

    assert complaints("self_typo", {"label.id": label}) == wrong


def test_label_that_another_category_has_given_up_may_be_taken():
    with trying({"self_slow_browser": {"label.id": "Macet"}}):
        assert complaints("self_typo", {"label.id": "Halaman lambat"}) == {}


def test_step_said_twice_is_refused():
    first = shipped_values("self_typo")["steps.switch_autofill_off.id"]

    wrong = complaints("self_typo", {"steps.open_form_again.id": first.upper()})

    assert wrong == {"steps.open_form_again.id": Complaint("step_twice")}


@pytest.mark.parametrize(
    ("slug", "changes", "left_out"),
    [
        (
            "self_typo",
            {"label.id": "Salah", "gone.id": "Dulu", "closing.id": "Tanpa"},
            {"gone.id", "closing.id"},
        ),
        ("self_typo", {"hold_minutes": 60, "min_confidence": 0.9}, {"hold_minutes", "min_confidence"}),
        (
            "general",
            {"silence.queue.id": "Tanpa", "agent_opening.id": "Baik.", "x": 1},
            {"silence.queue.id", "x"},
        ),
    ],
)
def test_stored_changes_that_are_left_out_are_named(slug, changes, left_out):
    assert unused(slug, changes) == left_out


def test_shipped_values_hold_texts_and_settings():
    values = shipped_values("self_typo")

    assert (values["label.en"], values["hold_minutes"]) == ("Mistake in the form", 1440)
