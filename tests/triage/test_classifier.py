"""The exported model: it agrees with scikit-learn, and is fast and safe to load."""

import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from django.conf import settings

from triage import classifier
from triage.classifier import Classifier, ModelMissing
from triage.language import normalise
from triage.playbooks import playbooks

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
    started = perf_counter()
    Classifier.load(Path(settings.TRIAGE_MODEL_DIR))

    assert perf_counter() - started < 1


def test_missing_model_is_said_as_such(tmp_path):
    with pytest.raises(ModelMissing, match="prepare_triage"):
        Classifier.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut short"])
def test_damaged_model_counts_as_missing(tmp_path, content):
    (tmp_path / classifier.WEIGHTS).write_bytes(content)

    with pytest.raises(ModelMissing):
        Classifier.load(tmp_path)


def test_assessing_does_not_load_scikit_learn():
    code = "import sys, triage.assess, triage.advice, triage.checks; print('sklearn' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout == "False\n"
