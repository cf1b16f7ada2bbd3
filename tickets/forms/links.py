"""The link to a report: asked for anew by number and address, or sent to one more address."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets import fields
from tickets.forms.inputs import TypedField
from tickets.forms.report import ADDRESS_KEYBOARD


def address(text: str) -> str:
    typed = fields.clean_email(text)
    if not typed:
        raise forms.ValidationError(fields.MESSAGES["email"], code="email")
    return typed


class FindForm(forms.Form):
    use_required_attribute = False

    reference = TypedField(
        rule=fields.clean_reference,
        label=_("Ticket number"),
        help_text=_("For example KS-7F3K-92QX. Capitals and dashes do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    address = TypedField(
        rule=address,
        label=_("E-mail address of the report"),
        help_text=_("The one you registered with, or the other one you gave us for our answer."),
        widget=forms.TextInput(attrs={**ADDRESS_KEYBOARD, "type": "email"}),
    )


class LinkForm(forms.Form):
    use_required_attribute = False

    address = TypedField(
        rule=address,
        label=_("Send it to this address"),
        help_text=_("For example another mailbox of yours that works."),
        widget=forms.TextInput(attrs={**ADDRESS_KEYBOARD, "type": "email", "id": "id_link_address"}),
    )
