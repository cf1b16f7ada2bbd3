"""One thing that was looked at: how it is, and what to do when it is not well."""

from __future__ import annotations

from dataclasses import asdict, dataclass

OK, WARNING, ERROR = "ok", "warning", "error"


@dataclass(frozen=True)
class Finding:
    """`fix` is a sentence that says what to do; who is well needs none, and everybody else has one."""

    level: str
    about: str
    said: str
    fix: str = ""

    def __post_init__(self) -> None:
        if (self.level == OK) == bool(self.fix):
            raise ValueError(f"{self.about}: a fix for each that is not well, and for no other")

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def well(about: str, said: str) -> Finding:
    return Finding(OK, about, said)


def better(about: str, said: str, *, fix: str) -> Finding:
    """It works, and would be better otherwise."""
    return Finding(WARNING, about, said, fix)


def broken(about: str, said: str, *, fix: str) -> Finding:
    """It must be fixed."""
    return Finding(ERROR, about, said, fix)
