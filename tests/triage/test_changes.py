"""Changes in force: taken from a source, kept when it is silent, never asked more often than wanted."""

from datetime import timedelta

import pytest

from tests.triage.reports import NOW, report
from tests.triage.sources import Memory
from triage.advice import compose
from triage.assess import assess_as
from triage.changes import GENERAL, as_shipped, edition, override_with, refresh, trying
from triage.general import general
from triage.playbooks import playbooks, shipped


@pytest.fixture
def source():
    memory = Memory(self_typo={"label.id": "Salah ketik", "hold_minutes": 60})
    override_with(memory)
    yield memory
    override_with(None)


def label():
    return playbooks()["self_typo"].label("id")


def test_nothing_is_asked_before_a_refresh(source):
    assert (label(), source.asked) == ("Salah isi formulir", 0)


def test_refresh_puts_the_changes_in_force(source):
    refresh()

    assert label() == "Salah ketik"
    assert playbooks()["self_typo"].hold == timedelta(minutes=60)
    assert playbooks()["self_typo"].label("en") == "Mistake in the form"
    assert list(playbooks()) == list(shipped())


def test_refresh_asks_again_only_after_a_while(source):
    for _ in range(5):
        refresh(max_age=timedelta(minutes=1))

    assert source.asked == 1


def test_registry_is_built_anew_only_after_a_change(source):
    refresh()
    before = playbooks()

    refresh()
    unchanged = playbooks()
    source.set(self_typo={"label.id": "Keliru isi"})
    refresh()

    assert unchanged is before
    assert label() == "Keliru isi"


def test_silent_source_leaves_in_force_what_was(source, caplog):
    refresh()
    source.is_silent = True

    refresh()
    refresh()

    assert label() == "Salah ketik"
    assert len(caplog.records) == 1


def test_source_that_never_answered_leaves_the_shipped_texts(source):
    source.is_silent = True

    refresh()

    assert label() == "Salah isi formulir"


def test_source_that_speaks_again_is_heard(source):
    source.is_silent = True
    refresh()
    source.is_silent = False

    refresh()

    assert label() == "Salah ketik"


def test_draft_is_in_force_inside_only(source):
    refresh()

    with trying({"self_typo": {"label.id": "Rancangan"}}):
        inside = label()

    assert (inside, label()) == ("Rancangan", "Salah ketik")


def test_shipped_texts_can_be_had_beside_changed_ones(source):
    refresh()

    with as_shipped():
        assert (label(), edition().changes) == ("Salah isi formulir", {})


@pytest.mark.parametrize(
    "unfit",
    [
        {"label.id": "x" * 10_000},
        {"label.id": ""},
        {"label.id": None},
        {"label.id": ["Salah"]},
        {"subject.id": "{ticket.__class__}"},
        {"subject.id": "{clock:>999999999}"},
        {"closing.id": "Tanpa kalimat tentang diam"},
        {"route": "agent", "order": 1, "openings.plain.needs": ["tried"]},
        {"steps.of_another_release.id": "Langkah"},
        {"steps": "x", "": 1, "...": 2, "label.id.x": 3},
        {"hold_minutes": 0},
        {"hold_minutes": True, "hold_then": ["queue"]},
        {"hold_confidence": float("nan")},
        {"hold_confidence": 0.1},
        {"min_confidence": 0.9},
    ],
)
def test_change_that_does_not_fit_is_left_out(unfit):
    with trying({"self_typo": unfit}):
        assert playbooks()["self_typo"] == shipped()["self_typo"]


def test_change_that_does_not_fit_takes_no_other_with_it():
    with trying({"self_typo": {"subject.id": "{salah", "subject.en": "Fine", "hold_minutes": 3}}):
        playbook = playbooks()["self_typo"]

    assert playbook.subjects == {"id": shipped()["self_typo"].subjects["id"], "en": "Fine"}
    assert playbook.hold == shipped()["self_typo"].hold


def test_change_of_a_category_that_is_gone_is_left_out():
    with trying({"self_gone": {"label.id": "Hilang"}}):
        assert playbooks() == shipped()


def test_general_texts_change_too_and_unfit_ones_do_not():
    changes = {"agent_opening.id": "Petugas kami membacanya.", "silence.queue.id": "Tanpa jangka waktu."}

    with trying({GENERAL: changes}):
        texts = general()

    assert texts["agent_opening"]["id"] == "Petugas kami membacanya."
    assert texts["silence.queue"]["id"] == general()["silence.queue"]["id"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Tanpa kabar dari Anda, petugas akan memeriksanya dalam 30 menit."),
        ({"hold_minutes": 90}, "Tanpa kabar dari Anda, petugas akan memeriksanya dalam 90 menit."),
        ({"hold_minutes": 180}, "Tanpa kabar dari Anda, petugas akan memeriksanya dalam 3 jam."),
        (
            {"hold_minutes": 2880, "hold_then": "resolve"},
            "Kalau dalam 2 hari tidak ada kabar, kami anggap sudah berhasil.",
        ),
    ],
)
def test_advice_promises_what_the_settings_do(given, sentence):
    young = report(minutes=3)

    with trying({"self_otp_waiting": given}):
        told = compose(assess_as("self_otp_waiting", young, now=NOW), young, now=NOW)

    assert told.closing.endswith(sentence)
