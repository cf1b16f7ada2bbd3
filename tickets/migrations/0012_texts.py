"""Texts and thresholds that leads change, with their history."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

RIGHTS = [
    (
        "tickets",
        "playbookoverride",
        f"{verb}_playbookoverride",
        f"Can {verb} texts and thresholds of a category",
    )
    for verb in ("view", "change")
]


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=["lead", "administrator"]):
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in RIGHTS))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0011_queue_by_due"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalPlaybookOverride",
            fields=[
                ("category", models.CharField(db_index=True, max_length=40)),
                ("changes", models.JSONField(blank=True, default=dict)),
                ("replaced", models.JSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
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
                "verbose_name": "historical texts and thresholds of a category",
                "verbose_name_plural": "historical texts and thresholds",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PlaybookOverride",
            fields=[
                ("category", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("changes", models.JSONField(blank=True, default=dict)),
                ("replaced", models.JSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "texts and thresholds of a category",
                "verbose_name_plural": "texts and thresholds",
                "default_permissions": ["view", "change"],
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
