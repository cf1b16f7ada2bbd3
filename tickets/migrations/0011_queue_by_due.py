"""The queue in the order in which what is promised is due."""

import datetime
from datetime import timedelta
from importlib import import_module

from django.db import migrations, models
from django.db.models import F

remake_triggers = import_module("tickets.migrations.0004_screenshot_reading").remake_triggers
TARGETS = import_module("tickets.migrations.0010_promised_times").TARGETS


def count_open_tickets(apps, schema_editor):
    """Give every open ticket its deadlines: a million rows take seconds.

    By a clock that always runs; the worker counts them anew by the calendar (recount_after). No row
    is written twice: PostgreSQL would put off checks of its keys, and then refuse to make an index.
    """
    alias = schema_editor.connection.alias
    tickets = apps.get_model("tickets", "Ticket").objects.using(alias)
    if tickets.filter(status="open").exists():
        apps.get_model("tickets", "ServicePolicy").objects.using(alias).update(recount_after=0)
    for priority, (response, resolution) in TARGETS.items():
        rows = tickets.filter(status="open", priority=priority)
        response_due_at = F("queued_at") + timedelta(minutes=response)
        resolution_due_at = F("queued_at") + timedelta(minutes=resolution)
        rows.filter(first_agent_reply_at__isnull=True).update(
            response_due_at=response_due_at, resolution_due_at=resolution_due_at, due_at=response_due_at
        )
        rows.filter(first_agent_reply_at__isnull=False).update(
            resolution_due_at=resolution_due_at, due_at=resolution_due_at
        )


def forget_deadlines(apps, schema_editor):
    tickets = apps.get_model("tickets", "Ticket").objects.using(schema_editor.connection.alias)
    tickets.filter(resolution_due_at__isnull=False).update(
        response_due_at=None, resolution_due_at=None, due_at=None
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_promised_times")]

    operations = [
        # Backwards these run from the last to the first: what a rebuilt table has lost comes back at the end.
        migrations.RunPython(migrations.RunPython.noop, remake_triggers),
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
                ],
                max_length=20,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="ticket",
            name="ticket_open_has_queued_at",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_queue_idx",
        ),
        migrations.AddField(
            model_name="ticket",
            name="breached",
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="ticket",
            name="clock_used",
            field=models.DurationField(default=datetime.timedelta, editable=False),
        ),
        migrations.RunPython(count_open_tickets, forget_deadlines),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["status", "priority", "due_at", "id"], name="ticket_queue_idx"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["due_at"], name="ticket_due_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("status", "open"),
                    models.Q(
                        models.Q(("breached", ""), ("first_agent_reply_at__isnull", True)),
                        models.Q(("breached__in", ["", "response"]), ("first_agent_reply_at__isnull", False)),
                        _connector="OR",
                    ),
                ),
                fields=["due_at"],
                name="ticket_breach_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("queued_at__isnull", False), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("due_at__isnull", True)),
                    _connector="OR",
                ),
                name="ticket_open_iff_due",
            ),
        ),
        migrations.RunPython(remake_triggers, migrations.RunPython.noop),
    ]
