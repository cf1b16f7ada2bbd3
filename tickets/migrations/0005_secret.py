"""Sealed secrets, and which role may have them shown."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

SECRET = ("tickets", "sealedsecret", "reveal_secret", "Can have masked codes, accounts and links shown")
IDENTITY = ("tickets", "sealedsecret", "reveal_identity", "Can have masked identity and card numbers shown")
RIGHTS = {"agent": [SECRET], "lead": [SECRET, IDENTITY], "administrator": [SECRET, IDENTITY]}


def give_rights(apps, schema_editor):
    """Give the rights to the roles that are still there: an operator may have removed one."""
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=RIGHTS):
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in RIGHTS[group.name]))


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_screenshot_reading")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "Report received"),
                    ("triaged", "Categorised"),
                    ("moved", "Status changed"),
                    ("assigned", "Assigned"),
                    ("categorised", "Category changed"),
                    ("replied", "Reply written"),
                    ("noted", "Note written"),
                    ("informed", "Information added"),
                    ("mail_failed", "Mail could not be delivered"),
                    ("screenshot_viewed", "Screenshot viewed"),
                    ("secret_revealed", "Masked secret shown"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="SealedSecret",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("OTP", "OTP"),
                            ("NIK", "NIK"),
                            ("KK", "KK"),
                            ("REKENING", "REKENING"),
                            ("CARD", "CARD"),
                            ("TOKEN", "TOKEN"),
                        ],
                        max_length=10,
                    ),
                ),
                ("sealed", models.BinaryField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("description", "Report"),
                            ("message", "Added information"),
                            ("screenshot", "Screenshot"),
                            ("note", "Internal note"),
                        ],
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="secrets",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "sealed secret",
                "verbose_name_plural": "sealed secrets",
                "ordering": ["number"],
                "permissions": [
                    ("reveal_secret", "Can have masked codes, accounts and links shown"),
                    ("reveal_identity", "Can have masked identity and card numbers shown"),
                ],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "number"), name="sealed_secret_number_is_unique"
                    )
                ],
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
