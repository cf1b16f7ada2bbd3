"""The figures: counted, put together, and said when there is nothing to count."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.triage.reports import NOW
from triage import classifier
from triage.evaluation import Result, assess_all, macro_f1, measure, per_class, worst
from triage.labelled import Labelled, read_lines

LINES = [
    '{"id": "a", "text": "otp belum masuk", "label": "otp_not_received", "alt_label": null, "app": "x"}',
    "",
    '{"id": "b", "text": "lupa sandi, tidak bisa login", "label": "other", "alt_label": "self_typo"}',
]


def given(label, category, *, confidence=0.9, best=None, abstained=False, alt_label="", text="x"):
    """A result without a model: what was said of a text with this label."""
    said = SimpleNamespace(
        category=category,
        confidence=confidence,
        guesses=((best or category, confidence),),
        abstained=abstained,
        is_sure=not abstained,
        route="agent",
    )
    return Result(Labelled(id=1, text=text, label=label, alt_label=alt_label), said)


def assessed(lines, **options):
    return assess_all(classifier.current(), read_lines(lines), **options)


def test_per_class_counts_precision_and_recall():
    pairs = [("other", "other"), ("other", "self_typo"), ("self_typo", "self_typo")]

    assert per_class(pairs) == {
        "self_typo": {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "support": 1},
        "other": {"precision": 1.0, "recall": 0.5, "f1": 0.6667, "support": 2},
    }


def test_macro_f1_leaves_out_classes_with_few_texts():
    classes = {"other": {"f1": 0.8, "support": 40}, "self_typo": {"f1": 0.2, "support": 3}}

    scores = [macro_f1(classes, at_least=least) for least in (30, 1, 50)]
    assert scores == [0.8, 0.5, None]


@pytest.mark.usefixtures("model")
def test_measure_puts_the_figures_together():
    figures = measure(assessed(LINES, now=NOW, signup_minutes_ago=30))

    assert figures["texts"] == 2
    assert figures["otp_sent_back"] == 0
    assert figures["confusion"]["otp_not_received"] == {"otp_not_received": 1}
    assert [(line["id"], line["category"], line["route"]) for line in figures["predictions"]] == [
        ("a", "otp_not_received", "agent"),
        ("b", "other", "agent"),
    ]


@pytest.mark.usefixtures("model")
def test_measure_counts_who_is_sent_back_to_wait():
    figures = measure(assessed(LINES[:1], now=NOW, signup_minutes_ago=2))

    assert (figures["otp_sent_back"], figures["self_fix"]["held"]) == (1, 1)


@pytest.mark.usefixtures("model")
def test_assess_all_leaves_the_time_unknown_when_none_is_given():
    results = assessed(LINES, now=NOW + timedelta(days=1), signup_minutes_ago=None)

    assert [result.assessment.facts["minutes_since_signup"] for result in results] == [None, None]


def test_measure_without_enough_texts_has_no_headline():
    figures = measure([given("other", "other")])

    assert (figures["macro_f1"], figures["macro_f1_fewer"], figures["macro_f1_all"]) == (None, None, 1.0)
    assert figures["self_fix"]["precision"] is None


def test_measure_tells_classes_of_25_from_those_of_30():
    figures = measure([given("other", "other")] * 27)

    assert (figures["macro_f1"], figures["macro_f1_fewer"]) == (None, 1.0)


def test_named_figures_leave_abstentions_out():
    figures = measure(
        [
            given("other", "other", abstained=True, best="self_typo", confidence=0.3),
            given("other", "other"),
            given("self_typo", "other", abstained=True, best="self_typo", confidence=0.3),
        ]
    )

    other, typo = figures["classes"]["other"], figures["classes"]["self_typo"]
    assert (other["precision"], other["precision_named"], other["coverage"]) == (0.6667, 1.0, 0.5)
    assert (typo["precision_named"], typo["coverage"]) == (None, 0.0)


def test_single_figures_leave_out_texts_with_a_second_label():
    figures = measure([given("other", "other"), given("other", "self_typo", alt_label="self_typo")])

    assert (figures["single"]["texts"], figures["single"]["accuracy"], figures["accuracy"]) == (1, 1.0, 0.5)


def test_calibration_of_the_choice_counts_what_was_abstained_from():
    calibration = measure(
        [
            given("self_typo", "other", abstained=True, best="self_typo", confidence=0.3),
            given("other", "other", confidence=0.9),
        ]
    )["calibration"]

    assert calibration["chosen"]["ece"] == 0.4  # (0.7 + 0.1) / 2
    assert calibration["named"]["ece"] == 0.1


def test_worst_are_the_surest_that_no_reader_would_accept():
    mistakes = [
        given("other", "self_typo", confidence=0.7, text="b"),
        given("other", "self_typo", confidence=0.9, text="a"),
        given("other", "self_typo", confidence=0.95, alt_label="self_typo"),
        given("self_typo", "other", confidence=0.99, abstained=True),
        given("other", "other", confidence=0.99),
    ]

    assert [result.line.text for result in worst(mistakes)] == ["a", "b"]


def test_advised_figures_count_only_what_the_requester_was_told():
    doubtful = given("other", "self_typo")
    doubtful.assessment.is_sure = False
    results = [given("self_typo", "self_typo"), given("other", "self_typo", alt_label="self_typo"), doubtful]

    advised = measure(results)["advised"]

    assert (advised["texts"], advised["precision"], advised["precision_lenient"]) == (2, 0.5, 1.0)
    assert advised["share"] == 0.6667
    assert advised["classes"] == {"self_typo": {"texts": 2, "precision": 0.5, "precision_lenient": 1.0}}
