"""Incidents that tickets are linked to, saved views of the queue, and the indexes of its newer filters."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

AGENT = [("tickets", "incident", "view_incident", "Can view incident")]
LEAD = [
    *AGENT,
    ("tickets", "incident", "add_incident", "Can add incident"),
    ("tickets", "incident", "change_incident", "Can change incident"),
    ("tickets", "savedview", "share_view", "Can share saved views of the queue with everybody"),
]
RIGHTS = {"agent": AGENT, "lead": LEAD, "administrator": LEAD}


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=RIGHTS):
        rights = RIGHTS[group.name]
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in rights))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0012_texts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("query", models.TextField(max_length=2000)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with everybody")),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["position", "id"],
                "permissions": [("share_view", "Can share saved views of the queue with everybody")],
                "default_permissions": (),
            },
        ),
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
                    ("sla_breached", "Promised time missed"),
                    ("incident_linked", "Linked to an incident"),
                    ("incident_unlinked", "Taken off an incident"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=80, verbose_name="title")),
                (
                    "public_note",
                    models.TextField(blank=True, max_length=500, verbose_name="note for requesters"),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="began")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "created_by",
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
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
            },
        ),
        migrations.AddField(
            model_name="ticket",
            name="incident",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="tickets",
                to="tickets.incident",
                verbose_name="incident",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("incident__isnull", False)),
                fields=["incident", "status", "-created_at", "-id"],
                name="ticket_incident_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("confidence__lt", 0.75)),
                fields=["status", "-created_at", "-id"],
                name="ticket_doubtful_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("confidence__isnull", True), models.Q(("category", ""), _negated=True)),
                fields=["status", "-created_at", "-id"],
                name="ticket_human_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["queued_at"], name="ticket_arrival_idx"
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["-started_at"], name="incident_running_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gt", models.F("started_at")), _connector="OR"
                ),
                name="incident_ended_after_started",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="incident_has_title"
            ),
        ),
        migrations.AddIndex(
            model_name="savedview",
            index=models.Index(
                condition=models.Q(("is_shared", True)),
                fields=["position", "id"],
                name="saved_view_shared_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("user", "name"), name="saved_view_name_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="saved_view_has_name"
            ),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
