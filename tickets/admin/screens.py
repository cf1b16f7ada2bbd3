"""Screenshots as the ticket page shows them: picture, what was read on it, known error texts marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ObjectDoesNotExist
from django.utils.functional import cached_property

from tickets.admin.queue_rows import label_of
from tickets.models import Reading, Screenshot
from tickets.models.reading import ReadingState
from triage.error_strings import Sighting, sightings

# Below, an agent should trust the picture more than the text.
DOUBTFUL = 0.7
# Around a marked line, in thousandths of the picture's shorter edge.
MARGIN = 12


@dataclass(frozen=True)
class Mark:
    """The outline of a line, in pixels of the picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class ShownLine:
    text: str
    labels: list[str] = field(default_factory=list)  # of the categories that its error text speaks for
    wordings: frozenset[str] = frozenset()  # of the known error texts in it
    mark: Mark | None = None


@dataclass(frozen=True)
class Shot:
    screenshot: Screenshot
    number: int
    reading: Reading | None
    source: str = ""  # the number of the merged ticket that it belongs to

    @property
    def state(self) -> str:
        """Of the reading; "" for one that is not clean yet, or was never to be read."""
        return self.reading.state if self.reading else ""

    @property
    def is_wide(self) -> bool:
        return self.screenshot.width > self.screenshot.height

    @property
    def is_doubtful(self) -> bool:
        return self.reading is not None and (self.reading.confidence or 1) < DOUBTFUL

    @cached_property
    def lines(self) -> list[ShownLine]:
        if self.reading is None or self.reading.state != ReadingState.READ:
            return []
        seen: dict[int, list[Sighting]] = {}
        for sighting in sightings(self.reading.text):
            seen.setdefault(sighting.line, []).append(sighting)
        return [
            self._shown(text, place, seen.get(number, []))
            for number, (text, place) in enumerate(self.reading.numbered_lines)
        ]

    @property
    def marked(self) -> list[ShownLine]:
        return [line for line in self.lines if line.labels]

    @property
    def findings(self) -> list[ShownLine]:
        """Each error text once, however many lines repeat it."""
        first: dict[frozenset[str], ShownLine] = {}
        for line in self.marked:
            first.setdefault(line.wordings, line)
        return list(first.values())

    def _shown(self, text: str, place: dict | None, seen: list[Sighting]) -> ShownLine:
        labels = list(dict.fromkeys(label_of(sighting.category) for sighting in seen))
        wordings = frozenset(sighting.wording for sighting in seen)
        return ShownLine(text, labels, wordings, self._mark(place["box"]) if labels and place else None)

    def _mark(self, box: list[float]) -> Mark:
        width, height = self.screenshot.width, self.screenshot.height
        margin = min(width, height) * MARGIN // 1000
        left, top = max(0, round(box[0] * width) - margin), max(0, round(box[1] * height) - margin)
        right = min(width, round((box[0] + box[2]) * width) + margin)
        bottom = min(height, round((box[1] + box[3]) * height) + margin)
        return Mark(left, top, right - left, bottom - top)


def shots(screenshots: Iterable[Screenshot], *, sources: Mapping[int, str]) -> list[Shot]:
    """`screenshots` come with their readings selected; `sources` are the numbers of merged tickets by id."""
    return [
        Shot(each, number, _reading_of(each), sources.get(each.ticket_id, ""))
        for number, each in enumerate(screenshots, start=1)
    ]


def _reading_of(screenshot: Screenshot) -> Reading | None:
    try:
        return screenshot.reading
    except ObjectDoesNotExist:
        return None
