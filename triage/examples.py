"""The training lines of a playbook, each with its writer; the one place that reads examples.txt."""

from dataclasses import dataclass
from pathlib import Path

FILE = "examples.txt"
HEADING = "# writer "
# Lines before the first heading: neighbours come from one hand, so they are one writer's for us.
LINES_PER_WRITER = 10


@dataclass(frozen=True)
class Example:
    """One text of a category.

    The same `writer` in several categories is one person: what is learned from some of their texts must
    not be measured on the others.
    """

    slug: str
    text: str
    writer: str


def read_file(folder: Path) -> tuple[Example, ...]:
    """The examples of one playbook folder, without comments and blank lines; none without a file."""
    path = folder / FILE
    if not path.exists():
        return ()
    found: list[Example] = []
    writer = ""
    for line in map(str.strip, path.read_text(encoding="utf-8").splitlines()):
        if line.startswith(HEADING):
            writer = line.removeprefix(HEADING).strip()
        elif line and not line.startswith("#"):
            found.append(Example(folder.name, line, writer or f"lines {len(found) // LINES_PER_WRITER}"))
    return tuple(found)
