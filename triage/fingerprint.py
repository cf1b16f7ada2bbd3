"""What a model is made of: the parameters, and one hash for all the shipped files it is learned from."""

import hashlib
import json
from typing import Any

from triage.examples import FILE
from triage.language import LEXICON
from triage.playbooks import HERE, folders

# `word_weight` lets words count more than letters, `doubt` widens the fitted temperature (see training.py).
# No weights for rare classes: `other` has the most examples on purpose, it is what a report is until proven
# otherwise. `format` changes with the layout of the model's files or the code that counts terms.
PARAMETERS: dict[str, Any] = {
    "format": 3,
    "word_min_df": 2,
    "char_min_df": 2,
    "regularisation": 6.0,
    "word_weight": 1.5,
    "folds": 5,
    "doubt": 1.5,
}


def model_version() -> str:
    """A short hash of everything a model depends on: examples, lexicon and parameters."""
    digest = hashlib.sha256(json.dumps(PARAMETERS, sort_keys=True).encode())
    for path in [LEXICON, *(folder / FILE for folder in folders(HERE))]:
        digest.update(f"\0{path.parent.name}/{path.name}\0".encode())
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:12]
