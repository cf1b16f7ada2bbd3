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
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from triage.classifier import CARD, WEIGHTS
from triage.features import char_terms, word_terms
from triage.fingerprint import PARAMETERS, model_version
from triage.language import normalise
from triage.playbooks import playbooks


@dataclass(frozen=True, eq=False)
class Examples:
    """Normalised lines with their labels. Neighbouring lines share a group: one writer's turns resemble each other."""

    texts: list[str]
    labels: NDArray[np.str_]
    groups: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Trained:
    """The fitted parts of scikit-learn, and the temperature that makes their probabilities honest."""

    words: TfidfVectorizer
    chars: TfidfVectorizer
    model: LogisticRegression
    temperature: float

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        scores = self.model.decision_function(hstack([self.words.transform(texts), self.chars.transform(texts)]))
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
    words = _vectorizer(word_terms, smallest=PARAMETERS["word_min_df"])
    chars = _vectorizer(char_terms, smallest=PARAMETERS["char_min_df"])
    columns = hstack([words.fit_transform(examples.texts), chars.fit_transform(examples.texts)]).tocsr()
    temperature = _temperature(columns, examples)
    return Trained(words, chars, _regression().fit(columns, examples.labels), temperature)


def _vectorizer(terms: Any, *, smallest: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=terms, min_df=smallest, sublinear_tf=True, dtype=np.float64)


def _regression() -> LogisticRegression:
    return LogisticRegression(C=PARAMETERS["regularisation"], class_weight="balanced", max_iter=400)


def _temperature(columns: csr_matrix, examples: Examples) -> float:
    """Divide the scores by this to get probabilities that hold on unseen writers.

    Fitted on cross-validated scores, then widened by a fixed factor: real reports stray further from the examples than
    the examples do from each other.
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

    best = minimize_scalar(surprise, bounds=(0.05, 5), method="bounded").x
    return float(best * PARAMETERS["doubt"])


def shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def write(trained: Trained, card: dict[str, Any], directory: Path) -> None:
    """Replace the model in one step: the weights hold all that a reader needs, the card follows for people and checks."""
    directory.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    np.savez(packed, **_arrays(trained, card))
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


def _arrays(trained: Trained, card: dict[str, Any]) -> dict[str, NDArray[Any]]:
    return {
        "version": np.array(card["version"]),
        "slugs": np.array(card["slugs"]),
        "temperature": np.array(card["temperature"]),
        "word_terms": _terms(trained.words),
        "word_idf": trained.words.idf_.astype(np.float32),
        "char_terms": _terms(trained.chars),
        "char_idf": trained.chars.idf_.astype(np.float32),
        "weights": np.ascontiguousarray(trained.model.coef_.T, dtype=np.float32),
        "bias": trained.model.intercept_.astype(np.float32),
    }


def _terms(vectorizer: TfidfVectorizer) -> NDArray[np.uint8]:
    # One run of bytes: an array of strings pads every term to the longest one.
    return np.frombuffer("\n".join(vectorizer.get_feature_names_out()).encode(), np.uint8)
