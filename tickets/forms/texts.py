"""The form of one category's texts and thresholds: every field empty is what is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.fields import clean_line
from tickets.forms.inputs import TypedField
from tickets.models.ticket import HoldThen, Priority
from triage import draft
from triage.fit import places_by_key
from triage.places import LABEL, SUBJECT, Complaint
from triage.playbooks import playbooks
from triage.thresholds import CONFIDENCES, HOLD_THEN, PRIORITY

WHOLE_NUMBER = _("Write a whole number, or nothing.")
SENTENCES: dict[str, str | Promise] = {
    "empty": _("Write something, or nothing at all for the shipped text."),
    "too_long": _("Shorten this to %(limit)s characters; it has %(count)s."),
    "unseen": _("This holds marks that cannot be seen. Type it again."),
    "no_slots": _("Nothing is filled in here: leave out the braces { }."),
    "braces": _(
        "Braces stand only around a placeholder's name, such as {clock}. For real ones, double them."
    ),
    "unknown_slots": _("Not known at this place: %(slots)s."),
    "missing_slots": _("Keep %(slots)s: without it this sentence says something that is not so."),
    "label_taken": _("“%(label)s” has this name already."),
    "step_twice": _("Another step says the same; some requesters would read it twice."),
    "no_choice": _("Choose one of the two."),
    "below_naming": _("Advice needs at least the certainty that naming needs."),
    "below_advice": _("Holding needs at least the certainty that advice needs."),
    "unknown": _("This release has no such text."),
}
BOUNDS = _("Write a number from %(low)s to %(high)s.")


def sentence_of(complaint: Complaint, *, key: str, language: str) -> str:
    """What is wrong, in the lead's language; `key` names the field."""
    params = dict(complaint.params)
    if complaint.code == "out_of_bounds":
        scale = 100 if key in CONFIDENCES else 1
        return str(BOUNDS) % {"low": params["low"] * scale, "high": params["high"] * scale}
    if "slots" in params:
        params["slots"] = ", ".join(f"{{{slot}}}" for slot in params["slots"])
    if "slug" in params:
        params["label"] = playbooks()[params["slug"]].label(language)
    return str(SENTENCES[complaint.code]) % params if params else str(SENTENCES[complaint.code])


class TextsForm(forms.Form):
    """`slug` says whose texts; `values` are the changes shown at first, by key.

    What the fields mean together is checked by the verb that stores them, and comes back by `mark`.
    """

    def __init__(self, data: Mapping[str, Any] | None = None, *, slug: str, values: Mapping[str, Any]):
        initial = {key: shown(key, value) for key, value in values.items()}
        super().__init__(data, initial=initial)
        self.values = values
        self.fields |= {
            key: TypedField(clean_line, widget=_text_input(place.group))
            for key, (place, _language) in places_by_key(draft.places_for(slug)).items()
        }
        self.fields |= {name: _setting_field(name) for name in draft.settings_for(slug)}

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed, by key, once the form is valid."""
        return {key: value for key, value in self.cleaned_data.items() if value not in ("", None)}

    def mark(self, complaints: Mapping[str, Complaint], *, language: str) -> None:
        for key, complaint in complaints.items():
            field = key if key in self.fields else None
            self.add_error(field, sentence_of(complaint, key=key, language=language))


def shown(key: str, value: Any) -> str:
    """A stored value as it stands in its field."""
    return f"{100 * value:g}" if key in CONFIDENCES else str(value)


def _text_input(group: str) -> forms.Widget:
    if group in (LABEL, SUBJECT):
        return forms.TextInput()
    return forms.Textarea(attrs={"rows": 2})


def _setting_field(name: str) -> forms.Field:
    if name == PRIORITY:
        return _choice(Priority.choices, int)
    if name == HOLD_THEN:
        return _choice(HoldThen.choices, str)
    return TypedField(_share if name in CONFIDENCES else _number, widget=forms.NumberInput(attrs={"min": 0}))


def _choice(choices: Any, coerce: Any) -> forms.Field:
    return forms.TypedChoiceField(
        choices=[("", _("As shipped")), *choices],
        coerce=coerce,
        empty_value="",
        required=False,
        widget=forms.Select(attrs={"class": "field__input"}),
    )


def _number(typed: str) -> int | None:
    typed = clean_line(typed)
    if not typed:
        return None
    # Not int() alone: it reads "1_000" and, for a minute, ten thousand digits.
    if not (typed.isascii() and typed.isdigit() and len(typed) < 7):
        raise forms.ValidationError(WHOLE_NUMBER, code="number")
    return int(typed)


def _share(typed: str) -> float | None:
    percent = _number(typed)
    return None if percent is None else percent / 100
