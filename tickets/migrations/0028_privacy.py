"""Retention, erasure and its receipts: rights for leads and administrators, and indexes for what is old."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import tickets.models.privacy

roles = import_module("tickets.migrations.0002_roles")

LEAD = [
    ("tickets", "retention", "view_retention", "Can view retention rule"),
    ("tickets", "erasure", "view_erasure", "Can view erasure"),
    ("tickets", "erasure", "add_erasure", "Can add erasure"),
    ("tickets", "erasure", "export_person", "Can export the data of one person"),
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
        ("tickets", "0027_link_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Departed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hour", "Hour"),
                            ("day", "Day"),
                            ("agent", "Agent's day"),
                            ("week", "Week of triage"),
                        ],
                        max_length=5,
                    ),
                ),
                ("start", models.DateTimeField()),
                ("key", models.CharField(blank=True, max_length=40)),
                ("counts", models.JSONField(default=dict)),
                ("times", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "count of deleted tickets",
                "verbose_name_plural": "counts of deleted tickets",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        default=tickets.models.privacy.new_receipt_number, max_length=12, unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("email", "E-mail address"), ("phone", "Phone number")], max_length=5
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("asked", "The person asked for it"),
                            ("not_theirs", "Somebody else used their address or number"),
                            ("unlawful", "We should not have had the data"),
                            ("obliged", "An authority or a court demands it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "ordering": ["-id"],
                "permissions": [("export_person", "Can export the data of one person")],
                "default_permissions": ("view", "add"),
            },
        ),
        migrations.CreateModel(
            name="Retention",
            fields=[
                ("rule", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("ran_at", models.DateTimeField()),
                ("removed", models.PositiveIntegerField(default=0)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("total", models.PositiveBigIntegerField(default=0)),
                ("is_behind", models.BooleanField(default=False)),
                ("has_failed", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "retention rule",
                "verbose_name_plural": "retention rules",
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
                    ("link_mailed", "Link sent by e-mail"),
                    ("refused", "Attachments refused"),
                    ("screenshot_viewed", "Screenshot viewed"),
                    ("secret_revealed", "Masked secret shown"),
                    ("sla_breached", "Promised time missed"),
                    ("incident_linked", "Linked to an incident"),
                    ("incident_unlinked", "Taken off an incident"),
                    ("exported", "Data exported for the person"),
                    ("discarded", "Screenshots removed by age"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="suppressedaddress",
            name="address",
            field=models.EmailField(blank=True, max_length=254, verbose_name="address"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("last_error", ""), _negated=True),
                fields=["created_at"],
                name="message_said_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="screenshot",
            index=models.Index(fields=["created_at"], name="screenshot_age_idx"),
        ),
        migrations.AddIndex(
            model_name="sealedsecret",
            index=models.Index(fields=["created_at"], name="sealed_secret_age_idx"),
        ),
        migrations.AddIndex(
            model_name="screenshot",
            index=models.Index(fields=["original_path"], name="screenshot_original_idx"),
        ),
        migrations.AddIndex(
            model_name="screenshot",
            index=models.Index(fields=["clean_path"], name="screenshot_clean_idx"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status", "closed")), fields=["closed_at"], name="ticket_closed_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status", "spam")), fields=["updated_at"], name="ticket_spam_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("ip_address__isnull", False),
                    models.Q(("user_agent", ""), _negated=True),
                    _connector="OR",
                ),
                fields=["created_at"],
                name="ticket_technical_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                django.db.models.functions.text.Upper("reply_email"),
                condition=models.Q(("reply_email", ""), _negated=True),
                name="ticket_reply_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("registered_phone", ""), _negated=True),
                fields=["registered_phone"],
                name="ticket_phone_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="departed",
            constraint=models.UniqueConstraint(fields=("kind", "start", "key"), name="departed_once"),
        ),
        migrations.AddConstraint(
            model_name="departed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "agent"), _negated=True),
                    models.Q(("key", ""), _negated=True),
                    _connector="OR",
                ),
                name="departed_agents_are_named",
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="erasure",
            index=models.Index(fields=["digest"], name="erasure_digest_idx"),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
