"""Incoming mail, its sealed source, who looked at it; and the events of what it brings."""

import uuid
from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

LEAD = [
    ("tickets", "incomingmail", "view_incomingmail", "Can view incoming mail"),
    ("tickets", "incomingmail", "read_source", "Can read the source of incoming mail"),
]
RIGHTS = {"lead": LEAD, "administrator": LEAD}


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=RIGHTS):
        rights = RIGHTS[group.name]
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in rights))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0024_api_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IncomingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("message_id", models.CharField(max_length=300, unique=True)),
                ("content_digest", models.CharField(max_length=64)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("imap", "Mailbox"),
                            ("webhook", "Provider"),
                            ("api", "API"),
                            ("command", "Mail server"),
                        ],
                        max_length=10,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "Waits to be filed"),
                            ("filed", "On a ticket"),
                            ("kept", "Only kept"),
                            ("unreadable", "Needs attention"),
                        ],
                        default="new",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("is_automatic", models.BooleanField(default=False)),
                ("unanswered_because", models.CharField(blank=True, max_length=30)),
                ("from_domain", models.CharField(blank=True, max_length=100)),
                ("sender_digest", models.CharField(blank=True, max_length=32)),
                ("status_code", models.CharField(blank=True, max_length=10)),
                (
                    "linked_message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incoming",
                        to="tickets.message",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="incoming",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "incoming mail",
                "verbose_name_plural": "incoming mail",
                "ordering": ["-id"],
                "permissions": [("read_source", "Can read the source of incoming mail")],
                "default_permissions": ("view",),
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
                    ("linked", "Earlier ticket found"),
                    ("joined", "Another ticket merged into this one"),
                    ("carried", "Gone on into another ticket"),
                    ("parted", "Merge undone"),
                    ("mail_failed", "Mail could not be delivered"),
                    ("complained", "Our mail was called spam"),
                    ("readdressed", "Reply address changed"),
                    ("mail_allowed", "Address may be mailed again"),
                    ("completed", "Report completed"),
                    ("refused", "Attachments refused"),
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
            name="RawMail",
            fields=[
                (
                    "mail",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="raw",
                        serialize=False,
                        to="tickets.incomingmail",
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
            options={
                "verbose_name": "source of a mail",
                "verbose_name_plural": "sources of mail",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="MailLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="looks",
                        to="tickets.incomingmail",
                    ),
                ),
                (
                    "user",
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
                "verbose_name": "look at a mail",
                "verbose_name_plural": "looks at mail",
                "ordering": ["-id"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(
                condition=models.Q(("state", "new")), fields=["received_at"], name="incoming_mail_new_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["state", "-id"], name="incoming_mail_state_idx"),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["ended_at", "state", "reason"], name="incoming_mail_ended_idx"),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["sender_digest", "ended_at"], name="incoming_mail_sender_idx"),
        ),
        migrations.AddIndex(
            model_name="incomingmail",
            index=models.Index(fields=["from_domain", "ended_at"], name="incoming_mail_domain_idx"),
        ),
        migrations.AddConstraint(
            model_name="incomingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "new")),
                    models.Q(models.Q(("state", "new"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="incoming_mail_new_iff_not_ended",
            ),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
