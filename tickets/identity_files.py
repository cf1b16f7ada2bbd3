"""Proofs of identity as files: cleaned without a file, sealed, and only then written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from tickets import disk, sandbox, screenshots
from tickets.full_decode import turn
from tickets.image_structure import Refused
from tickets.screenshots import Cleaned, ScreenshotRejected, ScreenshotsRejected
from tickets.sealing import IDENTITY

# The requester waits for it: all pictures together, in seconds.
CLEAN_SECONDS = 15.0

FOLDER = disk.DatedFolder("IDENTITY_DIR")
path_of, discard = FOLDER.path_of, FOLDER.discard


@dataclass(frozen=True)
class SealedPicture:
    """A clean picture that nobody can read, not written yet."""

    cleaned: Cleaned
    data: bytes


def clean_and_seal(uploads: Sequence[tuple[str, bytes]]) -> list[SealedPicture]:
    """Return pictures, given with their names, as nothing but pixels, sealed; raises ScreenshotsRejected.

    Nothing of them is written to a file on the way. In turn with all that this process decodes.
    """
    until = monotonic() + CLEAN_SECONDS
    done, errors = [], []
    for name, data in uploads:
        try:
            done.append(_clean_and_seal(data, until=until))
        except Refused as refused:
            errors.append(ScreenshotRejected(refused.code, name=screenshots.safe_name(name)))
    if errors:
        raise ScreenshotsRejected(errors)
    return done


def _clean_and_seal(data: bytes, *, until: float) -> SealedPicture:
    try:
        with turn(until=until):
            cleaned, picture = screenshots.cleaned_in_memory(data, seconds=max(0.0, until - monotonic()))
    except screenshots.Uncleanable as error:
        raise Refused(error.reason) from error
    # OSError: no process or no memory left for one.
    except (sandbox.Stopped, OSError) as error:
        raise Refused("busy") from error
    return SealedPicture(cleaned, IDENTITY.seal(picture))


def store(picture: SealedPicture) -> str:
    """Write what is sealed and return its relative path; it is on the disk when this returns."""
    return FOLDER.keep([picture.data], extension="sealed")


def read(relative: str) -> bytes:
    """Return the picture; raises FileNotFoundError, and sealing.Unreadable."""
    return IDENTITY.unseal(path_of(relative).read_bytes())


def reseal(relative: str) -> bool:
    """Seal the file anew under the first key, at once or not at all; False when it is so already.

    Raises FileNotFoundError, and sealing.Unreadable. The caller keeps its row locked: who removes
    the file does so after the row.
    """
    path = path_of(relative)
    sealed = path.read_bytes()
    if IDENTITY.is_current(sealed):
        return False
    resealed = IDENTITY.reseal(sealed)
    with disk.appearing(path) as file:
        file.write(resealed)
    return True
