"""The album: pictures of every page and state, for a person to leaf through; `make screenshots`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playwright.sync_api import Page

COVER = "index.html"
HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>KayaSupport, every page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { margin: 24px; font: 16px/1.5 system-ui, sans-serif; background: #f6f7f9; color: #16202b }
section { display: flex; flex-wrap: wrap; align-items: start; gap: 16px; margin-bottom: 40px }
h2 { flex: 1 1 100%; margin: 0; font-size: 1.15rem }
figure { margin: 0 } figcaption { color: #5a6675; font-size: .875rem }
img { max-height: 720px; max-width: 100%; border: 1px solid #dfe4ea; border-radius: 8px }
</style><h1>KayaSupport, every page</h1>
"""


@dataclass(frozen=True)
class Album:
    """Takes no picture unless somebody has asked for a folder of them."""

    folder: Path | None

    def add(self, page: Page, name: str, screen: str) -> None:
        """Keep what `page` shows as `name`, the state, on `screen`, the window."""
        if self.folder:
            path = self.folder / re.sub(r"[^\w.-]+", "-", name) / f"{screen}.png"
            page.screenshot(path=path, full_page=True, animations="disabled")


def bind(folder: Path) -> Path:
    """Write the page that shows all pictures of a folder, and return it."""
    states = sorted(path for path in folder.iterdir() if path.is_dir())
    sections = "".join(_section(state) for state in states)
    cover = folder / COVER
    cover.write_text(HEAD + sections, encoding="utf-8")
    return cover


def _section(state: Path) -> str:
    figures = "".join(
        f'<figure><a href="{state.name}/{picture.name}"><img src="{state.name}/{picture.name}" alt="" '
        f'loading="lazy"></a><figcaption>{escape(picture.stem)}</figcaption></figure>'
        for picture in sorted(state.glob("*.png"))
    )
    return f"<section><h2>{escape(state.name)}</h2>{figures}</section>\n"
