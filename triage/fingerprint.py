"""What a model is made of: the parameters, and one hash for all the shipped files it is learned from."""

import hashlib
import json
from typing import Any

from triage.examples import FILE
from triage.language import LEXICON
from triage.playbooks import HERE, folders

# `weight` lets words count more than letters, `min_df` leaves out what too few texts have (by kinds of terms,
# see features.py), `doubt` widens the fitted temperature (see training.py).
# No weights for rare classes: `other` has the most examples on purpose, it is what a report is until proven
# otherwise. `format` changes with the layout of the model's files or the code that counts terms.
PARAMETERS: dict[str, Any] = {
    "format": 4,
    "min_df": {"word": 2, "char": 2, "pair": 3},
    "weight": {"word": 1.5, "char": 1.0, "pair": 1.2},
    "model": "linear support vectors",
    "regularisation": 0.3,
    "folds": 5,
    "doubt": 1.75,
}


def model_version() -> str:
    """A short hash of everything a model depends on: examples, lexicon and parameters."""
    digest = hashlib.sha256(json.dumps(PARAMETERS, sort_keys=True).encode())
    for path in [LEXICON, *(folder / FILE for folder in folders(HERE))]:
        digest.update(f"\0{path.parent.name}/{path.name}\0".encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:12]
