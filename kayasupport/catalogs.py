"""Message catalogs: compiles .po to .mo with Babel, so that no machine needs gettext's tools."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.apps import apps
from django.conf import settings


class BrokenCatalog(Exception):
    """A .po file that cannot be read, or whose translation lost a placeholder."""


def sources() -> list[Path]:
    """Return the .po files of our own apps."""
    ours = [Path(app.path) for app in apps.get_app_configs() if _is_ours(Path(app.path))]
    return sorted(po for folder in ours for po in folder.glob("locale/*/LC_MESSAGES/*.po"))


def stale() -> list[Path]:
    return [po for po in sources() if not _is_fresh(po)]


def compile_catalog(po: Path) -> Path:
    """Write the .mo beside the .po, whole or not at all. Raises BrokenCatalog, OSError."""
    compiled = BytesIO()
    write_mo(compiled, _read(po))
    mo = po.with_suffix(".mo")
    part = mo.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(compiled.getvalue())
    part.replace(mo)
    return mo


def _is_ours(folder: Path) -> bool:
    # A virtual environment may lie inside the project.
    return settings.BASE_DIR in folder.parents and "site-packages" not in folder.parts


def _is_fresh(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns


def _read(po: Path) -> Catalog:
    language = po.parent.parent.name
    try:
        with po.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise BrokenCatalog(f"{po}: {error}") from error
    complaints = list(_complaints(catalog))
    if complaints:
        raise BrokenCatalog("\n".join(f"{po}:{complaint}" for complaint in complaints))
    return catalog


def _complaints(catalog: Catalog) -> Iterator[str]:
    """Name every translation that would fail when it is filled in."""
    for message, errors in catalog.check():
        for error in errors:
            yield f"{message.lineno}: {error}"
