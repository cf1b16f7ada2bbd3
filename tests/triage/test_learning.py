"""Learning from corrections: who is held out, and when the result counts as worse."""

import pytest

from triage import learning
from triage.examples import Example
from triage.language import normalise
from triage.learning import Comparison, divided, is_held_out, learn, new_labels, version_of
from triage.training import shipped_examples

WRITERS = [f"requester {number}" for number in range(200)]


class Knowing:
    """Gives every text the category it was told; the others are `other`."""

    version = "knowing"

    def __init__(self, examples):
        self.known = {normalise(example.text): example.slug for example in examples}

    def probabilities(self, text):
        slug = self.known.get(text, "other")
        return {slug: 0.95, ("self_typo" if slug == "other" else "other"): 0.05}


@pytest.fixture
def quick(monkeypatch):
    """No fitting: what is compared is who may learn from whom."""
    monkeypatch.setattr(learning, "model_of", Knowing)
    monkeypatch.setattr(learning, "fit", lambda examples: examples)
    monkeypatch.setattr(learning, "classifier_of", lambda trained, *, version: Knowing([]))


def corrections(count, *, slug="self_typo"):
    return [Example(slug, f"keluhan nomor {number} begini", f"requester {number}") for number in range(count)]


def compared(before, after, *, tolerance=0.01):
    names = ("macro-F1", "ECE", "overdue codes sent back")
    figures = [dict(zip(names, values, strict=True)) for values in (before, after)]
    return Comparison("held-out corrections", 100, tolerance, *figures).complaints


def test_every_fifth_writer_or_so_is_held_out_for_good():
    assert 0.1 < sum(map(is_held_out, WRITERS)) / len(WRITERS) < 0.3
    assert [is_held_out(writer) for writer in WRITERS] == [is_held_out(writer) for writer in WRITERS]


def test_texts_of_one_writer_are_never_divided():
    learned, held_out = divided(
        [Example("other", f"{writer} {turn}", writer) for writer in WRITERS for turn in range(2)]
    )

    assert {each.writer for each in learned} & {each.writer for each in held_out} == set()
    assert len(learned) + len(held_out) == 2 * len(WRITERS)


def test_new_labels_leave_out_what_the_examples_say_already():
    shipped = [Example("self_typo", "Salah ketik!", "ani")]
    said_again = [Example("other", "salah  ketik !", "x"), Example("other", "baru", "x")]

    assert [each.text for each in new_labels(said_again, shipped=shipped)] == ["baru"]


def test_version_is_named_after_the_corrections_in_any_order():
    some = corrections(3)

    names = {version_of(some), version_of(some[::-1]), version_of(some[:2]), version_of([])}

    assert len(names) == 3


@pytest.mark.usefixtures("quick")
def test_corrections_held_out_are_not_learned_from():
    learned = learn(shipped_examples()[::20], corrections(100), running=None)

    assert {is_held_out(each.writer) for each in learned.corrections} == {False}


@pytest.mark.usefixtures("quick")
def test_few_corrections_judge_nothing():
    learned = learn(shipped_examples()[::20], corrections(30), running=Knowing([]))

    assert [each.what for each in learned.comparisons] == ["held-out examples"]


@pytest.mark.usefixtures("quick")
def test_running_model_is_asked_about_the_corrections_held_out(monkeypatch):
    monkeypatch.setattr(learning, "ENOUGH_HELD_OUT", 10)
    running = Knowing(corrections(100))

    judged = learn(shipped_examples()[::20], corrections(100), running=running).comparisons[1]

    assert (judged.before["macro-F1"], judged.after["macro-F1"]) == (1.0, 0.0)
    assert "macro-F1 on the held-out corrections went from 1.0 to 0.0" in judged.complaints


@pytest.mark.usefixtures("quick")
def test_card_and_page_carry_no_text_of_a_ticket(monkeypatch):
    monkeypatch.setattr(learning, "ENOUGH_HELD_OUT", 10)

    learned = learn(shipped_examples()[::20], corrections(100), running=None)

    assert any("keluhan" in each.text for each in learned.corrections)
    assert not any("keluhan" in result.line.text for result in learned.results)
    assert "keluhan" not in str(learned.card())


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ((0.8, 0.05, 0), (0.8, 0.05, 0), 0),
        ((0.8, 0.05, 0), (0.795, 0.055, 0), 0),
        ((0.8, 0.05, 0), (0.78, 0.05, 0), 1),
        ((0.8, 0.05, 0), (0.9, 0.07, 0), 1),
        ((0.8, 0.05, 2), (0.9, 0.01, 3), 1),
        ((0.8, 0.05, 2), (0.7, 0.10, 3), 3),
        ((None, None, 0), (0.7, 0.10, 0), 0),
    ],
)
def test_worse_is_what_falls_by_more_than_the_tolerance(before, after, count):
    assert len(compared(before, after)) == count


def test_tolerance_never_covers_the_costly_mistake():
    assert len(compared((0.8, 0.05, 0), (0.79, 0.06, 1), tolerance=0.05)) == 1
