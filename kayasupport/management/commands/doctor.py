"""doctor: examine this installation and say what to fix."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator

from django.core.management.base import BaseCommand

from kayasupport.doctor import broker, configuration, database, files, mail, processes
from kayasupport.doctor.finding import ERROR, OK, WARNING, Finding, broken

PARTS: dict[str, Callable[[], Iterable[Finding]]] = {
    "settings": configuration.examine,
    "database": database.examine,
    "broker": broker.examine,
    "files": files.examine,
    "mail": mail.examine,
    "processes": processes.examine,
}
MARKS = {OK: "ok  ", WARNING: "look", ERROR: "FIX "}


class Command(BaseCommand):
    help = (
        "Examine this installation; say what is wrong and how to fix it. Ends with 1 when something must be."
    )
    requires_system_checks = []  # they are findings like all others

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--offline", action="store_true", help="do not connect to mail servers or the DNS"
        )

    def handle(self, *args, **options):
        parts = [name for name in PARTS if not (options["offline"] and name == "mail")]
        findings = [finding for name in parts for finding in examined(name)]
        if options["json"]:
            self.stdout.write(json.dumps(report(findings), indent=2, ensure_ascii=False))
        else:
            self.tell(findings)
        if any(finding.level == ERROR for finding in findings):
            sys.exit(1)

    def tell(self, findings: list[Finding]) -> None:
        styles = {OK: self.style.SUCCESS, WARNING: self.style.WARNING, ERROR: self.style.ERROR}
        for finding in findings:
            self.stdout.write(
                f"{styles[finding.level](MARKS[finding.level])}  {finding.about}: {finding.said}"
            )
            if finding.fix:
                self.stdout.write(f"      -> {finding.fix}")
        counts = report(findings)["counts"]
        self.stdout.write("")
        self.stdout.write(f"{counts[ERROR]} to fix, {counts[WARNING]} to look at, {counts[OK]} well.")


def examined(name: str) -> Iterator[Finding]:
    """The findings of one part; an examination that breaks off is one too, and the others go on."""
    try:
        yield from PARTS[name]()
    except Exception as error:
        yield broken(
            name.capitalize(),
            f"The examination broke off: {type(error).__name__}: {error}",
            fix="Fix what is said above first; if it stays, this is a fault of ours.",
        )


def report(findings: list[Finding]) -> dict:
    counts = {level: sum(finding.level == level for finding in findings) for level in (OK, WARNING, ERROR)}
    return {"counts": counts, "findings": [finding.as_json() for finding in findings]}
