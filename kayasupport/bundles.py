"""Bundles: the styles and scripts of the public pages, written in several files and fetched as one each.

A phone on a slow line pays for every request; a person who mends a script wants a short file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from kayasupport import made_files
from tickets import brand


def sources(name: str) -> list[Path]:
    """Return the files a bundle is made of, in the order of settings.BUNDLES, then of their names."""
    return [path for pattern in settings.BUNDLES[name] for path in sorted(settings.BASE_DIR.glob(pattern))]


def build(name: str) -> Path:
    """Return the bundle's file, written anew when a source has changed."""
    texts = [path.read_text() for path in sources(name)]
    if name in settings.BRANDED_BUNDLES:
        texts.append(brand.style_sheet())
    return made_files.write(name, JOINS[Path(name).suffix](texts).encode())


class BundleFinder(made_files.MadeFilesFinder):
    def names(self):
        return settings.BUNDLES

    def made(self, name):
        return build(name) if name in settings.BUNDLES else None


def _scripts(texts: list[str]) -> str:
    # A block each, in strict mode: what one file names, the others do not see.
    return '"use strict";\n' + "\n".join(f"{{\n{_lines(text)}\n}}" for text in texts) + "\n"


def _styles(texts: list[str]) -> str:
    return "\n".join(map(_lines, texts)) + "\n"


def _lines(text: str) -> str:
    # Indents and lines that are all comment are a sixth of what goes over the line, compressed.
    # Nothing cleverer: the file can still be read, and no tool can break it.
    stripped = map(str.strip, text.splitlines())
    return "\n".join(line for line in stripped if line and not ALL_COMMENT.fullmatch(line))


ALL_COMMENT = re.compile(r"//.*|/\*((?!\*/).)*\*/")
JOINS: dict[str, Callable[[list[str]], str]] = {".js": _scripts, ".css": _styles}
