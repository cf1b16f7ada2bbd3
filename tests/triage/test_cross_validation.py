"""Measuring on people the model has never read."""

from triage import cross_validation
from triage.cross_validation import cross_validate, read_all
from triage.examples import Example


class Echo:
    """Knows the texts it learned by heart, and nothing else."""

    version = "echo"

    def __init__(self, examples):
        self.known = {example.text: example.slug for example in examples}

    def probabilities(self, text):
        slug = self.known.get(text, "other")
        return {slug: 0.9, ("self_typo" if slug == "other" else "other"): 0.1}


def test_no_writer_is_read_by_a_model_that_knows_them(monkeypatch):
    monkeypatch.setattr(cross_validation, "model_of", Echo)
    # Each writer has one sentence, the same in all their texts: knowing one text is knowing the others.
    examples = [
        Example(slug, f"kalimat {writer}", writer)
        for writer in ("ani", "budi", "cici", "dodi", "euis")
        for slug in ("self_typo", "self_typo", "self_slow_browser")
    ]

    results = cross_validate(examples)

    assert len(results) == len(examples)
    assert {result.assessment.category for result in results} == {"other"}


def test_read_all_abstains_below_the_threshold_of_the_category():
    class Unsure(Echo):
        def probabilities(self, text):
            return {"self_typo": 0.3, "other": 0.2}

    result = read_all(Unsure([]), [Example("self_typo", "salah ketik", "ani")])[0]

    said = result.assessment
    assert (said.category, said.confidence, said.abstained, said.guesses[0]) == (
        "other",
        0.2,
        True,
        ("self_typo", 0.3),
    )
