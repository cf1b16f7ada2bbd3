"""Fails when a locked version has a known vulnerability; says so when the advisories cannot be reached."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements/dev.txt")
COMMAND = (
    "-m",
    "pip_audit",
    "--disable-pip",
    "--require-hashes",
    "--format",
    "json",
    "--progress-spinner",
    "off",
)
PATIENCE = 300  # seconds


def main():
    findings = [finding for lock in LOCKS for finding in audited(lock)]
    if findings:
        sys.exit(
            "Known vulnerabilities; `make lock UPGRADE=--upgrade` takes newer versions:\n"
            + "\n".join(findings)
        )


def audited(lock):
    """The lines about vulnerable packages of one lock."""
    command = [sys.executable, *COMMAND, "-r", str(ROOT / lock)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        packages = json.loads(run.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        print(f"{lock}: NOT AUDITED, the advisories could not be reached.")
        return []
    looked_up = [package for package in packages if "skip_reason" not in package]
    print(f"{lock}: {said(len(looked_up), len(packages))}")
    return [line(package, each) for package in looked_up for each in package["vulns"]]


def said(looked_up, packages):
    if not looked_up:
        return f"NOT AUDITED, this package index has no advisories ({packages} packages)."
    return f"{looked_up} of {packages} packages audited."


def line(package, vulnerability):
    fixed = ", ".join(vulnerability["fix_versions"]) or "no version yet"
    return f"  {package['name']} {package['version']}: {vulnerability['id']}, mended in {fixed}"


if __name__ == "__main__":
    main()
