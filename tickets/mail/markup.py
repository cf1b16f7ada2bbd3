"""The text of an HTML mail: cleaned by nh3, tags gone, lines kept, what is quoted left out. Pure."""

from __future__ import annotations

import html
import re

import nh3

# html5ever takes quadratic time on some nests; a mail that says more than this says it in plain text too.
MAX_HTML = 200_000  # characters
MAX_DEPTH = 1_000
LINES = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"}
UNSEEN = {"script", "style", "head", "title"}
BREAKS = re.compile(r"<(?:br|hr)[^<>]*>|</(?:p|div|li|tr|h[1-4]|table|ul|ol)>", re.IGNORECASE)
OPEN_OR_CLOSE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
NEVER_CLOSED = {"br", "hr", "img", "input", "link", "meta", "col", "area", "wbr", "p", "li"}
TAGS = re.compile(r"<[^<>]*>")
NEW_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def plain_text(markup: str) -> str:
    """Return the text of the markup; quoted blocks are left out unless there is nothing else."""
    markup = markup[:MAX_HTML]
    return _text(markup, without=UNSEEN | {"blockquote"}) or _text(markup, without=UNSEEN)


def _depth(markup: str) -> int:
    """How deep the elements stand in each other, as far as their tags tell."""
    depth = deepest = 0
    for tag in OPEN_OR_CLOSE.finditer(markup):
        if tag[2].lower() not in NEVER_CLOSED:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _text(markup: str, *, without: set[str]) -> str:
    if _depth(markup) > MAX_DEPTH:
        # No mail program writes such. The cleaner would take half a minute; what is left here is text too.
        return html.unescape(TAGS.sub(" ", markup)).strip()
    clean = nh3.clean(markup, tags=LINES, attributes={}, clean_content_tags=without, link_rel=None)
    # Line ends of the source are blanks in HTML.
    lines = BREAKS.sub("\n", " ".join(clean.split()))
    text = html.unescape(TAGS.sub("", lines)).replace("\xa0", " ")
    tidy = "\n".join(line.strip() for line in text.split("\n"))
    return NEW_LINES.sub("\n\n", tidy).strip()
