"""The model directory: one folder per version, and a pointer that says which one is in use.

    current            {"versions": [in use, before it, ...], "stays_for": ""}
    candidate          the same, of the one that only watches; absent when there is none
    <version>/         weights.npz, model.json; card.html and calibration.svg of a model that was compared

A pointer is replaced in one step, and its versions are complete before it names them, so that readers need no
lock.
"""

import fcntl
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.fingerprint import PARAMETERS, model_version
from triage.playbooks import HERE, folders

WEIGHTS, CARD = "weights.npz", "model.json"
PAGE, CALIBRATION = "card.html", "calibration.svg"
CURRENT, CANDIDATE = "current", "candidate"
# As many can be returned to, the one in use included.
KEPT = 5

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class NoEarlierModel(Exception):
    """There is no version before the one in use that this release can read."""


class NoCandidate(Exception):
    """No version is being tried beside the one in use, or it is not the one that was meant."""


@dataclass(frozen=True)
class Standing:
    """The version that answers now.

    `is_fallback`: the one the pointer names first cannot be used. `is_behind`: it was learned from other
    shipped files than these, or without the corrections that the one before it knew.
    """

    version: str
    is_fallback: bool
    is_behind: bool


def standing(directory: Path) -> Standing | None:
    """Which version answers, or None when preparation has to make one.

    A shipped model that is behind is simply made again. One that has learned from corrections is kept until
    it is trained anew: preparation has no database to learn them from (docs/adr/0008). So is one that
    somebody went back to, until the shipped files change once more.
    """
    pointer = read_pointer(directory / CURRENT)
    usable = next((name for name in pointer["versions"] if is_usable(directory, name)), None)
    if usable is None:
        return None
    card = read_card(directory, usable)
    is_old = card.get("files") != model_version()
    if is_old and not card.get("corrections") and pointer["stays_for"] != model_version():
        return None
    before = pointer["versions"][pointer["versions"].index(usable) + 1 :]
    has_forgotten = not card.get("corrections") and any(
        read_card(directory, name).get("corrections") for name in before[:1]
    )
    is_fallback = usable != pointer["versions"][0]
    return Standing(usable, is_fallback=is_fallback, is_behind=is_old or has_forgotten)


def listed(directory: Path) -> list[str]:
    """The version in use, then those before it, the latest first."""
    return list(read_pointer(directory / CURRENT)["versions"])


def candidate(directory: Path) -> str:
    """The version that is tried beside the one in use, or ""."""
    return next(iter(read_pointer(directory / CANDIDATE)["versions"]), "")


def read_pointer(path: Path) -> dict[str, Any]:
    """What a pointer says; one that is absent or damaged names nothing."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        names = [str(name) for name in data["versions"] if _NAME.fullmatch(str(name))]
        return {"versions": names, "stays_for": str(data.get("stays_for", ""))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {"versions": [], "stays_for": ""}


def read_card(directory: Path, version: str) -> dict[str, Any]:
    """The card of a version; empty when it is absent or damaged."""
    try:
        card = json.loads((directory / version / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}


def is_usable(directory: Path, version: str) -> bool:
    """Whether this release can read the version, as far as can be told without loading it."""
    card = read_card(directory, version)
    return (
        card.get("version") == version
        and fits(format_=card.get("parameters", {}).get("format"), slugs=card.get("slugs", []))
        and zipfile.is_zipfile(directory / version / WEIGHTS)
    )


def fits(*, format_: object, slugs: list[str]) -> bool:
    """Whether a model counts the terms as this release does, and knows its categories and no others."""
    return format_ == PARAMETERS["format"] and sorted(slugs) == [folder.name for folder in folders(HERE)]


def put_in_use(directory: Path, version: str) -> None:
    """Make the version the one in use, and forget those too old to return to."""
    with _alone(directory):
        _put_first(directory, version)


def roll_back(directory: Path) -> str:
    """Return to the version before, and name it. Raises NoEarlierModel."""
    with _alone(directory), _discarding(directory):
        names = listed(directory)
        earlier = next((i for i, name in enumerate(names) if i and is_usable(directory, name)), None)
        if earlier is None:
            raise NoEarlierModel("there is no earlier model to return to")
        _point(directory / CURRENT, names[earlier:], stays_for=model_version())
    return names[earlier]


def set_candidate(directory: Path, version: str) -> None:
    """Let the version be tried beside the one in use."""
    with _alone(directory), _discarding(directory):
        _point(directory / CANDIDATE, [version])


def promote_candidate(directory: Path, version: str) -> None:
    """Put the candidate in use; `version` is the one that was looked at. Raises NoCandidate."""
    with _alone(directory):
        if not version or candidate(directory) != version or not is_usable(directory, version):
            raise NoCandidate(version)
        _put_first(directory, version)
        (directory / CANDIDATE).unlink()


def discard_candidate(directory: Path, version: str) -> None:
    """Try the candidate no longer. Raises NoCandidate."""
    with _alone(directory), _discarding(directory):
        if not version or candidate(directory) != version:
            raise NoCandidate(version)
        (directory / CANDIDATE).unlink()


def replace_file(path: Path, content: bytes) -> None:
    """Write the file in one step: a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as fresh:
        fresh.write(content)
        fresh.flush()
        os.fsync(fresh.fileno())
    # Temporary files are born 0600; web and worker may run as another user.
    os.chmod(fresh.name, 0o644)
    os.replace(fresh.name, path)


def _put_first(directory: Path, version: str) -> None:
    with _discarding(directory):
        before = [name for name in listed(directory) if name != version]
        _point(directory / CURRENT, [version, *before][:KEPT])


def _point(path: Path, names: list[str], *, stays_for: str = "") -> None:
    replace_file(path, json.dumps({"versions": names, "stays_for": stays_for}).encode())


@contextmanager
def _discarding(directory: Path) -> Iterator[None]:
    """Remove the versions that no pointer names any more.

    Not simply all that none names: a training run may be writing one at this moment.
    """
    before = {*listed(directory), candidate(directory)}
    yield
    for version in before - {"", *listed(directory), candidate(directory)}:
        shutil.rmtree(directory / version, ignore_errors=True)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One writer at a time: a training run and a button may come together."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
