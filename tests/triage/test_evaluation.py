"""The figures: read from lines, counted, put together."""

from datetime import timedelta

import pytest

from tests.triage.reports import NOW
from triage.evaluation import BadLine, assess_all, macro_f1, measure, per_class, read_lines

LINES = [
    '{"id": "a", "text": "otp belum masuk", "label": "otp_not_received", "alt_label": null, "app": "x"}',
    "",
    '{"id": "b", "text": "lupa sandi, tidak bisa login", "label": "other", "alt_label": "self_typo"}',
]


def test_read_lines_skips_blanks_and_other_keys():
    assert [(line.id, line.label, line.alt_label) for line in read_lines(LINES)] == [
        ("a", "otp_not_received", ""),
        ("b", "other", "self_typo"),
    ]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["{"], "line 1 is not JSON"),
        ([LINES[0], "[]"], "line 2 needs an object"),
        ([LINES[0], "", '{"id": "c", "text": "x"}'], "line 3 needs an object"),
        (['{"text": "x", "label": "weather"}'], "line 1: unknown label 'weather'"),
        (['{"text": 5, "label": "other"}'], "line 1: text and label must be strings"),
        ([""], "no lines"),
    ],
)
def test_read_lines_names_the_bad_line(lines, complaint):
    with pytest.raises(BadLine, match=complaint):
        read_lines(lines)


def test_per_class_counts_precision_and_recall():
    pairs = [("other", "other"), ("other", "self_typo"), ("self_typo", "self_typo")]

    assert per_class(pairs) == {
        "self_typo": {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 1},
        "other": {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2},
    }


def test_macro_f1_leaves_out_classes_with_few_texts():
    classes = {"other": {"f1": 0.8, "support": 40}, "self_typo": {"f1": 0.2, "support": 3}}

    assert (macro_f1(classes, at_least=30), macro_f1(classes, at_least=1)) == (0.8, 0.5)


@pytest.mark.usefixtures("model")
def test_measure_puts_the_figures_together():
    figures = measure(assess_all(read_lines(LINES), now=NOW, signup_minutes_ago=30))

    assert figures["texts"] == 2
    assert figures["otp_sent_back"] == 0
    assert figures["confusion"]["otp_not_received"] == {"otp_not_received": 1}
    assert [(line["id"], line["category"], line["route"]) for line in figures["predictions"]] == [
        ("a", "otp_not_received", "agent"),
        ("b", "other", "agent"),
    ]


@pytest.mark.usefixtures("model")
def test_measure_counts_who_is_sent_back_to_wait():
    figures = measure(assess_all(read_lines(LINES[:1]), now=NOW, signup_minutes_ago=2))

    assert (figures["otp_sent_back"], figures["self_fix"]["held"]) == (1, 1)


@pytest.mark.usefixtures("model")
def test_assess_all_leaves_the_time_unknown_when_none_is_given():
    results = assess_all(read_lines(LINES), now=NOW + timedelta(days=1), signup_minutes_ago=None)

    assert [result.assessment.facts["minutes_since_signup"] for result in results] == [None, None]
