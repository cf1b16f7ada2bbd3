"""Secrets inside addresses of pages: values by their name, and long random parts of the path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from triage.secrets.cues import data
from triage.secrets.kinds import TOKEN, Secret

LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'“”\x02]{4,2000}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/[^\s<>\"'“”\x02]{4,2000}",
    re.I,
)
SEGMENT = re.compile(r"(?<=/)[A-Za-z0-9_.~:=%-]{16,}(?=[/?#),.]|$)")
# Sixteen letters and digits without a break are no word of a page's title.
RANDOM = re.compile(r"(?=[^/]*\d)(?=[^/]*[A-Za-z])[A-Za-z0-9_=:.~%-]*[A-Za-z0-9_]{16}[A-Za-z0-9_=:.~%-]*")
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


@cache
def _named() -> re.Pattern[str]:
    names = "|".join(map(re.escape, data()["links"]["names"]))
    return re.compile(
        rf"(?<=[?&#;])(?:amp;)?[\w.-]{{0,40}}?(?<![^\W_])(?:{names})=(?P<value>[^&#\s\x02)]{{4,}})", re.I
    )


def find_links(text: str) -> Iterator[Secret]:
    for link in LINK.finditer(text):
        yield from _in_link(text, link.start(), link.end())


def _in_link(text: str, start: int, end: int) -> Iterator[Secret]:
    address = text[start:end].rstrip(".,;:!?)]}")
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    for match in SEGMENT.finditer(path):
        if UUID.fullmatch(match.group()) or RANDOM.fullmatch(match.group()):
            yield Secret(TOKEN, start + match.start(), start + match.end(), match.group())
    for match in _named().finditer(address):
        yield Secret(TOKEN, start + match.start("value"), start + match.end("value"), match["value"])
