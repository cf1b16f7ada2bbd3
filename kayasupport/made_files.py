"""Static files that are made and not written: joined from several, or copied from where the settings say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage


def folder() -> Path:
    return settings.DATA_DIR / "bundles"


def write(name: str, content: bytes) -> Path:
    """Return where the file lies in the data folder, written anew when it has changed, and never half."""
    target = folder() / name
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(target)
    return target


class MadeFilesFinder(BaseFinder):
    """Offers made files to collectstatic, and to servers that look for static files themselves."""

    def names(self) -> Iterable[str]:
        raise NotImplementedError

    def made(self, name: str) -> Path | None:
        """Return the file of that name, just made, or None for one that is none of these."""
        raise NotImplementedError

    def find(self, path, find_all=False, **kwargs):
        made = self.made(path)
        # An empty list, not None: Django 5.2 takes the None of a finder for something found.
        found = [str(made)] if made else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=folder())
        for name in self.names():
            self.made(name)
            yield name, storage

    def check(self, **kwargs):
        return []
