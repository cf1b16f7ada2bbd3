"""Help before a report: the situation picked on the form, a signup time that cannot be, who was helped."""

import uuid
from importlib import import_module

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

remake_triggers = import_module("tickets.migrations.0004_screenshot_reading").remake_triggers


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0025_incoming_mail"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Backwards these run from the last to the first: what a rebuilt table has lost comes back at the end.
        migrations.RunPython(migrations.RunPython.noop, remake_triggers),
        migrations.CreateModel(
            name="SolvedDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("category", models.CharField(max_length=40)),
                (
                    "language",
                    models.CharField(choices=[("id", "Indonesian"), ("en", "English")], max_length=2),
                ),
                ("number", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "solved before reporting",
                "verbose_name_plural": "solved before reporting",
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="solvedday",
            constraint=models.UniqueConstraint(
                fields=("day", "category", "language"), name="solved_day_once"
            ),
        ),
        migrations.CreateModel(
            name="SolvedForm",
            fields=[
                (
                    "key",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("counted_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "counted form",
                "verbose_name_plural": "counted forms",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="signup_claim",
            field=models.CharField(blank=True, default="", editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="ticket",
            name="situation",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="picked on the form"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("signup_claim", ""), ("signup_precision", "unknown"), _connector="OR"),
                name="ticket_signup_claim_is_not_known",
            ),
        ),
        migrations.RunPython(remake_triggers, migrations.RunPython.noop),
    ]
