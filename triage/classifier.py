"""From text to calibrated probabilities, with numpy alone: scikit-learn is needed only to train."""

import logging
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from triage.features import KINDS, counted
from triage.versions import CANDIDATE, CURRENT, WEIGHTS, fits, read_pointer

logger = logging.getLogger(__name__)

# How often a process looks whether another model was put in use (seconds).
LOOK_EVERY = 1.0

# The column of a term that the model does not know.
UNKNOWN = -1

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
        places = [self.columns.get(term, UNKNOWN) for term in counts]
        columns, times = np.array(places, np.intp), np.array(list(counts.values()))
        columns, times = columns[columns != UNKNOWN], times[columns != UNKNOWN]
        if not columns.size:
            return columns, np.empty(0, np.float32)
        values = (1 + np.log(times)) * self.rarity[columns]
        return columns + self.offset, (values / np.linalg.norm(values)).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Classifier:
    """A linear model over the terms of features.py. `weights` is one row per column, one column per slug."""

    slugs: tuple[str, ...]
    blocks: tuple[Block, ...]
    weights: Floats
    bias: Floats
    temperature: float
    version: str

    @classmethod
    def load(cls, directory: Path) -> Self:
        """The model of a version's folder. Raises ModelMissing when it is absent, damaged or does not fit."""
        try:
            # Opened here: numpy leaves the file open when it is no archive.
            with (directory / WEIGHTS).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                model = cls.of(dict(arrays))
                is_ours = fits(format_=int(arrays["format"]), slugs=list(model.slugs))
        # zlib.error and struct.error too, for a file damaged in the middle: whatever it is, it is no model.
        except Exception as error:
            raise _missing(directory) from error
        if not is_ours:
            raise _missing(directory)
        return model

    @classmethod
    def of(cls, arrays: dict[str, Any]) -> Self:
        """Build the model from the arrays that training.py makes."""
        blocks, offset = [], 0
        for kind in KINDS:
            blocks.append(_block(arrays, kind, offset=offset))
            offset += len(blocks[-1].columns)
        return cls(
            slugs=tuple(arrays["slugs"].tolist()),
            blocks=tuple(blocks),
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


def _missing(directory: Path) -> ModelMissing:
    return ModelMissing(f"no triage model in {directory}: run manage.py prepare_triage")


class Watched:
    """The model a pointer names, read again when the pointer was replaced."""

    def __init__(self, pointer: Path):
        self.pointer = pointer
        self.looked_at = -LOOK_EVERY
        self.stamp: tuple[int, ...] = ()
        self.model: Classifier | None = None

    def latest(self) -> Classifier | None:
        """The first model that can be read of those the pointer names; None when there is none."""
        now = time.monotonic()
        if now - self.looked_at >= LOOK_EVERY:
            stamp = self._stamp()
            if stamp != self.stamp:
                # A pointer that names nothing readable is no reason to give up a model that works.
                self.model = self._first_readable() or (self.model if stamp else None)
                self.stamp = stamp
            # Last: a thread that comes meanwhile must look for itself, not find nothing.
            self.looked_at = now
        return self.model

    def _stamp(self) -> tuple[int, ...]:
        try:
            status = self.pointer.stat()
        except OSError:
            return ()
        return status.st_mtime_ns, status.st_ino, status.st_size

    def _first_readable(self) -> Classifier | None:
        for version in read_pointer(self.pointer)["versions"]:
            try:
                model = Classifier.load(self.pointer.parent / version)
            except ModelMissing:
                logger.error("triage model %s cannot be used; trying the one before it", version)
            else:
                logger.info("triage model %s read", version)
                return model
        return None


@cache
def _watched(pointer: Path) -> Watched:
    return Watched(pointer)


def current() -> Classifier:
    """The model this installation uses. Raises ModelMissing."""
    directory = Path(settings.TRIAGE_MODEL_DIR)
    model = _watched(directory / CURRENT).latest()
    if model is None:
        raise _missing(directory)
    return model


def candidate() -> Classifier | None:
    """The model that is tried beside the one in use, if there is one."""
    return _watched(Path(settings.TRIAGE_MODEL_DIR) / CANDIDATE).latest()
