"""Which model the shipped files ask for, answered without training or scikit-learn."""

import hashlib
import json
from pathlib import Path
from typing import Any

from triage.classifier import CARD, WEIGHTS
from triage.language import LEXICON
from triage.playbooks import HERE, folders

# `word_weight` lets words count more than letters, `doubt` widens the fitted temperature (see training.py).
# No weights for rare classes: `other` has the most examples on purpose, it is what a report is until proven
# otherwise. `format` changes with the layout of the model's files or the code that counts terms.
PARAMETERS: dict[str, Any] = {
    "format": 2,
    "word_min_df": 2,
    "char_min_df": 2,
    "regularisation": 6.0,
    "word_weight": 1.5,
    "folds": 5,
    "lines_per_group": 10,
    "doubt": 1.5,
}


def model_version() -> str:
    """A short hash of everything a model depends on: examples, lexicon and parameters."""
    digest = hashlib.sha256(json.dumps(PARAMETERS, sort_keys=True).encode())
    for path in [LEXICON, *(folder / "examples.txt" for folder in folders(HERE))]:
        digest.update(f"\0{path.parent.name}/{path.name}\0".encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:12]


def is_current(directory: Path) -> bool:
    """Whether the model in `directory` was trained from the files as they are now."""
    try:
        card = json.loads((directory / CARD).read_text(encoding="utf-8"))
        return bool(card["version"] == model_version()) and (directory / WEIGHTS).exists()
    except (OSError, ValueError, KeyError, TypeError):
        return False
