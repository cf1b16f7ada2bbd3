"""Fits the classifier to examples and writes it where the classifier reads it."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from triage import features
from triage.classifier import Classifier
from triage.examples import Example, read_file
from triage.fingerprint import PARAMETERS, model_version
from triage.language import normalise
from triage.playbooks import HERE, playbooks
from triage.versions import CARD, WEIGHTS, put_in_use, replace_file


@dataclass(frozen=True, eq=False)
class Examples:
    """Normalised texts with their labels, and a number per writer: their texts resemble each other."""

    texts: list[str]
    labels: NDArray[np.str_]
    groups: NDArray[np.intp]

    @classmethod
    def of(cls, examples: Iterable[Example]) -> Self:
        """Texts without a word are left out."""
        known = [(text, each) for each in examples if (text := normalise(each.text))]
        _, groups = np.unique([each.writer for _, each in known], return_inverse=True)
        return cls([text for text, _ in known], np.array([each.slug for _, each in known]), groups)


@dataclass(frozen=True, eq=False)
class Trained:
    """The fitted parts of scikit-learn, and the temperature that makes their probabilities honest."""

    terms: FeatureUnion
    model: LinearSVC
    temperature: float

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        scores = self.model.decision_function(self.terms.transform(texts))
        return shares(np.asarray(scores) / self.temperature)


class NothingToLearn(Exception):
    """A playbook without examples: its category could never be recognised."""


def train_shipped(directory: Path) -> dict[str, Any]:
    """Learn from the shipped examples alone, put the model in use, and return its card.

    Raises NothingToLearn.
    """
    shipped = shipped_examples()
    card = write(fit(Examples.of(shipped)), directory, version=model_version(), card=counts(shipped))
    put_in_use(directory, card["version"])
    return card


def shipped_examples() -> list[Example]:
    """Every example of the playbooks. Raises NothingToLearn."""
    found: list[Example] = []
    for slug in playbooks():
        examples = read_file(HERE / slug)
        if not examples:
            raise NothingToLearn(f"{slug}: examples.txt is missing or empty")
        found += examples
    return found


def counts(shipped: Sequence[Example], corrections: Sequence[Example] = ()) -> dict[str, Any]:
    """What a model was learned from, for its card."""
    return {
        "examples": _per_category(shipped),
        "writers": len({example.writer for example in shipped}),
        "corrections": sum(_per_category(corrections).values()),
        "corrections_per_category": _per_category(corrections),
    }


def _per_category(examples: Sequence[Example]) -> dict[str, int]:
    counted = Counter(example.slug for example in examples)
    return {slug: counted[slug] for slug in playbooks()}


def fit(examples: Examples) -> Trained:
    terms = FeatureUnion(
        [
            (kind, _vectorizer(terms, smallest=PARAMETERS["min_df"][kind]))
            for kind, terms in features.KINDS.items()
        ],
        transformer_weights=PARAMETERS["weight"],
    )
    columns = terms.fit_transform(examples.texts)
    return Trained(terms, _separator().fit(columns, examples.labels), _temperature(columns, examples))


def _vectorizer(terms: Any, *, smallest: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=terms, min_df=smallest, sublinear_tf=True, dtype=np.float64)


def _separator() -> LinearSVC:
    """One line per category, what it is against the rest; compared with others in docs/adr/0010."""
    return LinearSVC(C=PARAMETERS["regularisation"], random_state=0)


def _temperature(columns: Any, examples: Examples) -> float:
    """Divide the scores by this to get probabilities that hold on unseen writers.

    Fitted on cross-validated scores, then widened by a fixed factor: real reports stray further from the
    examples than the examples do from each other.
    """
    folds = min(PARAMETERS["folds"], len(set(examples.groups)))
    if folds < 2:
        return float(PARAMETERS["doubt"])
    slugs, truth = np.unique(examples.labels, return_inverse=True)
    scores = np.zeros((len(truth), len(slugs)))
    for learned, held in GroupKFold(folds).split(columns, examples.labels, examples.groups):
        model = _separator().fit(columns[learned], examples.labels[learned])
        places = np.searchsorted(slugs, model.classes_)
        scores[np.ix_(held, places)] = model.decision_function(columns[held])

    def surprise(temperature: float) -> float:
        return float(-np.log(shares(scores / temperature)[np.arange(len(truth)), truth] + 1e-12).mean())

    return float(min(np.linspace(0.1, 2, 96), key=surprise) * PARAMETERS["doubt"])


def shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def write(trained: Trained, directory: Path, *, version: str, card: dict[str, Any]) -> dict[str, Any]:
    """Write the files of a version, without putting it in use; return its whole card.

    The weights hold all that a reader needs; the card is for people, and for the question whether it is
    current.
    """
    card = {
        "version": version,
        "files": model_version(),
        "trained_at": timezone.now().isoformat(timespec="seconds"),
        "slugs": trained.model.classes_.tolist(),
        "temperature": trained.temperature,
        "parameters": PARAMETERS,
        **card,
    }
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **_arrays(trained, version))
    replace_file(directory / version / WEIGHTS, packed.getvalue())
    replace_file(directory / version / CARD, (json.dumps(card, indent=2) + "\n").encode())
    return card


def classifier_of(trained: Trained, *, version: str) -> Classifier:
    """What is read back after `write`, without the files."""
    return Classifier.of(_arrays(trained, version))


def _arrays(trained: Trained, version: str) -> dict[str, Any]:
    arrays: dict[str, Any] = {
        "format": np.array(PARAMETERS["format"]),
        "version": np.array(version),
        "slugs": trained.model.classes_.astype(str),
        "temperature": np.array(trained.temperature),
        "weights": _weights(trained).astype(np.float32),
        "bias": trained.model.intercept_.astype(np.float32),
    }
    for name, vectorizer in trained.terms.transformer_list:
        arrays[f"{name}_idf"] = vectorizer.idf_.astype(np.float32)
        # One run of bytes: an array of strings pads every term to the longest one.
        arrays[f"{name}_terms"] = np.frombuffer(
            "\n".join(vectorizer.get_feature_names_out()).encode(), np.uint8
        )
    return arrays


def _weights(trained: Trained) -> NDArray[np.float64]:
    # The factor of each kind of term moves into its weights, so that inference need not know it.
    factors = np.concatenate(
        [
            np.full(len(vectorizer.vocabulary_), PARAMETERS["weight"][kind])
            for kind, vectorizer in trained.terms.transformer_list
        ]
    )
    return np.ascontiguousarray(trained.model.coef_.T * factors[:, None])
