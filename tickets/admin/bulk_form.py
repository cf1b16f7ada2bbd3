"""The form of a bulk change: what to do, and with whom or what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Model
from django.utils.translation import gettext as _

from tickets.admin.action_inputs import assignable
from tickets.admin.queue_rows import label_of
from tickets.bulk.deeds import DEEDS
from tickets.models import Macro
from tickets.models.bulk import BulkKind
from triage.playbooks import playbooks

# The field that says with what, for the kinds that need it.
CHOICE_FIELDS: dict[str, str] = {
    BulkKind.ASSIGN: "agent",
    BulkKind.CATEGORISE: "category",
    BulkKind.REPLY: "macro",
}


class AgentChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return obj.get_full_name() or obj.get_username()


class BulkForm(forms.Form):
    def __init__(self, data, *, user: User):
        super().__init__(data)
        kinds = [(kind, BulkKind(kind).label) for kind, deed in DEEDS.items() if user.has_perm(deed.needs)]
        categories = [("", _("Choose …")), *((slug, label_of(slug)) for slug in playbooks())]
        self.fields["kind"] = forms.ChoiceField(
            choices=kinds, error_messages={"required": _("Choose what to do.")}
        )
        self.fields["agent"] = AgentChoice(
            assignable(), label=_("Agent"), required=False, empty_label=_("nobody: give back")
        )
        self.fields["category"] = forms.ChoiceField(choices=categories, label=_("Category"), required=False)
        self.fields["macro"] = forms.ModelChoiceField(
            Macro.objects.usable(), label=_("Canned reply"), required=False, empty_label=_("Choose …")
        )
        for name in CHOICE_FIELDS.values():
            self.fields[name].widget.attrs["class"] = "field__input"

    def clean(self) -> dict[str, Any]:
        """Add `choice`, the id or slug that the kind is to be done with."""
        cleaned = super().clean() or {}
        kind = cleaned.get("kind", "")
        chosen = cleaned.get(CHOICE_FIELDS.get(kind, ""))
        cleaned["choice"] = str(chosen.pk if isinstance(chosen, Model) else chosen or "")
        if kind == BulkKind.CATEGORISE and not chosen:
            self.add_error("category", _("Choose the category."))
        if kind == BulkKind.REPLY and not chosen:
            self.add_error("macro", _("Choose the canned reply."))
        return cleaned
