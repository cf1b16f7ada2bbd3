"""What the next ticket is found by, and the right of leads to say how many somebody may hold."""

from importlib import import_module

from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

RIGHTS = [
    ("tickets", "agentprofile", "view_agentprofile", "Can view agent's profile"),
    ("tickets", "agentprofile", "change_agentprofile", "Can change agent's profile"),
]


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=["lead", "administrator"]):
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in RIGHTS))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0013_incidents_and_saved_views"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True), ("status", "open")),
                fields=["priority", "due_at", "id"],
                name="ticket_next_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("assignee__isnull", True), ("status", "open")),
                fields=["category", "priority", "due_at", "id"],
                name="ticket_next_category_idx",
            ),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
