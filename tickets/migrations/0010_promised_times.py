"""What is promised and when the desk is open: the rows that leads edit, as shipped."""

from datetime import time
from importlib import import_module

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

# Priority: first answer and resolution, in minutes of opening time.
TARGETS = {1: (30, 240), 2: (60, 480), 3: (240, 960), 4: (480, 2400)}
WORKDAYS = range(5)  # Monday is 0
OPENS, CLOSES = time(8), time(17)
RIGHTS = {
    "servicepolicy": ("promised times", ("view", "change")),
    "servicetarget": ("target", ("view", "change")),
    "openinghours": ("opening hours", ("view", "add", "change", "delete")),
    "specialday": ("special day", ("view", "add", "change", "delete")),
}


def set_promises(apps, schema_editor):
    alias = schema_editor.connection.alias
    policies = apps.get_model("tickets", "ServicePolicy").objects.using(alias)
    policies.create(pk=1)
    targets = apps.get_model("tickets", "ServiceTarget").objects.using(alias)
    for priority, (response, resolution) in TARGETS.items():
        targets.create(priority=priority, response_minutes=response, resolution_minutes=resolution)
    hours = apps.get_model("tickets", "OpeningHours").objects.using(alias)
    for weekday in WORKDAYS:
        hours.create(weekday=weekday, opens=OPENS, closes=CLOSES)


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=["lead", "administrator"]):
        for model, (name, verbs) in RIGHTS.items():
            names = [("tickets", model, f"{verb}_{model}", f"Can {verb} {name}") for verb in verbs]
            group.permissions.add(*(roles.permission(apps, alias, *each) for each in names))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0009_macro"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalOpeningHours",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="day",
                    ),
                ),
                ("opens", models.TimeField(verbose_name="opens")),
                ("closes", models.TimeField(verbose_name="closes")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical opening hours",
                "verbose_name_plural": "historical opening hours",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalServicePolicy",
            fields=[
                ("id", models.PositiveSmallIntegerField(db_index=True, default=1, editable=False)),
                (
                    "has_national_holidays",
                    models.BooleanField(default=True, verbose_name="closed on national holidays"),
                ),
                (
                    "has_joint_leave",
                    models.BooleanField(default=False, verbose_name="closed on days of joint leave"),
                ),
                (
                    "due_soon_minutes",
                    models.PositiveIntegerField(
                        default=30,
                        help_text="In opening time: so long before it is due, the queue points it out.",
                        verbose_name="warn ahead, in minutes",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical promised times",
                "verbose_name_plural": "historical promised times",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalServiceTarget",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Urgent"), (2, "High"), (3, "Normal"), (4, "Low")],
                        db_index=True,
                        verbose_name="priority",
                    ),
                ),
                (
                    "response_minutes",
                    models.PositiveIntegerField(verbose_name="first answer within (minutes)"),
                ),
                (
                    "resolution_minutes",
                    models.PositiveIntegerField(verbose_name="resolution within (minutes)"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical target",
                "verbose_name_plural": "historical targets",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSpecialDay",
            fields=[
                (
                    "id",
                    models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID"),
                ),
                ("date", models.DateField(db_index=True, verbose_name="date")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("opens", models.TimeField(blank=True, null=True, verbose_name="opens")),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="closes")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical special day",
                "verbose_name_plural": "historical special days",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="day",
                    ),
                ),
                ("opens", models.TimeField(verbose_name="opens")),
                ("closes", models.TimeField(verbose_name="closes")),
            ],
            options={
                "verbose_name": "opening hours",
                "verbose_name_plural": "opening hours",
                "ordering": ["weekday", "opens"],
            },
        ),
        migrations.CreateModel(
            name="ServicePolicy",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "has_national_holidays",
                    models.BooleanField(default=True, verbose_name="closed on national holidays"),
                ),
                (
                    "has_joint_leave",
                    models.BooleanField(default=False, verbose_name="closed on days of joint leave"),
                ),
                (
                    "due_soon_minutes",
                    models.PositiveIntegerField(
                        default=30,
                        help_text="In opening time: so long before it is due, the queue points it out.",
                        verbose_name="warn ahead, in minutes",
                    ),
                ),
                ("changed_at", models.DateTimeField(editable=False, null=True)),
                ("recount_after", models.BigIntegerField(editable=False, null=True)),
            ],
            options={
                "verbose_name": "promised times",
                "verbose_name_plural": "promised times",
            },
        ),
        migrations.CreateModel(
            name="ServiceTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Urgent"), (2, "High"), (3, "Normal"), (4, "Low")],
                        unique=True,
                        verbose_name="priority",
                    ),
                ),
                (
                    "response_minutes",
                    models.PositiveIntegerField(verbose_name="first answer within (minutes)"),
                ),
                (
                    "resolution_minutes",
                    models.PositiveIntegerField(verbose_name="resolution within (minutes)"),
                ),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "ordering": ["priority"],
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(unique=True, verbose_name="date")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("opens", models.TimeField(blank=True, null=True, verbose_name="opens")),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="closes")),
            ],
            options={
                "verbose_name": "special day",
                "verbose_name_plural": "special days",
                "ordering": ["-date"],
            },
        ),
        migrations.AddField(
            model_name="historicalopeninghours",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalservicepolicy",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalservicetarget",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalspecialday",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="servicepolicy",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="service_policy_is_one"),
        ),
        migrations.AddConstraint(
            model_name="servicepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_soon_minutes__range", (1, 10080))),
                name="service_policy_warns_within_a_week",
                violation_error_message="Warn between one minute and a week ahead.",
            ),
        ),
        migrations.AddField(
            model_name="openinghours",
            name="policy",
            field=models.ForeignKey(
                default=1,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hours",
                to="tickets.servicepolicy",
            ),
        ),
        migrations.AddField(
            model_name="historicalservicetarget",
            name="policy",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                default=1,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="tickets.servicepolicy",
            ),
        ),
        migrations.AddField(
            model_name="historicalopeninghours",
            name="policy",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                default=1,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="tickets.servicepolicy",
            ),
        ),
        migrations.AddField(
            model_name="servicetarget",
            name="policy",
            field=models.ForeignKey(
                default=1,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="targets",
                to="tickets.servicepolicy",
            ),
        ),
        migrations.AddConstraint(
            model_name="specialday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closes__isnull", True), ("opens__isnull", True)),
                    models.Q(
                        ("closes__isnull", False), ("opens__isnull", False), ("opens__lt", models.F("closes"))
                    ),
                    _connector="OR",
                ),
                name="special_day_is_closed_or_has_hours",
                violation_error_message="Leave both times empty (closed), or let the end be after the start.",
            ),
        ),
        migrations.AddConstraint(
            model_name="openinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens__lt", models.F("closes"))),
                name="opening_hours_end_after_start",
                violation_error_message="The end must be after the start; write 23:59 for midnight.",
            ),
        ),
        migrations.AddConstraint(
            model_name="openinghours",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__range", (0, 6))), name="opening_hours_of_a_weekday"
            ),
        ),
        migrations.AddConstraint(
            model_name="openinghours",
            constraint=models.UniqueConstraint(fields=("weekday", "opens"), name="opening_hours_once"),
        ),
        migrations.AddConstraint(
            model_name="servicetarget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("response_minutes__gt", 0), ("response_minutes__lte", models.F("resolution_minutes"))
                ),
                name="service_target_answers_first",
                violation_error_message="Give the first answer a minute at least, the resolution no less.",
            ),
        ),
        migrations.AddConstraint(
            model_name="servicetarget",
            constraint=models.CheckConstraint(
                condition=models.Q(("resolution_minutes__lte", 60000)),
                name="service_target_is_within_a_year",
                violation_error_message="Promise at most 1000 opening hours.",
            ),
        ),
        migrations.RunPython(set_promises, migrations.RunPython.noop),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
