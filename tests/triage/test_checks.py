"""What the system checks say about playbooks, lexicon and model."""

import shutil

import pytest

from triage import checks, error_strings, language, versions
from triage.checks import (
    check_error_strings,
    check_lexicon,
    check_model,
    check_playbooks,
    check_rules,
    playbook_errors,
    registry_errors,
    rule_errors,
)
from triage.playbooks import HERE
from triage.rules import RULES
from triage.versions import WEIGHTS, put_in_use


@pytest.fixture
def root(tmp_path):
    for slug in ("self_typo", "other"):
        shutil.copytree(HERE / slug, tmp_path / slug)
    return tmp_path


def test_what_is_shipped_is_in_order():
    checks = (check_playbooks, check_lexicon, check_rules, check_error_strings)

    assert [error for check in checks for error in check(None)] == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("fix_failed = true", "weather = true", ("triage.E006", "unknown fact")),
        ("below = 10 }", "below = 10, from = 10 }", ("triage.E007", "contradict each other")),
        ('reason = "otp_waited"', 'reason = "because"', ("triage.E008", "because has no text")),
    ],
)
def test_broken_rule_is_an_error(tmp_path, old, new, expected):
    path = tmp_path / "rules.toml"
    path.write_text(RULES.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    errors = rule_errors(path)

    assert [(error.id, expected[1] in error.msg) for error in errors] == [(expected[0], True)]


def test_wording_of_two_categories_is_an_error(tmp_path, monkeypatch):
    path = tmp_path / "error_strings.toml"
    path.write_text(
        '[other]\nwordings = ["Kode salah"]\n[form_rejected]\nwordings = ["Kode salah"]\n', encoding="utf-8"
    )
    monkeypatch.setattr(error_strings, "CATALOGUE", path)

    assert [(error.id, "other and form_rejected" in error.msg) for error in check_error_strings(None)] == [
        ("triage.E009", True)
    ]


def test_broken_playbook_is_an_error(root):
    path = root / "self_typo" / "playbook.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('route = "self_fix"', 'route = "robot"'), encoding="utf-8"
    )

    errors = playbook_errors(root / "self_typo")

    assert [(error.id, "unknown route" in error.msg) for error in errors] == [("triage.E001", True)]


def test_playbook_without_examples_is_an_error(root):
    (root / "self_typo" / "examples.txt").write_text("# none yet\n", encoding="utf-8")

    assert [error.id for error in playbook_errors(root / "self_typo")] == ["triage.E002"]


def test_example_of_two_categories_is_an_error(root):
    (root / "self_typo" / "examples.txt").write_text("salah  Ketik\n", encoding="utf-8")
    (root / "other" / "examples.txt").write_text("salah ketik\n", encoding="utf-8")

    errors = registry_errors(root)

    assert [(error.id, "other and self_typo" in error.msg) for error in errors] == [("triage.E003", True)]


def test_registry_without_other_is_an_error(root):
    shutil.rmtree(root / "other")

    assert [error.id for error in registry_errors(root)] == ["triage.E004"]


def test_variant_of_two_words_is_an_error(tmp_path, monkeypatch):
    path = tmp_path / "lexicon.toml"
    path.write_text('[words]\ntidak = ["ga"]\nbelum = ["ga", "blm"]\n', encoding="utf-8")
    monkeypatch.setattr(language, "LEXICON", path)

    assert [(error.id, "“ga”" in error.msg) for error in checks.check_lexicon(None)] == [
        ("triage.E005", True)
    ]


def test_missing_model_is_a_warning_with_a_hint(settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path

    assert [(warning.id, "prepare_triage" in warning.hint) for warning in check_model(None)] == [
        ("triage.W001", True)
    ]


def test_damaged_model_is_a_warning_that_names_the_one_used_instead(store):
    put_in_use(store, "aa1")
    put_in_use(store, "bb2")
    (store / "bb2" / WEIGHTS).write_bytes(b"damaged")

    assert [(warning.id, "aa1 is used instead" in warning.msg) for warning in check_model(None)] == [
        ("triage.W002", True)
    ]


def test_model_that_knows_other_examples_is_a_warning(store, monkeypatch):
    put_in_use(store, "cc3")
    monkeypatch.setattr(versions, "model_version", lambda: "f00")

    assert [(warning.id, "train_triage" in warning.hint) for warning in check_model(None)] == [
        ("triage.W003", True)
    ]


@pytest.mark.usefixtures("model")
def test_current_model_needs_no_warning():
    assert check_model(None) == []
