"""The keys of a backup: in it only when asked for, but always known again by their fingerprints."""

from __future__ import annotations

import hmac
from pathlib import Path

from django.conf import settings

from kayasupport.backups.manifest import Manifest
from tickets import disk

FOLDER = "keys"
# Where keys go that this installation is given by its environment.
ASIDE = "keys-of-backup"
# What each setting seals, and what is lost without its keys.
SEALED = {
    "sealing_keys": "Masked secrets, the sources of mail, drafts, second factors and the secrets of webhooks",
    "identity_keys": "Proofs of identity",
}


def present() -> dict[str, str]:
    """Return the keys in use by their names; each text is as the environment variable takes it."""
    found = {
        "secret_key": settings.SECRET_KEY,
        "secret_key_fallbacks": ",".join(settings.SECRET_KEY_FALLBACKS),
        "sealing_keys": ",".join(settings.SEALING_KEYS),
        "identity_keys": ",".join(settings.IDENTITY_KEYS),
    }
    return {name: text for name, text in found.items() if text}


def fingerprints() -> dict[str, list[str]]:
    """Return what tells later whether the keys are the same, and nothing about them.

    The database has enough already that a guess at a key could be tried on.
    """
    return {
        "secret_key": [_fingerprint(settings.SECRET_KEY)],
        "sealing_keys": [_fingerprint(key) for key in settings.SEALING_KEYS],
        "identity_keys": [_fingerprint(key) for key in settings.IDENTITY_KEYS],
    }


def put_back(source: Path) -> list[str]:
    """Put the keys of an unpacked archive where they are read, or aside; return what to say about it."""
    said: list[str] = []
    given = {path.name: path.read_text() for path in sorted((source / FOLDER).glob("*"))}
    embedded = settings.DATA_DIR / "secret_key"
    if "secret_key" in given and settings.EMBEDDED and _text(embedded) == settings.SECRET_KEY:
        key = given.pop("secret_key")
        _write(embedded, key)
        settings.SECRET_KEY = key
        said.append("The secret key is back in its place.")
    others = {name: text for name, text in given.items() if text != present().get(name)}
    for name, text in others.items():
        _write(settings.DATA_DIR / ASIDE / name, text)
    if others:
        variables = ", ".join(name.upper() for name in others)
        said.append(
            f"Keys of the backup are in {settings.DATA_DIR / ASIDE}: set {variables} to them, then remove it."
        )
    return said


def complaints(manifest: Manifest) -> list[str]:
    """Say what cannot be read, or does not work any more, with the keys of this installation."""
    said = []
    here = {_fingerprint(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
    is_same = set(manifest.keys["secret_key"]) <= here
    if not is_same:
        said.append(
            "SECRET_KEY is another one than when the backup was made: links in mails that were sent do not"
            " work, and everybody signs in anew. Set the old one, or add it to SECRET_KEY_FALLBACKS."
        )
    for name in SEALED:
        # A backup of a release before these keys has nothing that they seal.
        if name in manifest.keys:
            said += _about_seals(name, sealed_by=manifest.keys[name], is_same=is_same)
    return said


def _about_seals(name: str, *, sealed_by: list[str], is_same: bool) -> list[str]:
    variable, lost = name.upper(), f"{SEALED[name]} in this backup cannot be read"
    keys = getattr(settings, variable)
    if sealed_by and not set(sealed_by) <= {_fingerprint(key) for key in keys}:
        return [f"{lost}: {variable} lacks a key they were sealed with. Add it behind the others."]
    if not sealed_by and keys:
        return [f"{lost} while {variable} is set: they were sealed with a key made of SECRET_KEY."]
    if not sealed_by and not is_same:
        return [f"{lost} without the old SECRET_KEY."]
    return []


def _fingerprint(key: str) -> str:
    return hmac.digest(key.encode(), b"kayasupport.backups", "sha256").hex()[:16]


def _text(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return None


def _write(path: Path, text: str) -> None:
    """Replace the file in one step, for the owner's eyes only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with disk.appearing(path) as file:
        file.write(text.encode())
