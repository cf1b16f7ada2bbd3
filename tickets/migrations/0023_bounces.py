"""What became of a mail after it was sent, and the addresses that are mailed no more."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

LEAD = [("tickets", "suppressedaddress", "lift_suppression", "Can let a suppressed address be mailed again")]
RIGHTS = {"lead": LEAD, "administrator": LEAD}


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=RIGHTS):
        rights = RIGHTS[group.name]
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in rights))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0022_one_index_of_agents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SuppressedAddress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=254)),
                ("address", models.EmailField(max_length=254, verbose_name="address")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("bounce", "Mail came back"),
                            ("complaint", "Marked our mail as spam"),
                            ("manual", "Set by hand"),
                        ],
                        max_length=10,
                        verbose_name="reason",
                    ),
                ),
                ("status", models.CharField(blank=True, max_length=12)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "suppressed address",
                "verbose_name_plural": "suppressed addresses",
                "permissions": [("lift_suppression", "Can let a suppressed address be mailed again")],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="message",
            name="bounce_status",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="message",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="failed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="provider_id",
            field=models.CharField(blank=True, editable=False, max_length=200),
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
                    ("screenshot_viewed", "Screenshot viewed"),
                    ("secret_revealed", "Masked secret shown"),
                    ("sla_breached", "Promised time missed"),
                    ("incident_linked", "Linked to an incident"),
                    ("incident_unlinked", "Taken off an incident"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("provider_id", ""), _negated=True),
                fields=["provider_id"],
                name="message_provider_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("delivery", "failed")), fields=["-failed_at"], name="message_failed_idx"
            ),
        ),
        migrations.AddField(
            model_name="suppressedaddress",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suppressedaddress",
            name="ticket",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="suppressed",
                to="tickets.ticket",
            ),
        ),
        migrations.AddIndex(
            model_name="suppressedaddress",
            index=models.Index(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=["-id"],
                name="suppressed_standing_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppressedaddress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)), fields=("key",), name="suppressed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="suppressedaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="suppressed_has_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="suppressedaddress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_at__isnull", False), ("lifted_by__isnull", True), _connector="OR"
                ),
                name="suppressed_lifted_by_somebody",
            ),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
