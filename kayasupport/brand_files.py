"""The brand's own files among the static ones: logo and icon, copied from where the settings name them.

So they get what all static files get: a hash in the name, caching for ever, our own origin.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from kayasupport import made_files
from tickets import brand

OWN_ICON = Path("tickets/static") / brand.OWN_ICON


def contents() -> dict[str, bytes]:
    """Return the files that the settings ask for, by their names among the static files."""
    named = {
        brand.file_name("logo", settings.BRAND_LOGO): settings.BRAND_LOGO,
        brand.file_name("icon", settings.BRAND_ICON): settings.BRAND_ICON,
    }
    found = {name: content for name, path in named.items() if name and (content := _read(Path(path)))}
    if brand.icon_name() not in {brand.OWN_ICON, *found}:
        found["brand/icon.svg"] = _recoloured()
    return found


class BrandFinder(made_files.MadeFilesFinder):
    def names(self):
        return contents()

    def made(self, name):
        content = contents().get(name) if name.startswith("brand/") else None
        return made_files.write(name, content) if content else None


def _recoloured() -> bytes:
    sign = (settings.BASE_DIR / OWN_ICON).read_text()
    return sign.replace(brand.SHIPPED["light"].brand, brand.shades()["light"].brand).encode()


def _read(path: Path) -> bytes:
    # A file that cannot be read is the business of a system check; the pages do without it.
    try:
        return path.read_bytes()
    except OSError:
        return b""
