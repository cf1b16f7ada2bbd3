"""Fails when a text in the code has no translation, or a catalog is not what makemessages would write."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tickets"


def main():
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / PACKAGE.name
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        complaints = [line for po in copy.glob("locale/*/LC_MESSAGES/*.po") for line in compare(po, copy)]
    if complaints:
        sys.exit("\n".join(complaints))


def compare(po, copy):
    name, language = po.relative_to(copy), po.parent.parent.name
    before = texts(po)
    collect(language, copy)
    after = texts(po)
    yield from (f"{name}: not in the catalog: {text!r}" for text in after.keys() - before.keys())
    yield from (f"{name}: no longer in the code: {text!r}" for text in before.keys() - after.keys())
    yield from (f"{name}: not translated, or fuzzy: {text!r}" for text, done in before.items() if not done)


def collect(language, copy):
    command = ["django-admin", "makemessages", "-l", language, "--no-location", "--no-wrap", "-v", "0"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, cwd=copy, env={**os.environ, "PATH": path}, check=True)


def texts(po):
    """The texts of a catalog, and whether each is translated."""
    with po.open("rb") as file:
        catalog = read_po(file)
    return {message.id: is_translated(message) for message in catalog if message.id}


def is_translated(message):
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


if __name__ == "__main__":
    main()
