"""No table holds what neither erasure nor retention knows of."""

from django.apps import apps
from django.conf import settings
from django.db import models

from tests.privacy.inventory import INVENTORY, TICKET
from tickets.admin.person_page import KINDS
from tickets.models import Ticket
from tickets.privacy import deletion
from tickets.privacy.retention import RULES

WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
    models.FileField,
)
DOCUMENT = (settings.BASE_DIR / "docs" / "privacy.md").read_text()


def columns_with_words():
    """By model, the columns that can hold more than one of a few codes."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        fields = [f for f in model._meta.get_fields() if isinstance(f, WORDS) and not f.choices]
        if fields:
            found[model._meta.label] = {field.name for field in fields}
    return found


def test_every_column_that_can_hold_words_is_in_the_inventory():
    known = {label: set(columns.split()) for label, (_fate, columns) in INVENTORY.items()}

    assert known == columns_with_words()


def test_what_goes_with_its_ticket_is_bound_to_it():
    loose = [
        label
        for label, (fate, _columns) in INVENTORY.items()
        if fate == TICKET and not leads_to_ticket(apps.get_model(label))
    ]

    assert loose == []


def leads_to_ticket(model):
    """Whether the deletion of a ticket takes the model's rows with it."""
    keys = [f for f in model._meta.get_fields() if f.many_to_one or (f.one_to_one and f.concrete)]
    cascading = [key.related_model for key in keys if key.remote_field.on_delete is models.CASCADE]
    return Ticket in cascading or any(leads_to_ticket(each) for each in cascading)


def test_what_is_counted_has_words_at_the_desk():
    assert set(deletion.HOLDINGS) | {"views"} == set(KINDS)


def test_document_names_every_setting_of_a_rule():
    settings_of_rules = {rule.setting for rule in RULES.values()} - {""}

    assert {name for name in settings_of_rules if f"`{name}`" not in DOCUMENT} == set()
