"""Macros with their history, the ones that come with the product, and the rights of leads to them."""

import tomllib
from importlib import import_module
from pathlib import Path

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

VERBS = ("view", "add", "change", "delete")
RIGHTS = [("tickets", "macro", f"{verb}_macro", f"Can {verb} canned reply") for verb in VERBS]


def add_macros(apps, schema_editor):
    alias = schema_editor.connection.alias
    macros = apps.get_model("tickets", "Macro").objects.using(alias)
    history = apps.get_model("tickets", "HistoricalMacro").objects.using(alias)
    shipped = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["macros"]
    for number, texts in enumerate(shipped, start=1):
        macro = macros.create(**texts, position=number * 10)
        # Signals do not run here: without its first line, the first change would hide what stood before.
        history.create(
            id=macro.pk,
            history_type="+",
            history_date=django.utils.timezone.now(),
            **texts,
            position=macro.position,
        )


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=["lead", "administrator"]):
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in RIGHTS))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0008_bulk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalMacro",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                (
                    "key",
                    models.CharField(
                        db_index=True,
                        max_length=30,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z0-9-]+\\Z", "Use lower-case letters, digits and hyphens only."
                            )
                        ],
                        verbose_name="short word",
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="category")),
                ("body_id", models.TextField(verbose_name="text in Indonesian")),
                ("body_en", models.TextField(verbose_name="text in English")),
                (
                    "after",
                    models.CharField(
                        blank=True,
                        choices=[("wait", "Waits for the requester"), ("resolve", "Resolves the ticket")],
                        max_length=7,
                        verbose_name="after the reply",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical canned reply",
                "verbose_name_plural": "historical canned replies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Macro",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="title")),
                (
                    "key",
                    models.CharField(
                        max_length=30,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z0-9-]+\\Z", "Use lower-case letters, digits and hyphens only."
                            )
                        ],
                        verbose_name="short word",
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="category")),
                ("body_id", models.TextField(verbose_name="text in Indonesian")),
                ("body_en", models.TextField(verbose_name="text in English")),
                (
                    "after",
                    models.CharField(
                        blank=True,
                        choices=[("wait", "Waits for the requester"), ("resolve", "Resolves the ticket")],
                        max_length=7,
                        verbose_name="after the reply",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "canned reply",
                "verbose_name_plural": "canned replies",
                "ordering": ["position", "title"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key", django.db.models.functions.text.Lower("key"))),
                        name="macro_key_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("after__in", ["", "wait", "resolve"])),
                        name="macro_after_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("body_id", ""), _negated=True), models.Q(("body_en", ""), _negated=True)
                        ),
                        name="macro_has_both_texts",
                    ),
                ],
            },
        ),
        migrations.RunPython(add_macros, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
