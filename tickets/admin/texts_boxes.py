"""The fields of a page about texts, as its template shows them: what is shipped beside what is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField

from tickets.admin import texts_words as words
from tickets.forms.texts import TextsForm
from tickets.models import PlaybookOverride
from triage import draft
from triage.places import Place
from triage.report import LANGUAGES


@dataclass(frozen=True, kw_only=True)
class Box:
    """One field. `theirs` is what somebody else has made of it meanwhile, None for nothing."""

    field: BoundField
    key: str
    title: str
    hints: Sequence[str]
    shipped: str
    slots: Sequence[tuple[str, str, bool]] = ()  # name, what it stands for, whether it must stay
    language: str = ""
    is_changed: bool
    is_of_another_release: bool
    theirs: str | None

    @property
    def described_by(self) -> str:
        ids = [("shipped", True), ("hint", bool(self.hints)), ("slots", bool(self.slots))]
        ids += [("error", bool(self.field.errors)), ("theirs", self.theirs is not None)]
        return " ".join(f"{self.field.auto_id}-{name}" for name, is_there in ids if is_there)

    @property
    def control(self) -> str:
        attributes: dict[str, str | bool] = {"aria-describedby": self.described_by}
        if self.language:
            attributes["lang"] = self.language
        if self.field.errors:
            attributes["aria-invalid"] = "true"
        return self.field.as_widget(attrs=attributes)


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    boxes: list[Box]


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one tab holds; `code` is a language, or "settings"."""

    code: str
    title: str
    groups: list[Group]

    @property
    def errors(self) -> int:
        return sum(bool(box.field.errors) for group in self.groups for box in group.boxes)

    @property
    def changed(self) -> int:
        return sum(box.is_changed for group in self.groups for box in group.boxes)


def sections_of(
    slug: str, form: TextsForm, *, row: PlaybookOverride, theirs: Mapping[str, Any], settings_title: str
) -> list[Section]:
    """Every field of the form, by tab: the languages first, then the settings where there are any."""
    titles = words.titles_for(slug)
    shipped = draft.shipped_values(slug)

    def box(key: str, **more: Any) -> Box:
        return Box(
            field=form[key],
            key=key,
            shipped=words.in_words(key, shipped[key]),
            is_changed=key in row.changes,
            is_of_another_release=key in row.changes and row.replaced.get(key) != shipped[key],
            theirs=words.in_words(key, theirs[key]) if key in theirs else None,
            **more,
        )

    def text_box(place: Place, language: str) -> Box:
        return box(
            f"{place.key}.{language}",
            title=titles[place.key],
            hints=[*words.conditions(place), *_hint(place.key)],
            slots=[
                (f"{{{slot}}}", str(words.SLOTS[slot]), slot in place.needed) for slot in sorted(place.slots)
            ],
            language=language,
        )

    sections = [
        Section(
            code=language,
            title=str(words.LANGUAGE_NAMES[language]),
            groups=_grouped([(place, text_box(place, language)) for place in draft.places_for(slug)]),
        )
        for language in LANGUAGES
    ]
    settings = [box(name, title=titles[name], hints=_hint(name)) for name in draft.settings_for(slug)]
    if settings:
        groups = [Group(title=settings_title, boxes=settings)]
        sections.append(Section(code="settings", title=settings_title, groups=groups))
    return sections


def _hint(key: str) -> list[str]:
    return [str(words.HINTS[key])] if key in words.HINTS else []


def _grouped(boxes: Sequence[tuple[Place, Box]]) -> list[Group]:
    groups: dict[str, Group] = {}
    for place, box in boxes:
        name = words.GROUP_OF.get(place.group, place.group)
        group = groups.setdefault(name, Group(title=str(words.GROUPS[name]), boxes=[]))
        group.boxes.append(box)
    return list(groups.values())
