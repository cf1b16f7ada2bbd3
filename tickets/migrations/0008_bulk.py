"""Changes to many tickets at once, for everybody who works tickets."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

RIGHTS = [
    ("tickets", "bulkjob", "add_bulkjob", "Can add bulk change"),
    ("tickets", "bulkjob", "view_bulkjob", "Can view bulk change"),
]


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=["agent", "lead", "administrator"]):
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in RIGHTS))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_agent_profile_and_due"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assign", "Assign"),
                            ("categorise", "Change the category"),
                            ("reply", "Send a canned reply"),
                            ("resolve", "Resolve without a reply"),
                            ("spam", "Mark as spam"),
                        ],
                        max_length=10,
                    ),
                ),
                ("choice", models.CharField(blank=True, max_length=60)),
                ("query", models.JSONField(blank=True, null=True)),
                ("gathered_pk", models.PositiveBigIntegerField(default=0)),
                ("last_pk", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("finished", "Finished"),
                            ("stopped", "Stopped"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "started_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bulk change",
                "verbose_name_plural": "bulk changes",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Changed"),
                            ("same", "Was so already"),
                            ("refused", "Not changed"),
                            ("undone", "Undone"),
                            ("kept", "Left as it is"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("because", models.CharField(blank=True, max_length=20)),
                ("before", models.JSONField(blank=True, null=True)),
                ("event_pk", models.BigIntegerField(blank=True, null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tickets.ticket"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="tickets.bulkjob",
                    ),
                ),
            ],
            options={
                "verbose_name": "ticket of a bulk change",
                "verbose_name_plural": "tickets of a bulk change",
                "ordering": ["id"],
            },
        ),
        migrations.AddIndex(
            model_name="bulkjob",
            index=models.Index(
                condition=models.Q(("state__in", ["running", "undoing"])),
                fields=["lease_until"],
                name="bulk_at_work_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkjob",
            index=models.Index(fields=["started_by", "-id"], name="bulk_person_idx"),
        ),
        migrations.AddConstraint(
            model_name="bulkjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ["running", "undoing"])),
                    models.Q(
                        models.Q(("state__in", ["running", "undoing"]), _negated=True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="bulk_ended_iff_not_at_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkjob",
            constraint=models.CheckConstraint(
                condition=models.Q(("last_pk__isnull", True), ("query__isnull", False), _connector="OR"),
                name="bulk_gathers_by_query",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkitem",
            index=models.Index(fields=["job", "state", "id"], name="bulk_item_idx"),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(fields=("job", "ticket"), name="bulk_ticket_once"),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("before__isnull", False), ("event_pk__isnull", False)),
                    _connector="OR",
                ),
                name="bulk_done_can_be_undone",
            ),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
