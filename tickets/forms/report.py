"""Hubungi Kami: the report of a registration issue."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tickets import fields
from tickets.advising import MAX_READ
from tickets.forms.inputs import TypedField, WithScreenshots, contact
from tickets.forms.questions import SituationField
from tickets.forms.signup import WithSignup
from tickets.models.ticket import Zone
from triage.report import DEVICE, RESENT, SPAM, WAITED, Report

TRIED = [
    (WAITED, _("Waited at least 10 minutes")),
    (SPAM, _("Looked in the spam and promotions folders")),
    (RESENT, _("Asked for the code or the link again")),
    (DEVICE, _("Tried another device, browser or connection")),
]
# What a phone's keyboard should do while an address is typed.
ADDRESS_KEYBOARD = {
    "inputmode": "email",
    "autocomplete": "email",
    "autocapitalize": "none",
    "spellcheck": "false",
}


class ReportForm(WithSignup, WithScreenshots):
    """A report as typed. `now` is when it came back."""

    use_required_attribute = False

    situation = SituationField()
    description = TypedField(
        rule=fields.clean_description,
        label=_("Tell us what happened"),
        help_text=_(
            "In your own words: what did you do, and what did the screen say? "
            "Never write an OTP or a password."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    contact = TypedField(
        rule=contact,
        label=_("E-mail or phone number you registered with"),
        help_text=_("So that we can find your registration. Write it just as you did there."),
        widget=forms.TextInput(attrs=ADDRESS_KEYBOARD),
    )
    reply_email = TypedField(
        rule=fields.clean_email,
        label=_("Another e-mail address for our answer"),
        help_text=_(
            "Only if you cannot open the one above, or registered with a phone number. "
            "Our answer is always on your report's page too."
        ),
        widget=forms.TextInput(attrs={**ADDRESS_KEYBOARD, "type": "email"}),
    )
    tried = forms.MultipleChoiceField(
        label=_("What have you tried already?"),
        help_text=_("We will not ask you to do it again."),
        choices=TRIED,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    device = TypedField(
        rule=fields.clean_device,
        label=_("Device and browser"),
        help_text=_("Some problems come with one device only. Change it if you registered on another one."),
        widget=forms.TextInput,
    )
    # People cannot see it; a machine that fills in everything gives itself away.
    # Any filling will do, and none is an error: nobody would see what is wrong.
    website = TypedField(rule=bool, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    # As on the page: the summary of errors is in this order too.
    field_order = [
        "situation", "signup_day", "signup_date", "signup_hour", "signup_zone", "hour_unknown", "signup_sure",
        "tried", "description", "contact", "reply_email", "device", "screenshots",
    ]  # fmt: skip

    def clean(self) -> dict:
        data = super().clean() or self.cleaned_data
        email, phone = data.get("contact", ("", ""))
        data["registered_email"], data["registered_phone"] = email, phone
        data["reply_email"] = fields.second_address(data.get("reply_email", ""), registered_email=email)
        return data

    def as_typed(self) -> dict[str, Any]:
        """What was typed, as the initial values of another form."""
        data = cast(QueryDict, self.data)
        several = {"tried": data.getlist("tried"), "hour_unknown": "hour_unknown" in data}
        names = self.fields.keys() - several.keys() - {"screenshots", "signup_sure"}
        return {name: data[name] for name in names & data.keys()} | several

    def so_far(self) -> Report:
        """What triage may know of a report that is not finished: what can be read of it, and no more."""
        self.full_clean()
        data = self.cleaned_data
        return Report(
            text=str(self.data.get("description", ""))[:MAX_READ],
            situation=data.get("situation", ""),
            language=get_language() or "id",
            signed_up_at=self.signed_up_at,
            signup_precision=self.signup_precision,
            zone=data.get("signup_zone", Zone.WIB),
            tried=frozenset(data.get("tried", ())),
            contact=data.get("registered_email") or data.get("registered_phone", ""),
            reply_contact=data.get("reply_email", ""),
        )
