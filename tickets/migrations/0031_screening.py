"""What looks like spam is held back, and the network that a report comes from."""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

remake_triggers = import_module("tickets.migrations.0004_screenshot_reading").remake_triggers


def call_spam(apps, schema_editor):
    """Backwards: what is held back is spam to the code before, as it always was."""
    tickets = apps.get_model("tickets", "Ticket").objects.using(schema_editor.connection.alias)
    tickets.filter(status="suspended").update(status="spam", suspended_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0030_identity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Backwards these run from the last to the first: what a rebuilt table has lost comes back at the end.
        migrations.RunPython(migrations.RunPython.noop, remake_triggers),
        migrations.AddField(
            model_name="ticket",
            name="network",
            field=models.CharField(blank=True, default="", editable=False, max_length=43),
        ),
        migrations.AddField(
            model_name="ticket",
            name="suspended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="ticket",
            name="suspended_because",
            field=models.CharField(blank=True, default="", editable=False, max_length=60),
        ),
        migrations.AlterField(
            model_name="bulkjob",
            name="kind",
            field=models.CharField(
                choices=[
                    ("assign", "Assign"),
                    ("categorise", "Change the category"),
                    ("reply", "Send a canned reply"),
                    ("resolve", "Resolve without a reply"),
                    ("no_spam", "Not spam: let it go on"),
                    ("spam", "Mark as spam"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="ticket",
            name="status",
            field=models.CharField(
                choices=[
                    ("new", "New"),
                    ("suspended", "Held back as possible spam"),
                    ("self_fix", "Trying the fix"),
                    ("open", "Needs an agent"),
                    ("pending", "Waiting for the requester"),
                    ("resolved", "Resolved"),
                    ("closed", "Closed"),
                    ("merged", "Merged"),
                    ("spam", "Spam"),
                ],
                default="new",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status", "suspended")),
                fields=["suspended_at"],
                name="ticket_suspended_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("ip_address__isnull", False), ("network", ""), _connector="OR"),
                name="ticket_network_goes_with_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "suspended"),
                        ("suspended_at__isnull", False),
                        models.Q(("suspended_because", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "suspended"), _negated=True), ("suspended_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="ticket_suspended_iff_since",
            ),
        ),
        migrations.RunPython(remake_triggers, migrations.RunPython.noop),
        migrations.RunPython(migrations.RunPython.noop, call_spam),
    ]
