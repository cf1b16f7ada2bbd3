"""The exported model: it agrees with scikit-learn, and is fast and safe to load."""

import subprocess
import sys
import threading
from pathlib import Path
from time import perf_counter

import pytest
from django.conf import settings

from triage import classifier
from triage.classifier import Classifier, ModelMissing
from triage.fingerprint import PARAMETERS
from triage.language import normalise
from triage.playbooks import playbooks
from triage.versions import CURRENT, WEIGHTS, discard_candidate, listed, put_in_use, set_candidate

pytestmark = pytest.mark.usefixtures("model")

TEXTS = [
    "otp ga masuk2",
    "link aktivasi kedaluwarsa",
    "I typed the wrong e-mail",
    "zxqv",
    "akun diblokir " * 50,
]


@pytest.mark.parametrize("text", TEXTS)
def test_probabilities_cover_every_category_and_sum_to_one(text):
    probabilities = classifier.current().probabilities(normalise(text))

    assert set(probabilities) == set(playbooks())
    assert sum(probabilities.values()) == pytest.approx(1)


def test_one_text_takes_less_than_five_milliseconds():
    model, text = classifier.current(), normalise("kode otp ga masuk2 udah 20 menit, udah cek spam " * 5)

    started = perf_counter()
    for _ in range(20):
        model.probabilities(text)

    assert (perf_counter() - started) / 20 < 0.005


def test_loading_takes_less_than_a_second():
    directory = Path(settings.TRIAGE_MODEL_DIR)

    started = perf_counter()
    Classifier.load(directory / listed(directory)[0])

    assert perf_counter() - started < 1


def test_missing_model_is_said_as_such(tmp_path):
    with pytest.raises(ModelMissing, match="prepare_triage"):
        Classifier.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut short"])
def test_damaged_model_counts_as_missing(tmp_path, content):
    (tmp_path / WEIGHTS).write_bytes(content)

    with pytest.raises(ModelMissing):
        Classifier.load(tmp_path)


def test_model_damaged_in_the_middle_counts_as_missing(store):
    content = bytearray((store / "aa1" / WEIGHTS).read_bytes())
    content[200:-2000] = bytes(len(content) - 2200)
    (store / "aa1" / WEIGHTS).write_bytes(content)

    with pytest.raises(ModelMissing):
        Classifier.load(store / "aa1")


def test_model_of_another_format_counts_as_missing(store, monkeypatch):
    monkeypatch.setitem(PARAMETERS, "format", PARAMETERS["format"] + 1)

    with pytest.raises(ModelMissing):
        Classifier.load(store / "aa1")


def test_current_follows_the_pointer_without_a_restart(store, monkeypatch):
    monkeypatch.setattr(classifier, "LOOK_EVERY", 0)
    put_in_use(store, "aa1")
    before = classifier.current().version

    put_in_use(store, "bb2")

    assert (before, classifier.current().version) == ("aa1", "bb2")


def test_current_looks_at_the_pointer_once_in_a_while_only(store):
    put_in_use(store, "aa1")
    before = classifier.current().version

    put_in_use(store, "bb2")

    assert (before, classifier.current().version) == ("aa1", "aa1")


def test_current_uses_the_version_before_a_damaged_one_and_says_so(store, caplog):
    put_in_use(store, "aa1")
    put_in_use(store, "bb2")
    (store / "bb2" / WEIGHTS).write_bytes(b"damaged")

    assert classifier.current().version == "aa1"
    assert "bb2 cannot be used" in caplog.text


def test_current_without_any_model_that_can_be_read_is_missing(store):
    put_in_use(store, "aa1")
    (store / "aa1" / WEIGHTS).unlink()

    with pytest.raises(ModelMissing):
        classifier.current()


def test_current_keeps_a_model_that_works_when_the_next_one_does_not(store, monkeypatch):
    monkeypatch.setattr(classifier, "LOOK_EVERY", 0)
    put_in_use(store, "aa1")
    classifier.current()

    (store / CURRENT).write_text("{", encoding="utf-8")

    assert classifier.current().version == "aa1"


def test_candidate_comes_and_goes(store, monkeypatch):
    monkeypatch.setattr(classifier, "LOOK_EVERY", 0)
    seen = [classifier.candidate()]

    set_candidate(store, "bb2")
    seen.append(classifier.candidate().version)
    discard_candidate(store, "bb2")
    seen.append(classifier.candidate())

    assert seen == [None, "bb2", None]


def test_readers_never_miss_a_model_while_the_pointer_is_replaced(store, monkeypatch):
    monkeypatch.setattr(classifier, "LOOK_EVERY", 0)
    put_in_use(store, "aa1")
    put_in_use(store, "bb2")
    stop, seen, failures = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                seen.add(classifier.current().version)
            except Exception as error:
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(100):
        put_in_use(store, "aa1")
        put_in_use(store, "bb2")
    stop.set()
    for reader in readers:
        reader.join()

    assert (failures, seen <= {"aa1", "bb2"}, bool(seen)) == ([], True, True)


def test_assessing_does_not_load_scikit_learn():
    code = "import sys, triage.assess, triage.advice, triage.checks; print('sklearn' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout == "False\n"
