"""Whether triage was unsure, on the ticket itself, where a filter finds it."""

from importlib import import_module

from django.conf import settings
from django.db import migrations, models

remake_triggers = import_module("tickets.migrations.0004_screenshot_reading").remake_triggers


def read_assessments(apps, schema_editor):
    """What the latest assessment says of every ticket that no human has categorised since."""
    alias = schema_editor.connection.alias
    assessments = apps.get_model("tickets", "Assessment").objects.using(alias)
    latest = assessments.filter(ticket=models.OuterRef("pk")).order_by("-id")
    others = apps.get_model("tickets", "Ticket").objects.using(alias)
    others = others.filter(category="other", confidence__isnull=False)
    unsure = others.alias(was_unsure=models.Subquery(latest.values("abstained")[:1])).filter(was_unsure=True)
    unsure.update(is_unsure=True)


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0017_next_of_channel"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Backwards these run from the last to the first: what a rebuilt table has lost comes back at the end.
        migrations.RunPython(migrations.RunPython.noop, remake_triggers),
        migrations.AddField(
            model_name="ticket",
            name="is_unsure",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(read_assessments, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("is_unsure", True)),
                fields=["status", "-created_at", "-id"],
                name="ticket_unsure_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_unsure", False),
                    models.Q(("category", "other"), ("confidence__isnull", False)),
                    _connector="OR",
                ),
                name="ticket_unsure_has_no_category",
            ),
        ),
        migrations.RunPython(remake_triggers, migrations.RunPython.noop),
    ]
