"""What is counted about the desk, with the indexes counting needs, and who may see and export it."""

from importlib import import_module

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

roles = import_module("tickets.migrations.0002_roles")

SEE = ("tickets", "figures", "view_figures", "Can view figures")
EXPORT = ("tickets", "ticket", "export_ticket", "Can export tickets and figures")
RIGHTS = {"agent": [SEE], "lead": [SEE, EXPORT], "administrator": [SEE, EXPORT]}


def give_rights(apps, schema_editor):
    alias = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for group in groups.filter(name__in=RIGHTS):
        group.permissions.add(*(roles.permission(apps, alias, *names) for names in RIGHTS[group.name]))


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0015_presence_and_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AgentDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start", models.DateTimeField()),
                ("counted_at", models.DateTimeField()),
                ("answered", models.PositiveIntegerField(default=0)),
                ("first_human", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "agent's day",
                "verbose_name_plural": "agents' days",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Figures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("grain", models.CharField(choices=[("hour", "Hour"), ("day", "Day")], max_length=4)),
                ("category", models.CharField(blank=True, max_length=40)),
                ("start", models.DateTimeField()),
                ("counted_at", models.DateTimeField()),
                ("arrived", models.PositiveIntegerField(default=0)),
                ("resolved_requester", models.PositiveIntegerField(default=0)),
                ("resolved_agent", models.PositiveIntegerField(default=0)),
                ("resolved_assumed", models.PositiveIntegerField(default=0)),
                ("came_back", models.PositiveIntegerField(default=0)),
                ("fix_confirmed", models.PositiveIntegerField(default=0)),
                ("fix_assumed", models.PositiveIntegerField(default=0)),
                ("fix_failed", models.PositiveIntegerField(default=0)),
                ("fix_silent", models.PositiveIntegerField(default=0)),
                ("response_met", models.PositiveIntegerField(default=0)),
                ("response_breached", models.PositiveIntegerField(default=0)),
                ("resolution_met", models.PositiveIntegerField(default=0)),
                ("resolution_breached", models.PositiveIntegerField(default=0)),
                ("first_auto", models.JSONField(blank=True, default=dict)),
                ("first_human", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "figures",
                "verbose_name_plural": "figures",
            },
        ),
        migrations.CreateModel(
            name="OpenWork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                ("by_category", models.JSONField(default=dict)),
                ("by_agent", models.JSONField(default=dict)),
                ("oldest_at", models.DateTimeField(blank=True, null=True)),
                ("overdue", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "open work",
                "verbose_name_plural": "open work",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="WeeklySummary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("week", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "Queued"), ("sent", "Sent"), ("failed", "Failed")],
                        default="queued",
                        max_length=6,
                    ),
                ),
                ("message_id", models.CharField(max_length=120, unique=True)),
                ("deliver_after_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "verbose_name": "weekly summary",
                "verbose_name_plural": "weekly summaries",
                "default_permissions": (),
            },
        ),
        migrations.AlterModelOptions(
            name="ticket",
            options={
                "permissions": [
                    ("assign_ticket", "Can work on everybody's tickets and assign them to anyone"),
                    ("export_ticket", "Can export tickets and figures"),
                ],
                "verbose_name": "ticket",
                "verbose_name_plural": "tickets",
            },
        ),
        migrations.AddField(
            model_name="agentprofile",
            name="weekly_summary",
            field=models.CharField(
                choices=[("id", "in Indonesian"), ("en", "in English"), ("none", "not at all")],
                default="id",
                max_length=4,
                verbose_name="weekly summary by mail",
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("kind", "moved")), fields=["created_at"], name="event_moved_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("kind", "replied")), fields=["created_at"], name="event_replied_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("resolution_due_at__isnull", False), ("resolved_at__isnull", False)),
                fields=["resolved_at"],
                name="ticket_promise_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("response_due_at__isnull", False)),
                fields=["response_due_at"],
                name="ticket_response_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("resolution_due_at__isnull", False)),
                fields=["resolution_due_at"],
                name="ticket_resolution_idx",
            ),
        ),
        migrations.AddField(
            model_name="agentday",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="figures",
            constraint=models.UniqueConstraint(fields=("grain", "category", "start"), name="figures_once"),
        ),
        migrations.AddConstraint(
            model_name="figures",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "came_back__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("resolved_requester"), "+", models.F("resolved_agent")
                            ),
                            "+",
                            models.F("resolved_assumed"),
                        ),
                    )
                ),
                name="figures_come_back_of_resolved",
            ),
        ),
        migrations.AddConstraint(
            model_name="openwork",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="open_work_is_one_row"),
        ),
        migrations.AddField(
            model_name="weeklysummary",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="agentday",
            constraint=models.UniqueConstraint(fields=("start", "agent"), name="agent_day_once"),
        ),
        migrations.AddIndex(
            model_name="weeklysummary",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["deliver_after_at"],
                name="weekly_summary_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="weeklysummary",
            constraint=models.UniqueConstraint(fields=("week", "user"), name="weekly_summary_once"),
        ),
        migrations.AddConstraint(
            model_name="weeklysummary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="weekly_summary_sent_iff_sent_at",
            ),
        ),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
