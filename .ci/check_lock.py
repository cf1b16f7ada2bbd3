"""Fails when requirements.txt or requirements/dev.txt is not what `make lock` makes of its source."""

import difflib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    "Makefile",
    "requirements.txt",
    "requirements/base.in",
    "requirements/dev.in",
    "requirements/dev.txt",
]


def main():
    with tempfile.TemporaryDirectory() as folder:
        for name in FILES:
            (Path(folder) / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, Path(folder) / name)
        # The very command, but with our environment: the copy has none and shall not make one.
        command = ["make", "-C", folder, "lock", f"PY={sys.executable}", "PYTHON=true"]
        subprocess.run(command, check=True)
        changes = [line for name in FILES for line in differences(ROOT / name, Path(folder) / name)]
    if changes:
        sys.exit("".join(changes) + "\nrequirements/*.in and the lock do not fit: run `make lock`.")


def differences(old, new):
    return difflib.unified_diff(lines(old), lines(new), str(old.name), "what make lock writes", n=1)


def lines(path):
    return path.read_text().splitlines(keepends=True)


if __name__ == "__main__":
    main()
