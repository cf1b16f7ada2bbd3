"""Tambah keterangan: what a requester adds to a report that is already there."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets import fields
from tickets.forms.inputs import TypedField, WithScreenshots

NOTHING = _("Write what you want to add, or choose a screenshot.")


class AdditionForm(WithScreenshots):
    use_required_attribute = False

    body = TypedField(
        rule=fields.clean_text,
        label=_("What do you want to add?"),
        help_text=_("For example what you have tried since, or what the screen says now."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ["body", "screenshots"]

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        if len(body) > fields.MAX_DESCRIPTION:
            raise forms.ValidationError(
                fields.MESSAGES["description_too_long"],
                params={"limit": fields.MAX_DESCRIPTION, "count": len(body)},
            )
        return body

    def clean(self) -> dict:
        data = super().clean() or self.cleaned_data
        if "body" in data and not data["body"] and not data.get("screenshots"):
            self.add_error("body", NOTHING)
        return data
