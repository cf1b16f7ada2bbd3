"""What the running system is watched by: signs of life, rounds, counters; leads may look at it."""

from importlib import import_module

import django.utils.timezone
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

RIGHT = ("tickets", "pulse", "view_pulse", "Can view sign of life")


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=["lead", "administrator"]):
        group.permissions.add(roles.permission(apps, alias, *RIGHT))


class Migration(migrations.Migration):
    dependencies = [("tickets", "0028_privacy")]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("ended_at", models.DateTimeField(null=True)),
                ("seconds", models.FloatField(default=0)),
                ("failed_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=60)),
            ],
            options={"verbose_name": "round", "verbose_name_plural": "rounds", "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="MeterValue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("labels", models.CharField(max_length=300)),
                ("value", models.FloatField()),
            ],
            options={
                "verbose_name": "counter",
                "verbose_name_plural": "counters",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("name", "labels"), name="meter_once")],
            },
        ),
        migrations.CreateModel(
            name="Pulse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(choices=[("worker", "Worker"), ("beat", "Beat")], max_length=10),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "sign of life",
                "verbose_name_plural": "signs of life",
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["role", "-seen_at"], name="pulse_latest_idx")],
            },
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
