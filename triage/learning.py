"""Learns from examples and corrections together, and says whether that is worse than what is in use.

Nobody is measured on what was learned from them. Corrections of every fifth requester are never learned from,
by no version, so that each version can be tried on them. Shipped examples are all learned from, so there
every fifth writer is left out for the comparison, once with the corrections and once without.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from triage.classifier import Classifier
from triage.cross_validation import model_of, read_all
from triage.evaluation import Result, measure
from triage.examples import Example
from triage.fingerprint import model_version
from triage.language import normalise
from triage.training import Examples, Trained, classifier_of, fit

HELD_OUT_OF = 5
# On fewer corrections one text more or less decides, which is no decision.
ENOUGH_HELD_OUT = 50
# As far as a figure may fall, or the calibration error rise, without being called worse. Where corrections
# judge, they are the reports people write here; the examples then only guard against forgetting.
TOLERANCE, GUARDING = 0.01, 0.05

FIGURES: dict[str, Callable[[dict[str, Any]], float | None]] = {
    "macro-F1": lambda figures: figures["macro_f1_all"],
    "ECE": lambda figures: figures["calibration"]["chosen"]["ece"],
    "overdue codes sent back": lambda figures: figures["otp_sent_back"],
}
BETTER_IS_MORE = {"macro-F1"}
COUNTED = {"overdue codes sent back"}


@dataclass(frozen=True)
class Comparison:
    """What two models made of the same held-out texts; `before` is None when there is nothing to compare."""

    what: str
    texts: int
    tolerance: float
    before: dict[str, float | None] | None
    after: dict[str, float | None]

    @property
    def complaints(self) -> list[str]:
        """The figures by which the new model is worse, in words."""
        if self.before is None:
            return []
        return [
            f"{name} on the {self.what} went from {self.before[name]} to {self.after[name]}"
            for name in FIGURES
            if _is_worse(name, self.before[name], self.after[name], tolerance=self.tolerance)
        ]


@dataclass(frozen=True)
class Learned:
    """A trained model, not written yet; `results` are its readings of the held-out texts."""

    version: str
    trained: Trained
    shipped: Sequence[Example]
    corrections: Sequence[Example]
    comparisons: Sequence[Comparison]
    results: Sequence[Result]

    @property
    def complaints(self) -> list[str]:
        return [complaint for comparison in self.comparisons for complaint in comparison.complaints]

    def card(self) -> dict[str, Any]:
        """The figures for the model's card."""
        figures = measure(self.results)
        kept = ("texts", "classes", "macro_f1_all", "accuracy", "coverage", "precision_when_named")
        return {
            "held_out": {
                **{name: figures[name] for name in kept},
                "calibration": figures["calibration"],
                "otp_sent_back": figures["otp_sent_back"],
                "compared": [
                    {"what": each.what, "texts": each.texts, "before": each.before, "after": each.after}
                    for each in self.comparisons
                ],
            }
        }


def is_held_out(writer: str) -> bool:
    return hashlib.sha256(writer.encode()).digest()[0] % HELD_OUT_OF == 0


def divided(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Those to learn from and those held out; a writer's texts stay together."""
    learned = [example for example in examples if not is_held_out(example.writer)]
    return learned, [example for example in examples if is_held_out(example.writer)]


def new_labels(corrections: Sequence[Example], *, shipped: Sequence[Example]) -> list[Example]:
    """The corrections that say something the examples do not: demonstrations are made of examples."""
    known = {normalise(example.text) for example in shipped}
    return [example for example in corrections if normalise(example.text) not in known]


def version_of(corrections: Sequence[Example]) -> str:
    """The name of what is learned from the shipped files and these corrections."""
    if not corrections:
        return model_version()
    digest = hashlib.sha256()
    for line in sorted(f"{example.slug}\0{normalise(example.text)}\0" for example in corrections):
        digest.update(line.encode())
    return f"{model_version()}-{digest.hexdigest()[:8]}"


def learn(
    shipped: Sequence[Example], corrections: Sequence[Example], *, running: Classifier | None
) -> Learned:
    """Train on all but the held-out corrections, and compare with the running model where there is one."""
    learned, held_out = divided(corrections)
    version = version_of(learned)
    trained = fit(Examples.of([*shipped, *learned]))
    judged_by_corrections = len(held_out) >= ENOUGH_HELD_OUT
    tolerance = GUARDING if judged_by_corrections else TOLERANCE
    on_examples, results = _on_examples(shipped, learned, tolerance=tolerance)
    comparisons = [on_examples]
    if judged_by_corrections:
        read = read_all(classifier_of(trained, version=version), held_out)
        before = _figures(read_all(running, held_out)) if running else None
        what = "held-out corrections"
        comparisons.append(Comparison(what, len(held_out), TOLERANCE, before, _figures(read)))
        results = [*results, *map(_without_text, read)]
    return Learned(version, trained, shipped, learned, comparisons, results)


def _on_examples(
    shipped: Sequence[Example], corrections: Sequence[Example], *, tolerance: float
) -> tuple[Comparison, list[Result]]:
    kept, held_out = divided(shipped)
    read = read_all(model_of([*kept, *corrections]), held_out)
    before = _figures(read_all(model_of(kept), held_out)) if corrections else None
    return Comparison("held-out examples", len(held_out), tolerance, before, _figures(read)), read


def _without_text(result: Result) -> Result:
    """What people wrote to us ends with their ticket; a model's page outlives it."""
    return Result(replace(result.line, text="(from a ticket)"), result.assessment)


def _figures(results: Sequence[Result]) -> dict[str, float | None]:
    figures = measure(results)
    return {name: read(figures) for name, read in FIGURES.items()}


def _is_worse(name: str, before: float | None, after: float | None, *, tolerance: float) -> bool:
    if before is None or after is None:
        return False
    lost = before - after if name in BETTER_IS_MORE else after - before
    return lost > (0 if name in COUNTED else tolerance)
