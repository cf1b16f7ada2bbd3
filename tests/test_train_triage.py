"""The command that trains, tries, replaces and goes back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import AgentFactory, TicketFactory
from tests.triage.conftest import small_model, store  # noqa: F401 (fixtures)
from tickets import desk
from triage import learning, training, versions
from triage.fingerprint import model_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def few_examples(monkeypatch):
    """A tenth of the examples: the way is the same, and takes a tenth of the time."""
    few = training.shipped_examples()[::10]
    monkeypatch.setattr(training, "shipped_examples", lambda: few)


@pytest.fixture
def models(store, few_examples):  # noqa: F811
    """A model in use that is not what training now would make."""
    versions.put_in_use(store, "aa1")
    versions.put_in_use(store, "bb2")
    return store


def said(*arguments):
    out = StringIO()
    call_command("train_triage", *arguments, stdout=out)
    return out.getvalue()


def correct(count):
    rina = AgentFactory()
    for number in range(count):
        ticket = TicketFactory(open=True, description=f"tulisan ke {number} soal formulir pendaftaran")
        desk.categorise(ticket, category="form_rejected", by=rina)


def test_model_that_is_not_worse_is_put_in_use(models, monkeypatch):
    correct(10)
    monkeypatch.setattr(learning, "TOLERANCE", 1)  # a tenth of the examples judges by luck

    page = said()

    version, *before = versions.listed(models)
    card = versions.read_card(models, version)
    assert f"Triage model {version} is in use." in page
    assert before == ["bb2", "aa1"]
    assert version.startswith(f"{model_version()}-")
    assert 0 < card["corrections"] == card["corrections_per_category"]["form_rejected"] <= 10
    assert card["held_out"]["classes"]["form_rejected"]["support"] > 0
    assert {path.name for path in (models / version).iterdir()} == {
        "weights.npz",
        "model.json",
        "card.html",
        "calibration.svg",
    }


def test_model_that_is_worse_is_not(models, monkeypatch):
    correct(10)
    monkeypatch.setattr(learning.Comparison, "complaints", ["macro-F1 went down"])

    with pytest.raises(CommandError, match="macro-F1 went down") as caught:
        said()

    assert (versions.listed(models), caught.value.returncode) == (["bb2", "aa1"], 3)
    assert sorted(path.name for path in models.iterdir() if path.is_dir()) == ["aa1", "bb2", "cc3"]


def test_force_replaces_even_so(models, monkeypatch):
    monkeypatch.setattr(learning.Comparison, "complaints", ["macro-F1 went down"])

    said("--force")

    assert versions.listed(models) == [model_version(), "bb2", "aa1"]


def test_dry_run_writes_nothing(models):
    correct(10)
    before = sorted(models.rglob("*"))

    page = said("--dry-run")

    assert "Nothing was written." in page
    assert (sorted(models.rglob("*")), versions.listed(models)) == (before, ["bb2", "aa1"])


def test_shadow_is_tried_and_not_used(models):
    said("--shadow")

    assert (versions.candidate(models), versions.listed(models)) == (model_version(), ["bb2", "aa1"])


def test_training_again_with_nothing_new_does_nothing(models):
    said()

    assert "has learned all there is" in said()


def test_model_that_has_forgotten_corrections_is_worse(models):
    card = versions.read_card(models, "bb2") | {"corrections": 40}
    versions.replace_file(models / "bb2" / versions.CARD, str(card).replace("'", '"').encode())
    correct(5)

    with pytest.raises(CommandError, match="has learned from 40 corrections"):
        said()


def test_roll_back_is_one_command(models):
    assert said("--roll-back") == "Triage model aa1 is in use again.\n"
    with pytest.raises(CommandError, match="no earlier model"):
        said("--roll-back")


def test_folder_that_cannot_be_written_is_said(models, monkeypatch):
    def refuse(directory, version):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(versions, "put_in_use", refuse)

    with pytest.raises(CommandError, match="cannot be written: Permission denied"):
        said()
