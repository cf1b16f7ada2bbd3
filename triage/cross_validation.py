"""What the words alone tell a model about texts of people it has never read."""

from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.model_selection import GroupKFold

from triage.assess import GUESSES_KEPT, Assessment
from triage.classifier import Classifier
from triage.evaluation import Result
from triage.examples import Example
from triage.labelled import Labelled
from triage.language import normalise
from triage.playbooks import AGENT, OTHER, SELF_FIX, playbooks
from triage.training import Examples, classifier_of, fit

FOLDS = 5


def cross_validate(examples: Sequence[Example]) -> list[Result]:
    """Read every example by a model of the other writers' texts."""
    labels = np.array([example.slug for example in examples])
    writers = np.array([example.writer for example in examples])
    results: list[Result] = []
    for learned, held in GroupKFold(FOLDS).split(labels, labels, writers):
        model = model_of([examples[place] for place in learned])
        results += read_all(model, [examples[place] for place in held])
    return results


def model_of(examples: Iterable[Example]) -> Classifier:
    return classifier_of(fit(Examples.of(examples)), version="measured")


def read_all(model: Classifier, examples: Iterable[Example]) -> list[Result]:
    """What the model makes of the words alone.

    Time and what was tried decide between some categories, and an example comes without them: with them
    unknown, triage would call every missing code overdue, and no model could be told from another.
    """
    return [
        Result(
            Labelled(id=number, text=example.text, label=example.slug, alt_label=""),
            _read(model, example.text),
        )
        for number, example in enumerate(examples, start=1)
    ]


def _read(model: Classifier, text: str) -> Assessment:
    ranked = sorted(model.probabilities(normalise(text)).items(), key=lambda item: item[1], reverse=True)
    best, confidence = ranked[0]
    abstained = confidence < playbooks()[best].min_confidence
    playbook = playbooks()[OTHER if abstained else best]
    is_held = playbook.route == SELF_FIX and confidence >= playbook.hold_confidence
    return Assessment(
        category=playbook.slug,
        confidence=round(dict(ranked)[playbook.slug], 4),
        guesses=tuple((slug, round(share, 4)) for slug, share in ranked[:GUESSES_KEPT]),
        route=SELF_FIX if is_held else AGENT,
        priority=playbook.priority,
        hold=playbook.hold if is_held else None,
        hold_then=playbook.hold_then if is_held else "",
        abstained=abstained,
        is_sure=not abstained and confidence >= playbook.advice_confidence,
        facts={},
        reasons=(),
        model_version=model.version,
    )
