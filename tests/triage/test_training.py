"""Training on a handful of lines: what is written is what was learned."""

import json

import numpy as np
import pytest

from triage import training
from triage.classifier import CARD, WEIGHTS, Classifier
from triage.fingerprint import PARAMETERS, is_current, model_version
from triage.language import normalise
from triage.training import Examples, NothingToLearn, fit, read_examples, write

LINES = {
    "otp_not_received": [
        "kode otp tidak masuk",
        "otp belum datang",
        "sms kode tidak sampai",
        "kode kosong terus",
    ],
    "self_typo": ["salah ketik email", "salah isi nama", "nomor hp keliru", "saya typo waktu daftar"],
    "other": ["lupa sandi", "cara top up", "hapus akun saya", "aplikasi bagus sekali"],
}


@pytest.fixture(scope="module")
def trained():
    pairs = [(normalise(line), slug) for slug, lines in LINES.items() for line in lines]
    texts, labels = zip(*pairs, strict=True)
    return fit(Examples(list(texts), np.array(labels), np.arange(len(texts))))


@pytest.fixture
def card(trained):
    return {
        "version": "abc",
        "slugs": trained.model.classes_.tolist(),
        "temperature": trained.temperature,
    }


@pytest.mark.parametrize("text", ["kode otp tidak masuk masuk", "salah ketik", "halo", ""])
def test_exported_model_agrees_with_scikit_learn(trained, card, tmp_path, text):
    write(trained, card, tmp_path)

    exported = Classifier.load(tmp_path).probabilities(text)

    expected = dict(zip(card["slugs"], trained.probabilities([text])[0], strict=True))
    assert exported == pytest.approx(expected, abs=1e-6)


def test_exported_model_agrees_on_every_shipped_example(tmp_path):
    examples = read_examples()
    some = Examples(examples.texts[::5], examples.labels[::5], examples.groups[::5])
    learned = fit(some)
    slugs = learned.model.classes_.tolist()
    write(learned, {"version": "abc", "slugs": slugs, "temperature": learned.temperature}, tmp_path)

    model = Classifier.load(tmp_path)
    exported = np.array([list(model.probabilities(text).values()) for text in examples.texts])

    assert np.abs(exported - learned.probabilities(examples.texts)).max() < 1e-6


def test_write_leaves_the_model_and_its_card_and_nothing_else(trained, card, tmp_path):
    write(trained, card, tmp_path / "new" / "triage")
    write(trained, card, tmp_path / "new" / "triage")

    assert sorted(path.name for path in (tmp_path / "new" / "triage").iterdir()) == [CARD, WEIGHTS]


def test_read_examples_refuses_a_category_without_lines(monkeypatch):
    class Empty:
        examples = ()

    monkeypatch.setattr(training, "playbooks", lambda: {"self_typo": Empty()})

    with pytest.raises(NothingToLearn, match="self_typo"):
        read_examples()


def test_model_is_current_only_with_the_version_of_the_files(trained, card, tmp_path):
    write(trained, card, tmp_path)
    before = is_current(tmp_path)

    write(trained, {**card, "version": model_version()}, tmp_path)

    assert (before, is_current(tmp_path)) == (False, True)


@pytest.mark.parametrize("content", ["", "[]", "{}"])
def test_model_with_a_damaged_card_is_not_current(tmp_path, content):
    (tmp_path / CARD).write_text(content, encoding="utf-8")

    assert not is_current(tmp_path)


def test_version_changes_with_the_parameters(monkeypatch):
    before = model_version()

    monkeypatch.setitem(PARAMETERS, "regularisation", 5.5)

    assert model_version() != before


def test_card_is_json(trained, card, tmp_path):
    write(trained, card, tmp_path)

    assert json.loads((tmp_path / CARD).read_text(encoding="utf-8")) == card
