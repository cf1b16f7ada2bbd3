"""What lies on the disk: data folders, room, collected files, catalogs, model, tesseract."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from kayasupport import catalogs
from kayasupport.doctor.finding import Finding, better, broken, well
from tickets import ocr, vitals
from triage import versions

FOLDERS = ("screenshots", "triage")
OTHERS = stat.S_IRWXG | stat.S_IRWXO
GIB = 1024**3


def examine() -> Iterator[Finding]:
    yield from _data_folder()
    yield from _room()
    yield _static_files()
    yield _catalogs()
    yield _model()
    yield _tesseract()


def _data_folder() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    fix = f"Create it for the user who runs KayaSupport alone: install -d -m 700 {folder}"
    if not folder.is_dir():
        yield broken("Data folder", f"{folder} is not there.", fix=fix)
        return
    if not _can_write(folder):
        yield broken(
            "Data folder", f"{folder} cannot be written.", fix=f"chown it to this user: {os.getuid()}."
        )
        return
    open_ones = [str(path) for path in _private(folder) if stat.S_IMODE(path.stat().st_mode) & OTHERS]
    for path in open_ones:
        yield broken(
            "Data folder",
            f"{path} can be read by others on this machine; personal data lie there.",
            fix=f"chmod {'600' if Path(path).is_file() else '700'} {path}",
        )
    if not open_ones:
        yield well("Data folder", f"{folder} is ours alone and can be written.")


def _private(folder: Path) -> Iterator[Path]:
    """What nobody else on the machine may read; where the folder above is shut, it is too."""
    proofs = Path(settings.IDENTITY_DIR)
    if proofs.exists() and folder not in proofs.parents:
        yield proofs
    if not stat.S_IMODE(folder.stat().st_mode) & OTHERS:
        return
    for name in ("screenshots", "identity", "mail", "secret_key", "kayasupport.sqlite3"):
        if (folder / name).exists():
            yield folder / name


def _can_write(folder: Path) -> bool:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            return True
    except OSError:
        return False


def _room() -> Iterator[Finding]:
    try:
        room = vitals.room()
    except OSError as error:
        yield broken(
            "Disk", f"Its room cannot be asked for: {error.strerror}.", fix="Look at the mount of DATA_DIR."
        )
        return
    said = f"{room.free / GIB:.1f} of {room.total / GIB:.1f} GiB are free for screenshots."
    if room.free < settings.DISK_LOW:
        yield better(
            "Disk", said, fix="Make room, or give DATA_DIR a larger disk; DISK_LOW_MIB sets when to warn."
        )
    else:
        yield well("Disk", said)


def _static_files() -> Finding:
    fix = "Run `manage.py collectstatic --no-input`."
    try:
        collected = json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]
    except (OSError, ValueError, KeyError):
        return broken("Static files", "Styles and scripts are not collected: pages would fail.", fix=fix)
    wanted = {name for finder in get_finders() for name, _ in finder.list([])}
    if missing := wanted - set(collected):
        return broken(
            "Static files", f"{len(missing)} of them are not collected, such as {min(missing)}.", fix=fix
        )
    return well("Static files", f"All {len(wanted)} are collected.")


def _catalogs() -> Finding:
    if stale := catalogs.stale():
        said = f"{len(stale)} catalog is behind its source."
        return broken("Translations", said, fix="Run `manage.py compile_catalogs`.")
    return well("Translations", "The catalogs are compiled.")


def _model() -> Finding:
    standing = versions.standing(settings.TRIAGE_MODEL_DIR)
    if standing is None:
        return broken(
            "Triage model",
            "There is none, or none of this release: reports go to the agents without a category.",
            fix="Run `manage.py prepare_triage`.",
        )
    if standing.is_fallback or standing.is_behind:
        why = (
            "the chosen one cannot be read" if standing.is_fallback else "it has not learned the latest files"
        )
        return better(
            "Triage model", f"{standing.version} answers, but {why}.", fix="Run `manage.py train_triage`."
        )
    return well("Triage model", f"{standing.version} answers.")


def _tesseract() -> Finding:
    known = ocr.languages()
    lacking = [language for language in settings.OCR_LANGUAGES if language not in known]
    if settings.OCR == "off":
        return well("Screenshots", "They are not read: OCR is off.")
    if lacking:
        fix = f"On Debian: {ocr.INSTALL}. Or set OCR=off."
        said = f"tesseract does not read {', '.join(lacking)} here."
        return (
            broken("Screenshots", said, fix=fix)
            if settings.OCR == "on"
            else better("Screenshots", said, fix=fix)
        )
    return well("Screenshots", f"tesseract reads {', '.join(known)}.")
