"""What a report that is still being written would be advised."""

import logging

import pytest

from tickets import advising
from triage import classifier
from triage.report import Report

SLOW = "halaman pendaftarannya lambat sekali, loading terus tidak selesai"


def test_words_or_a_pick_are_advised_on(model):
    by_words = advising.help_with(Report(text=SLOW))
    by_pick = advising.help_with(Report(text="", situation="self_slow_browser"))

    assert (by_words.category, by_pick.category) == ("self_slow_browser", "self_slow_browser")


@pytest.mark.parametrize("text", ["", "kode", "halaman lambat"])
def test_a_word_or_two_are_not_looked_at(text, monkeypatch):
    monkeypatch.setattr(advising, "assess", None)

    assert advising.help_with(Report(text=text)) is None


def test_missing_model_leaves_the_pick(settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path

    assert advising.help_with(Report(text=SLOW)) is None
    assert advising.help_with(Report(text=SLOW, situation="self_typo")).category == "self_typo"


def test_warming_up_never_stops_the_start(monkeypatch, caplog):
    def fail():
        raise RuntimeError("no numpy today")

    monkeypatch.setattr(classifier, "current", fail)

    with caplog.at_level(logging.ERROR, logger="tickets.advising"):
        advising.make_ready()

    assert "could not be made ready" in caplog.text
