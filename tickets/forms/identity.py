"""Kirim bukti identitas: one or two pictures of a card."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.inputs import ScreenshotsField, WithScreenshots
from tickets.identity.receiving import MOST

NOTHING = _("Choose the picture of your card first.")


class CardField(ScreenshotsField):
    most = MOST
    is_optional = False
    too_many = _("2 pictures at most. Not added: “{name}”.")
    warning = _(
        "Look at the picture once more: can your name and your photo be read, and is the rest covered?"
    )

    title = _("Picture of your card")
    hint = _("One picture, or two for both sides. Take it in good light, without a flash.")


class IdentityForm(WithScreenshots):
    use_required_attribute = False

    screenshots = CardField()

    def clean_screenshots(self) -> list:
        pictures = self.cleaned_data["screenshots"]
        if not pictures:
            raise forms.ValidationError(NOTHING)
        return pictures
