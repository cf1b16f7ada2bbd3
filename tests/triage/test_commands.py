"""The commands, as an operator runs them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.triage.sources import Memory
from triage import training, versions
from triage.changes import override_with

pytestmark = pytest.mark.usefixtures("model")


def said(*args, **options):
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "reports.jsonl"
    path.write_text(
        '{"id": 1, "text": "otp belum masuk", "label": "otp_not_received", "alt_label": null}\n'
        '{"id": 2, "text": "akun saya diblokir", "label": "account_restricted"}\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def no_model(settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path / "nothing"


def test_prepare_triage_does_nothing_when_nothing_changed():
    assert said("prepare_triage") == "The triage model is up to date.\n"


def test_prepare_triage_keeps_what_was_learned_from_corrections(store, monkeypatch):
    versions.put_in_use(store, "cc3")
    monkeypatch.setattr(versions, "model_version", lambda: "f00")

    said_so = said("prepare_triage")

    assert "Keeping the triage model cc3" in said_so
    assert versions.listed(store) == ["cc3"]


def test_triage_shows_the_outcome_and_why():
    page = said("triage", "otp belum masuk", "--signup-minutes-ago", "2", "--contact", "siti@gmail.com")

    assert "category    self_otp_waiting" in page
    assert "route       self_fix, priority 4, held 30 minutes, then queue" in page
    assert "because     2 menit sejak mendaftar" in page
    assert "1. Tunggu sampai" in page


@pytest.fixture
def changed():
    """Somebody has set the texts and the thresholds of this category at the desk."""
    settings = {"hold_minutes": 45, "subject.id": "Kodenya sebentar lagi"}
    sure = {"min_confidence": 1.0, "advice_confidence": 1.0}
    override_with(Memory(self_otp_waiting=settings, account_restricted=sure))


YOUNG = ("triage", "otp belum masuk", "--signup-minutes-ago", "2", "--contact", "siti@gmail.com")


def test_triage_shows_what_was_changed_at_the_desk(changed):
    page = said(*YOUNG)

    assert "held 45 minutes" in page
    assert "changed     self_otp_waiting.hold_minutes\nchanged     self_otp_waiting.subject.id\n" in page
    assert "Kodenya sebentar lagi" in page


def test_triage_can_show_what_is_shipped(changed):
    page = said(*YOUNG, "--shipped")

    assert "held 30 minutes" in page
    assert "changed" not in page
    assert "Kode verifikasi Anda masih dalam perjalanan" in page


def test_evaluate_triage_measures_the_shipped_settings_unless_asked(changed, lines):
    measured = [said("evaluate_triage", str(lines), "--json", *how) for how in ([], ["--as-set"])]

    assert [json.loads(figures)["coverage"] for figures in measured] == [1.0, 0.5]


def test_triage_as_json_is_one_object():
    outcome = json.loads(
        said("triage", "otp belum masuk", "--tried", "spam", "waited", "--language", "en", "--json")
    )

    assert (outcome["category"], outcome["route"], outcome["hold_minutes"]) == (
        "otp_not_received",
        "agent",
        None,
    )
    assert outcome["facts"]["tried"] == ["spam", "waited"]
    assert outcome["advice"]["language"] == "en"


def test_triage_without_a_model_says_what_to_run(no_model):
    with pytest.raises(CommandError, match="prepare_triage"):
        said("triage", "otp belum masuk")


def test_evaluate_triage_prints_a_table(lines):
    page = said("evaluate_triage", str(lines), "--signup-minutes-ago", "30")

    assert "macro-F1, all classes: 1.000 strict, 1.000 lenient" in page
    assert "otp_not_received answered with wait or spam folder: 0" in page


def test_evaluate_triage_prints_a_category_that_only_alternatives_answered(tmp_path):
    path = tmp_path / "reports.jsonl"
    path.write_text(
        '{"id": 1, "text": "otp belum masuk", "label": "otp_not_received",'
        ' "alt_label": "self_otp_waiting"}\n',
        encoding="utf-8",
    )

    page = said("evaluate_triage", str(path), "--signup-minutes-ago", "3")

    assert page.splitlines()[1].split() == [
        "otp_not_received",
        *["0.000"] * 3,
        "–",
        "1.000",
        "1",
        "–",
    ]


def test_evaluate_triage_as_json_has_a_prediction_per_line(lines):
    figures = json.loads(said("evaluate_triage", str(lines), "--signup-minutes-ago", "30", "--json"))

    assert [(line["id"], line["category"]) for line in figures["predictions"]] == [
        (1, "otp_not_received"),
        (2, "account_restricted"),
    ]


def test_evaluate_triage_says_when_no_class_has_enough_texts(lines):
    assert "macro-F1, classes with 30+ texts: there are none" in said("evaluate_triage", str(lines))


def test_evaluate_triage_writes_a_page(lines, tmp_path):
    out = tmp_path / "out.html"

    said("evaluate_triage", str(lines), "--html", str(out))

    assert "Triage on reports.jsonl" in out.read_text(encoding="utf-8")


def test_evaluate_triage_keeps_a_text_with_a_line_separator_together(tmp_path):
    path = tmp_path / "reports.jsonl"
    path.write_text('{"text": "otp\u2028belum masuk", "label": "otp_not_received"}\n', encoding="utf-8")

    assert json.loads(said("evaluate_triage", str(path), "--json"))["texts"] == 1


def test_evaluate_triage_names_every_bad_line(lines):
    lines.write_text(lines.read_text(encoding="utf-8") + "oops\n{}\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"line 3 is not JSON.*\nline 4 needs an object"):
        said("evaluate_triage", str(lines))


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_evaluate_triage_of_a_file_that_cannot_be_read_says_so(tmp_path, content):
    path = tmp_path / "gone.jsonl"
    if content:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=r"gone\.jsonl: (No such file|this is not UTF-8)"):
        said("evaluate_triage", str(path))


def test_evaluate_triage_of_a_page_that_cannot_be_written_says_so(lines, tmp_path):
    with pytest.raises(CommandError, match=r"out\.html: No such file"):
        said("evaluate_triage", str(lines), "--html", str(tmp_path / "no" / "out.html"))


@pytest.mark.parametrize("arguments", [[], ["x.jsonl", "--cross-validate"]])
def test_evaluate_triage_wants_a_file_or_the_examples(arguments):
    with pytest.raises(CommandError, match="or --cross-validate"):
        said("evaluate_triage", *arguments)


def test_model_card_is_written_and_known_as_current(tmp_path, monkeypatch):
    few = training.shipped_examples()[::10]
    monkeypatch.setattr(training, "shipped_examples", lambda: few)
    (tmp_path / "images").mkdir()
    folder = ["--folder", str(tmp_path)]

    said("model_card", *folder)

    card = (tmp_path / "model-card.md").read_text(encoding="utf-8")
    assert f"| Learned from | {len(few)} examples" in card
    assert "<svg" in (tmp_path / "images" / "calibration.svg").read_text(encoding="utf-8")
    assert said("model_card", "--check", *folder) == "The model card is current.\n"


@pytest.mark.parametrize("content", [None, "version 000000000000."])
def test_model_card_of_another_model_is_not_current(tmp_path, content):
    if content:
        (tmp_path / "model-card.md").write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=r"run manage\.py model_card"):
        said("model_card", "--check", "--folder", str(tmp_path))


def test_evaluate_triage_cross_validates_the_examples(monkeypatch):
    few = training.shipped_examples()[::10]
    monkeypatch.setattr(training, "shipped_examples", lambda: few)

    assert json.loads(said("evaluate_triage", "--cross-validate", "--json"))["texts"] == len(few)
