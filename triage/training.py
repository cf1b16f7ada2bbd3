"""Trains the classifier from the playbooks' examples and writes it where the classifier reads it."""

import io
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import FeatureUnion

from triage.classifier import CARD, WEIGHTS
from triage.features import char_terms, word_terms
from triage.fingerprint import PARAMETERS, model_version
from triage.language import normalise
from triage.playbooks import playbooks


@dataclass(frozen=True, eq=False)
class Examples:
    """Normalised lines with their labels.

    Neighbouring lines share a group: one writer's turns resemble each other.
    """

    texts: list[str]
    labels: NDArray[np.str_]
    groups: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Trained:
    """The fitted parts of scikit-learn, and the temperature that makes their probabilities honest."""

    terms: FeatureUnion
    model: LogisticRegression
    temperature: float

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        scores = self.model.decision_function(self.terms.transform(texts))
        return shares(np.asarray(scores) / self.temperature)


class NothingToLearn(Exception):
    """A playbook without examples: its category could never be recognised."""


def train(directory: Path) -> dict[str, Any]:
    """Train, write the model into `directory` in one step, and return its card. Raises NothingToLearn."""
    examples = read_examples()
    trained = fit(examples)
    card = {
        "version": model_version(),
        "slugs": trained.model.classes_.tolist(),
        "temperature": trained.temperature,
        "parameters": PARAMETERS,
        "examples": {slug: int((examples.labels == slug).sum()) for slug in playbooks()},
    }
    write(trained, card, directory)
    return card


def read_examples() -> Examples:
    texts, labels, groups = [], [], []
    for slug, playbook in playbooks().items():
        lines = [normalise(line) for line in playbook.examples]
        if not lines:
            raise NothingToLearn(f"{slug}: examples.txt is missing or empty")
        texts += lines
        labels += [slug] * len(lines)
        groups += [number // PARAMETERS["lines_per_group"] for number in range(len(lines))]
    return Examples(texts, np.array(labels), np.array(groups))


def fit(examples: Examples) -> Trained:
    terms = FeatureUnion(
        [
            ("word", _vectorizer(word_terms, smallest=PARAMETERS["word_min_df"])),
            ("char", _vectorizer(char_terms, smallest=PARAMETERS["char_min_df"])),
        ],
        transformer_weights={"word": PARAMETERS["word_weight"]},
    )
    columns = terms.fit_transform(examples.texts)
    return Trained(terms, _regression().fit(columns, examples.labels), _temperature(columns, examples))


def _vectorizer(terms: Any, *, smallest: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=terms, min_df=smallest, sublinear_tf=True, dtype=np.float64)


def _regression() -> LogisticRegression:
    return LogisticRegression(C=PARAMETERS["regularisation"], solver="newton-cg", tol=1e-3)


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
        model = _regression().fit(columns[learned], examples.labels[learned])
        places = np.searchsorted(slugs, model.classes_)
        scores[np.ix_(held, places)] = model.decision_function(columns[held])

    def surprise(temperature: float) -> float:
        return float(-np.log(shares(scores / temperature)[np.arange(len(truth)), truth] + 1e-12).mean())

    return float(min(np.linspace(0.1, 2, 96), key=surprise) * PARAMETERS["doubt"])


def shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def write(trained: Trained, card: dict[str, Any], directory: Path) -> None:
    """Replace the model in one step.

    The weights hold all that a reader needs; the card follows for people and for the question whether it is
    current.
    """
    directory.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **_arrays(trained, card))
    _replace(directory / WEIGHTS, packed.getvalue())
    _replace(directory / CARD, (json.dumps(card, indent=2) + "\n").encode())


def _replace(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as fresh:
        fresh.write(content)
        fresh.flush()
        os.fsync(fresh.fileno())
    # Temporary files are born 0600; web and worker may run as another user.
    os.chmod(fresh.name, 0o644)
    os.replace(fresh.name, path)


def _arrays(trained: Trained, card: dict[str, Any]) -> dict[str, Any]:
    arrays: dict[str, Any] = {
        "version": np.array(card["version"]),
        "slugs": np.array(card["slugs"]),
        "temperature": np.array(card["temperature"]),
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
    # The factor of the word terms moves into their weights, so that inference need not know it.
    factors = np.ones(trained.model.coef_.shape[1])
    factors[: len(trained.terms.transformer_list[0][1].vocabulary_)] = PARAMETERS["word_weight"]
    return np.ascontiguousarray(trained.model.coef_.T * factors[:, None])
