"""What is written on screenshots: readings, tickets that wait for them, the search for their words."""

import django.db.models.deletion
from django.db import migrations, models

# As in 0003, with what was read off the screenshots. PostgreSQL has no other way to change what a
# column is generated from that all our versions know; the table is written anew once.
POSTGRESQL = r"""
ALTER TABLE tickets_ticket DROP COLUMN search_words;
ALTER TABLE tickets_ticket ADD COLUMN search_words tsvector GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, translate(
        reference || ' ' || registered_email || ' ' || reply_email || ' ' || registered_phone || ' '
            || left(description, 20000){more},
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{{|}}~',
        repeat(' ', 32)
    ))
) STORED;
CREATE INDEX ticket_search_idx ON tickets_ticket USING gin (search_words);
"""
# The form feed between two screens is a control character, which the parser breaks words at.
SCREENS = "\n            || ' ' || left(screen_text, 20000)"

BEFORE = ["reference", "registered_email", "reply_email", "registered_phone", "description"]
AFTER = [*BEFORE, "screen_text"]
SQLITE_DROP = [
    "DROP TRIGGER IF EXISTS ticket_search_insert",
    "DROP TRIGGER IF EXISTS ticket_search_delete",
    "DROP TRIGGER IF EXISTS ticket_search_update",
    "DROP TABLE IF EXISTS tickets_search",
]


def sqlite_index(columns):
    names, old, new = (", ".join(f"{row}{name}" for name in columns) for row in ("", "old.", "new."))
    forget = f"INSERT INTO tickets_search(tickets_search, rowid, {names}) VALUES ('delete', old.id, {old});"
    learn = f"INSERT INTO tickets_search(rowid, {names}) VALUES (new.id, {new});"
    return [
        *SQLITE_DROP,
        f"""CREATE VIRTUAL TABLE tickets_search USING fts5(
            {names}, content='tickets_ticket', content_rowid='id', tokenize='unicode61')""",
        f"CREATE TRIGGER ticket_search_insert AFTER INSERT ON tickets_ticket BEGIN {learn} END",
        f"CREATE TRIGGER ticket_search_delete AFTER DELETE ON tickets_ticket BEGIN {forget} END",
        f"""CREATE TRIGGER ticket_search_update AFTER UPDATE OF {names} ON tickets_ticket BEGIN
            {forget} {learn} END""",
        "INSERT INTO tickets_search(tickets_search) VALUES ('rebuild')",
    ]


def index_with_screens(apps, schema_editor):
    run(schema_editor, postgresql=[POSTGRESQL.format(more=SCREENS)], sqlite=sqlite_index(AFTER))


def index_without_screens(apps, schema_editor):
    run(schema_editor, postgresql=[POSTGRESQL.format(more="")], sqlite=SQLITE_DROP)


# Instead of 0003's: a later migration that makes Django rebuild tickets_ticket on SQLite must end with
# RunPython(remake_triggers).
def remake_triggers(apps, schema_editor):
    run(schema_editor, postgresql=[], sqlite=sqlite_index(AFTER))


def remake_former_triggers(apps, schema_editor):
    run(schema_editor, postgresql=[], sqlite=sqlite_index(BEFORE))


def run(schema_editor, *, postgresql, sqlite):
    statements = {"postgresql": postgresql, "sqlite": sqlite}[schema_editor.connection.vendor]
    for statement in statements:
        # params=None: a percent sign is a percent sign here.
        schema_editor.execute(statement, params=None)


def read_what_is_open(apps, schema_editor):
    """Have the screenshots read of the tickets that somebody may still work on."""
    screenshots = apps.get_model("tickets", "Screenshot").objects.filter(
        state="clean", ticket__status__in=["new", "self_fix", "open", "pending"]
    )
    readings = apps.get_model("tickets", "Reading").objects
    pks = screenshots.values_list("pk", flat=True)
    readings.bulk_create((readings.model(screenshot_id=pk) for pk in pks.iterator()), batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_search")]

    operations = [
        # Backwards these run from the last to the first: the index of before comes back at the end.
        migrations.RunPython(migrations.RunPython.noop, remake_former_triggers),
        migrations.AddField(
            "ticket", "screen_text", models.TextField(blank=True, default="", editable=False)
        ),
        migrations.AddField(
            "ticket", "triage_after_at", models.DateTimeField(blank=True, editable=False, null=True)
        ),
        migrations.RunPython(index_with_screens, index_without_screens),
        migrations.CreateModel(
            "Reading",
            fields=[
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "screenshot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reading",
                        serialize=False,
                        to="tickets.screenshot",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being read"),
                            ("read", "Read"),
                            ("unreadable", "Nothing readable"),
                            ("skipped", "Not read"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("lines", models.JSONField(default=list)),
                ("confidence", models.FloatField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "reading",
                "verbose_name_plural": "readings",
                "constraints": [
                    models.CheckConstraint(
                        name="reading_waiting_until_ended",
                        condition=models.Q(state="waiting", ended_at__isnull=True)
                        | ~models.Q(state="waiting") & models.Q(ended_at__isnull=False),
                    ),
                    models.CheckConstraint(
                        name="reading_has_text_iff_read",
                        condition=models.Q(state="read", confidence__range=(0, 1)) & ~models.Q(text="")
                        | ~models.Q(state="read") & models.Q(text="", confidence__isnull=True),
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["lease_until"],
                        name="reading_unread_idx",
                        condition=models.Q(state="waiting"),
                    )
                ],
            },
        ),
        migrations.RunPython(read_what_is_open, migrations.RunPython.noop),
    ]
