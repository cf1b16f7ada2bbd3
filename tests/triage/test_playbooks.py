"""The registry of playbooks, and what a broken one says."""

import shutil

import pytest

from triage.playbooks import HERE, BrokenPlaybook, playbooks, read_examples, read_playbook
from triage.report import LANGUAGES

SLUGS = [
    "otp_not_received",
    "form_rejected",
    "already_registered",
    "account_restricted",
    "activation_link_error",
    "self_typo",
    "self_otp_waiting",
    "self_spam_folder",
    "self_slow_browser",
    "other",
]


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(HERE / "self_otp_waiting", tmp_path / "self_otp_waiting")


def changed(folder, old, new):
    path = folder / "playbook.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_registry_lists_the_ten_categories_in_order():
    assert list(playbooks()) == SLUGS


def test_registry_holds_self_fixes_only():
    held = {
        slug: (playbook.hold.total_seconds() / 60, playbook.hold_then)
        for slug, playbook in playbooks().items()
        if playbook.hold
    }

    assert held == {
        "self_typo": (1440, "resolve"),
        "self_otp_waiting": (30, "queue"),
        "self_spam_folder": (120, "queue"),
        "self_slow_browser": (1440, "resolve"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_playbook_has_a_label_and_situation_of_its_own_in_every_language(language):
    labels = {playbook.label(language) for playbook in playbooks().values()}
    situations = {playbook.situation(language) for playbook in playbooks().values()}

    assert (len(labels), len(situations)) == (len(SLUGS), len(SLUGS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_choice_is_short_enough_for_a_button_on_a_phone(language):
    choices = {playbook.choice(language) for playbook in playbooks().values()}

    assert len(choices) == len(SLUGS)
    assert max(map(len, choices)) <= 40


def test_playbook_with_a_missing_language_names_text_and_language(folder):
    changed(folder, 'en = "Code on its way"\n', "")

    with pytest.raises(BrokenPlaybook, match="self_otp_waiting: label in en is missing"):
        read_playbook(folder)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('route = "self_fix"', 'route = "robot"', "unknown route 'robot'"),
        ('unless = "spam"', 'unless = "spma"', "unknown tried key 'spma'"),
        ('when = "sms"', 'when = "fax"', "unknown channel or provider 'fax'"),
        ("{clock}", "{klock}", "unknown slots"),
        ("hold_minutes = 30\n", "", "a self-fix needs hold_minutes"),
        ("advice_confidence = 0.85", "advice_confidence = 0.4", "advice_confidence is below min_confidence"),
        ("hold_confidence = 0.93", "hold_confidence = 0.8", "hold_confidence is below advice_confidence"),
        ('hold_then = "queue"', 'hold_then = "forget"', "a self-fix needs hold_then"),
        ("priority = 4", "priority = 9", "priority 9 is not 1 to 4"),
        ('name = "plain"', 'name = "elapsed"', "openings need names of their own"),
        ('name = "look_in_spam"', 'name = "look.in.spam"', "steps need names of their own"),
        ('name = "look_in_spam"\n', "", "name is missing"),
        ("{clock}", "{clock:>99}", "unknown slots"),
        ("hold_confidence = 0.93", "hold_confidence = 1.93", "a confidence is not 0 to 1"),
        ('needs = ["elapsed"]', 'needs = ["weather"]', "unknown facts"),
        ('exhausted_by = ["waited"]', 'exhausted_by = ["prayed"]', "exhausted_by names an unknown tried key"),
        ('route = "self_fix"', "route = ", "cannot be read"),
        ('asks = ["signup", ', 'asks = ["weather", ', "the form asks unknown questions"),
        ('needs = ["signup"]', 'needs = ["waited"]', "the form cannot need"),
        ('icon = "clock"', 'icon = ""', "the form has no icon"),
        ("choice.en =", "choice.fr =", "choice in en is missing"),
    ],
)
def test_playbook_set_up_wrong_is_refused_with_the_reason(folder, old, new, complaint):
    changed(folder, old, new)

    with pytest.raises(BrokenPlaybook, match=complaint):
        read_playbook(folder)


def test_examples_leave_out_comments_and_blank_lines(tmp_path):
    (tmp_path / "examples.txt").write_text("# a comment\n\n otp ga masuk \nkode kosong\n", encoding="utf-8")

    assert read_examples(tmp_path) == ("otp ga masuk", "kode kosong")


def test_examples_of_a_folder_without_the_file_are_empty(tmp_path):
    assert read_examples(tmp_path) == ()
