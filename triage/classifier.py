"""From text to calibrated probabilities, with numpy alone: scikit-learn is needed only to train."""

import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from triage.features import counted

WEIGHTS, CARD = "weights.npz", "model.json"

Floats = NDArray[np.float32]


class ModelMissing(Exception):
    """No usable model in the model directory; `manage.py prepare_triage` makes one."""


@dataclass(frozen=True, eq=False)
class Block:
    """One kind of term: where each stands among the columns, and how rare it is."""

    columns: dict[str, int]
    rarity: Floats
    offset: int

    def weighed(self, counts: Counter[str]) -> tuple[NDArray[np.intp], Floats]:
        """Columns and their TF-IDF (sublinear, unit length), as TfidfVectorizer of scikit-learn has it."""
        known = [(self.columns[term], count) for term, count in counts.items() if term in self.columns]
        if not known:
            return np.empty(0, np.intp), np.empty(0, np.float32)
        columns = np.array([column for column, _ in known], np.intp)
        values = (1 + np.log([count for _, count in known])) * self.rarity[columns]
        return columns + self.offset, (values / np.linalg.norm(values)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Classifier:
    """A linear model over word and character terms. `weights` is one row per column, one column per slug."""

    slugs: tuple[str, ...]
    blocks: tuple[Block, Block]
    weights: Floats
    bias: Floats
    temperature: float
    version: str

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Raises ModelMissing when the file is absent or damaged."""
        try:
            # Opened here: numpy leaves the file open when it is no archive.
            with (directory / WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return cls._built(dict(arrays))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ModelMissing(f"no triage model in {directory}: run manage.py prepare_triage") from error

    @classmethod
    def _built(cls, arrays: dict[str, Any]) -> Self:
        words = _block(arrays, "word", offset=0)
        chars = _block(arrays, "char", offset=len(words.columns))
        return cls(
            slugs=tuple(arrays["slugs"].tolist()),
            blocks=(words, chars),
            weights=arrays["weights"],
            bias=arrays["bias"],
            temperature=float(arrays["temperature"]),
            version=str(arrays["version"]),
        )

    def probabilities(self, text: str) -> dict[str, float]:
        """The probability of every category for normalised text; they sum to 1."""
        scores = self.bias.astype(np.float64)
        for block, counts in zip(self.blocks, counted(text), strict=True):
            columns, values = block.weighed(counts)
            scores = scores + values @ self.weights[columns]
        scores = scores / self.temperature
        shares = np.exp(scores - scores.max())
        return dict(zip(self.slugs, (shares / shares.sum()).tolist(), strict=True))


def _block(arrays: dict[str, Any], name: str, *, offset: int) -> Block:
    terms = bytes(arrays[f"{name}_terms"]).decode().split("\n")
    return Block(
        columns={term: column for column, term in enumerate(terms)},
        rarity=arrays[f"{name}_idf"],
        offset=offset,
    )


@cache
def load(directory: Path) -> Classifier:
    """The model of a directory, read once per process; a new model is seen by the next process."""
    return Classifier.load(directory)


def current() -> Classifier:
    """The model this installation uses. Raises ModelMissing."""
    return load(Path(settings.TRIAGE_MODEL_DIR))
