"""Training on a handful of lines: what is written is what was learned."""

import json

import numpy as np
import pytest

from triage import training
from triage.classifier import Classifier
from triage.examples import Example
from triage.fingerprint import PARAMETERS, model_version
from triage.playbooks import playbooks
from triage.training import (
    Examples,
    NothingToLearn,
    classifier_of,
    counts,
    fit,
    shipped_examples,
    train_shipped,
    write,
)
from triage.versions import CARD, WEIGHTS, listed

LINES = {
    "otp_not_received": [
        "kode otp tidak masuk",
        "kode otp belum datang",
        "sms kode otp tidak sampai",
        "kode otp kosong terus",
    ],
    "self_typo": ["salah ketik email", "salah isi nama", "nomor hp keliru", "saya typo waktu daftar"],
    "other": ["lupa sandi", "cara top up", "hapus akun saya", "aplikasi bagus sekali"],
}


@pytest.fixture(scope="module")
def examples():
    return [
        Example(slug, line, f"{slug} {n}") for slug, lines in LINES.items() for n, line in enumerate(lines)
    ]


@pytest.fixture(scope="module")
def trained(examples):
    return fit(Examples.of(examples))


@pytest.mark.parametrize("text", ["kode otp tidak masuk masuk", "salah ketik", "halo", ""])
def test_exported_model_agrees_with_scikit_learn(trained, text):
    exported = classifier_of(trained, version="abc").probabilities(text)

    expected = dict(zip(trained.model.classes_.tolist(), trained.probabilities([text])[0], strict=True))
    assert exported == pytest.approx(expected, abs=1e-6)


def test_written_model_agrees_on_every_shipped_example(tmp_path):
    shipped = shipped_examples()
    learned = fit(Examples.of(shipped[::5]))
    write(learned, tmp_path, version="abc", card=counts(shipped))
    texts = Examples.of(shipped).texts

    model = Classifier.load(tmp_path / "abc")
    exported = np.array([list(model.probabilities(text).values()) for text in texts])

    assert np.abs(exported - learned.probabilities(texts)).max() < 1e-6


def test_texts_of_a_writer_share_a_group_across_categories():
    texts = {"salah ketik": "ani", "lupa sandi": "budi", "halo kak": "ani", "!?": "ani"}

    examples = Examples.of(Example("other", text, writer) for text, writer in texts.items())

    ani, budi, ani_again = examples.groups
    assert examples.texts == ["salah ketik", "lupa sandi", "halo kak"]
    assert (ani == ani_again, ani == budi) == (True, False)


def test_write_leaves_the_model_and_its_card_and_nothing_else(trained, tmp_path):
    directory = tmp_path / "models"
    write(trained, directory, version="abc", card={})
    write(trained, directory, version="abc", card={})

    assert [path.name for path in directory.iterdir()] == ["abc"]
    assert sorted(path.name for path in (directory / "abc").iterdir()) == [CARD, WEIGHTS]


def test_shipped_examples_refuses_a_category_without_lines(monkeypatch):
    monkeypatch.setattr(training, "read_file", lambda folder: ())

    with pytest.raises(NothingToLearn, match=next(iter(playbooks()))):
        shipped_examples()


def test_train_shipped_puts_the_model_in_use(tmp_path, monkeypatch, examples):
    monkeypatch.setattr(training, "shipped_examples", lambda: examples)

    card = train_shipped(tmp_path)

    assert listed(tmp_path) == [card["version"]] == [model_version()]
    assert (card["examples"]["other"], card["writers"], card["corrections"]) == (4, 12, 0)


def test_version_changes_with_the_parameters(monkeypatch):
    before = model_version()

    monkeypatch.setitem(PARAMETERS, "regularisation", 5.5)

    assert model_version() != before


def test_card_is_written_as_it_is_returned(trained, tmp_path):
    card = write(trained, tmp_path, version="abc", card={"corrections": 3})

    assert json.loads((tmp_path / "abc" / CARD).read_text(encoding="utf-8")) == card
    assert (card["version"], card["files"], card["corrections"]) == ("abc", model_version(), 3)
