"""Lists what the product's packages are licensed under; fails on a licence nobody has looked at."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"^([A-Za-z0-9_.-]+)==", re.MULTILINE)
# May all be used and passed on with a product that is not under the same licence itself. The LGPL
# (psycopg) and the MPL (certifi) ask for their own sources only, which the package index has.
ALLOWED = (
    "MIT", "BSD", "Apache", "PSF", "ISC", "LGPL-3.0-only", "Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0",
)  # fmt: skip


def main():
    names = NAME.findall((ROOT / "requirements.txt").read_text())
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--order=license", "--packages", *names]
    check = ["--partial-match", f"--allow-only={';'.join(ALLOWED)}"]
    sys.exit(subprocess.run([*command, *check]).returncode)


if __name__ == "__main__":
    main()
