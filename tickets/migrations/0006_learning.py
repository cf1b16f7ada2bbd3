"""Weeks of triage and assessments by candidate models, which leads may see and decide on."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

RIGHTS = [
    ("tickets", "triageweek", "view_triageweek", "Can view week of triage"),
    ("tickets", "shadowassessment", "view_shadowassessment", "Can view assessment by a candidate model"),
    ("tickets", "shadowassessment", "decide_candidate", "Can put a candidate model in use or discard it"),
]


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=["lead", "administrator"]):
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in RIGHTS))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0005_secret"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShadowAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=40)),
                ("category", models.CharField(max_length=40)),
                ("confidence", models.FloatField()),
                ("route", models.CharField(max_length=10)),
                ("live_category", models.CharField(max_length=40)),
                ("live_route", models.CharField(max_length=10)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                "verbose_name": "assessment by a candidate model",
                "verbose_name_plural": "assessments by candidate models",
                "permissions": [("decide_candidate", "Can put a candidate model in use or discard it")],
            },
        ),
        migrations.CreateModel(
            name="TriageWeek",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.DateField()),
                ("category", models.CharField(max_length=40)),
                ("triaged", models.PositiveIntegerField()),
                ("abstained", models.PositiveIntegerField()),
                ("corrected", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "week of triage",
                "verbose_name_plural": "weeks of triage",
            },
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["created_at"], name="assessment_created_idx"),
        ),
        migrations.AddField(
            model_name="shadowassessment",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
            ),
        ),
        migrations.AddConstraint(
            model_name="triageweek",
            constraint=models.UniqueConstraint(fields=("week", "category"), name="triage_week_once"),
        ),
        migrations.AddIndex(
            model_name="shadowassessment",
            index=models.Index(fields=["version", "-id"], name="shadow_version_idx"),
        ),
        migrations.AddIndex(
            model_name="shadowassessment",
            index=models.Index(fields=["created_at"], name="shadow_age_idx"),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
