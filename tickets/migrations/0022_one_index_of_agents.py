"""One index of the agents is enough: ticket_assignee_idx begins with the same column."""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

remake_triggers = import_module("tickets.migrations.0004_screenshot_reading").remake_triggers


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0021_due_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, remake_triggers),
        migrations.AlterField(
            model_name="ticket",
            name="assignee",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="tickets",
                to=settings.AUTH_USER_MODEL,
                verbose_name="agent",
            ),
        ),
        migrations.RunPython(remake_triggers, migrations.RunPython.noop),
    ]
