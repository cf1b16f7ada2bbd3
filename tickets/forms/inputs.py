"""Form fields of our own: cleaned text, an address or a number, several screenshots."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets import fields, screenshots
from tickets.submission import Attachment

# Both spellings: iPhones send HEIC, and some Android pickers know extensions only.
ACCEPT = ",".join(
    [*(f"image/{kind}" for kind in ("png", "jpeg", "webp", "gif", "heic", "heif")), ".heic", ".heif"]
)


class TypedField(forms.Field):
    """What was typed, put through a rule of tickets/fields.py.

    It sets no maxlength in the page: a browser would cut off pasted text without a word.
    """

    widget = forms.TextInput

    def __init__(self, rule: Callable[[str], object], **kwargs):
        super().__init__(required=False, **kwargs)
        self.rule = rule

    def __deepcopy__(self, memo):
        # Every form copies its fields. Ours are changed by no form, so the copy can be a shallow one.
        return copy.copy(self)

    def clean(self, value):
        return self.rule(value or "")

    def widget_attrs(self, widget):
        return {"class": "field__input"}


class ScreenshotsInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self):
        super().__init__(attrs={"accept": ACCEPT, "multiple": True})


class ScreenshotsField(forms.Field):
    """Up to five uploads, as they came: looking into them costs time and is done last."""

    widget = ScreenshotsInput
    most = screenshots.MAX_FILES
    is_optional = True
    # What the scripts of the page say.
    too_many = _("5 pictures at most. Not added: “{name}”.")
    warning = _("Is there an OTP code or a password in a picture? Cover it before you send.")

    title = _("Screenshots")
    hint = _("Up to 5 pictures of what you see. Cover OTP codes and passwords first.")

    def __init__(self):
        super().__init__(required=False, label=self.title, help_text=self.hint)

    def clean(self, value):
        return list(value or [])


class WithScreenshots(forms.Form):
    """The part of a form that takes screenshots."""

    screenshots = ScreenshotsField()

    def inspect_screenshots(self) -> None:
        """Look into the uploads; what is wrong with them becomes errors of the field."""
        uploads = self.files.getlist("screenshots") if self.files else []
        try:
            field = cast(ScreenshotsField, self.fields["screenshots"])
            inspected = screenshots.inspect_all(uploads, most=field.most)
        except screenshots.ScreenshotsRejected as rejected:
            self.add_error("screenshots", [str(error) for error in rejected.errors])
        else:
            self.attachments = [
                Attachment(upload, upload.name or "", found)
                for upload, found in zip(uploads, inspected, strict=True)
            ]

    @property
    def lost_names(self) -> list[str]:
        """The files a browser will not send again by itself, by name."""
        uploads = self.files.getlist("screenshots") if self.files else []
        return [screenshots.safe_name(upload.name or "") for upload in uploads]


def contact(text: str) -> tuple[str, str]:
    """Return (e-mail, "") or ("", phone in E.164) for what was typed into the one field for both."""
    typed = fields.clean_line(text)
    if not typed:
        raise forms.ValidationError(fields.MESSAGES["contact_required"], code="contact_required")
    if "@" in fields.tidy_address(typed):
        return fields.clean_email(typed), ""
    if sum(character.isdigit() for character in typed) >= 5:
        return "", fields.clean_phone(typed)
    raise forms.ValidationError(
        _(
            "Write your full e-mail address, for example nama@contoh.id, "
            "or a phone number, for example 0812 3456 7890."
        ),
        code="contact",
    )
