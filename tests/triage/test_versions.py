"""Which version is in use, what is kept, and how one goes back."""

import json

import pytest

from triage import versions
from triage.fingerprint import model_version
from triage.versions import (
    CARD,
    CURRENT,
    WEIGHTS,
    NoCandidate,
    NoEarlierModel,
    candidate,
    discard_candidate,
    listed,
    promote_candidate,
    put_in_use,
    read_card,
    roll_back,
    set_candidate,
    standing,
)


def new_release(monkeypatch, name="f00"):
    monkeypatch.setattr(versions, "model_version", lambda: name)


def rewrite_card(store, version, **changes):
    path = store / version / CARD
    path.write_text(json.dumps({**read_card(store, version), **changes}), encoding="utf-8")


def test_version_in_use_comes_first_and_the_others_after_it(store):
    for version in ("aa1", "bb2", "aa1"):
        put_in_use(store, version)

    assert listed(store) == ["aa1", "bb2"]


def test_only_so_many_versions_are_kept(store, monkeypatch):
    monkeypatch.setattr(versions, "KEPT", 2)
    for version in ("aa1", "bb2", "cc3"):
        put_in_use(store, version)

    assert (listed(store), (store / "aa1").exists(), (store / "bb2").exists()) == (
        ["cc3", "bb2"],
        False,
        True,
    )


def test_version_that_no_pointer_has_named_yet_is_left_alone(store):
    put_in_use(store, "aa1")
    put_in_use(store, "bb2")
    roll_back(store)

    assert ((store / "bb2").exists(), (store / "cc3").exists()) == (False, True)


def test_candidate_that_is_replaced_or_discarded_is_removed(store):
    put_in_use(store, "aa1")
    set_candidate(store, "bb2")
    set_candidate(store, "cc3")
    discard_candidate(store, "cc3")

    assert [(store / version).exists() for version in ("aa1", "bb2", "cc3")] == [True, False, False]


def test_roll_back_returns_to_the_version_before(store):
    put_in_use(store, "aa1")
    put_in_use(store, "bb2")

    assert (roll_back(store), listed(store)) == ("aa1", ["aa1"])


def test_roll_back_steps_over_a_version_that_cannot_be_read(store):
    for version in ("aa1", "bb2", "cc3"):
        put_in_use(store, version)
    (store / "bb2" / WEIGHTS).write_bytes(b"damaged")

    assert roll_back(store) == "aa1"


def test_roll_back_without_an_earlier_model_changes_nothing(store):
    put_in_use(store, "aa1")

    with pytest.raises(NoEarlierModel):
        roll_back(store)

    assert listed(store) == ["aa1"]


def test_standing_is_nothing_without_a_model(tmp_path):
    assert standing(tmp_path) is None


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"versions": 5}', '{"versions": ["../../etc"]}', "\xff"]
)
def test_damaged_pointer_names_nothing(tmp_path, content):
    (tmp_path / CURRENT).write_text(content, encoding="latin-1")

    assert (listed(tmp_path), standing(tmp_path)) == ([], None)


def test_shipped_model_is_made_again_when_the_files_have_changed(store, monkeypatch):
    put_in_use(store, "aa1")
    before = standing(store)
    new_release(monkeypatch)

    assert (before.is_behind, standing(store)) == (False, None)


def test_model_that_has_learned_is_kept_when_the_files_have_changed(store, monkeypatch):
    put_in_use(store, "cc3")
    new_release(monkeypatch)

    found = standing(store)

    assert (found.version, found.is_behind) == ("cc3", True)


def test_model_that_has_learned_is_not_kept_when_it_counts_differently(store, monkeypatch):
    put_in_use(store, "cc3")
    new_release(monkeypatch)
    monkeypatch.setitem(versions.PARAMETERS, "format", 99)

    assert standing(store) is None


def test_model_with_a_category_that_is_gone_is_not_used(store):
    put_in_use(store, "cc3")
    rewrite_card(store, "cc3", slugs=[*read_card(store, "cc3")["slugs"], "gone"])

    assert standing(store) is None


def test_shipped_model_after_one_that_had_learned_is_said_to_be_behind(store):
    put_in_use(store, "cc3")
    put_in_use(store, "aa1")

    assert standing(store).is_behind is True


def test_model_gone_back_to_stays_until_the_files_change_again(store, monkeypatch):
    rewrite_card(store, "aa1", files="e1d")
    put_in_use(store, "aa1")
    put_in_use(store, "bb2")

    roll_back(store)

    stays = standing(store)
    new_release(monkeypatch)
    assert (stays.version, standing(store)) == ("aa1", None)


def test_damaged_weights_are_seen_without_loading(store):
    put_in_use(store, "aa1")
    put_in_use(store, "bb2")
    (store / "bb2" / WEIGHTS).write_bytes(b"damaged")

    found = standing(store)

    assert (found.version, found.is_fallback) == ("aa1", True)


def test_promoting_puts_the_candidate_in_use(store):
    put_in_use(store, "aa1")
    set_candidate(store, "bb2")

    promote_candidate(store, "bb2")

    assert (listed(store), candidate(store)) == (["bb2", "aa1"], "")


@pytest.mark.parametrize("step", [promote_candidate, discard_candidate])
@pytest.mark.parametrize("version", ["aa1", "", "../aa1"])
def test_only_the_candidate_that_was_looked_at_is_decided_on(store, step, version):
    put_in_use(store, "aa1")
    set_candidate(store, "bb2")

    with pytest.raises(NoCandidate):
        step(store, version)

    assert (listed(store), candidate(store)) == (["aa1"], "bb2")


def test_fingerprint_of_these_files_is_what_cards_carry(store):
    assert read_card(store, "aa1")["files"] == model_version()
