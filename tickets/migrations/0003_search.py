"""The search index: a tsvector column on PostgreSQL, an FTS5 table kept by triggers on SQLite."""

from django.db import migrations

# Punctuation becomes space before the parser sees it, so that an address is its words
# (budi.s@contoh.id = budi s contoh id) and not one token that only the whole address finds.
# left(): a tsvector over 1 MiB is an error, and an error here would refuse the report.
POSTGRESQL = r"""
ALTER TABLE tickets_ticket ADD COLUMN search_words tsvector GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, translate(
        reference || ' ' || registered_email || ' ' || reply_email || ' ' || registered_phone || ' '
            || left(description, 20000),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~',
        repeat(' ', 32)
    ))
) STORED;
CREATE INDEX ticket_search_idx ON tickets_ticket USING gin (search_words);
"""
POSTGRESQL_BACK = "ALTER TABLE tickets_ticket DROP COLUMN search_words"

COLUMNS = "reference, registered_email, reply_email, registered_phone, description"
OLD = "old.reference, old.registered_email, old.reply_email, old.registered_phone, old.description"
NEW = OLD.replace("old.", "new.")
SQLITE = [
    f"""CREATE VIRTUAL TABLE tickets_search USING fts5(
        {COLUMNS}, content='tickets_ticket', content_rowid='id', tokenize='unicode61')""",
    f"""CREATE TRIGGER ticket_search_insert AFTER INSERT ON tickets_ticket BEGIN
        INSERT INTO tickets_search(rowid, {COLUMNS}) VALUES (new.id, {NEW}); END""",
    f"""CREATE TRIGGER ticket_search_delete AFTER DELETE ON tickets_ticket BEGIN
        INSERT INTO tickets_search(tickets_search, rowid, {COLUMNS}) VALUES ('delete', old.id, {OLD}); END""",
    f"""CREATE TRIGGER ticket_search_update AFTER UPDATE OF {COLUMNS} ON tickets_ticket BEGIN
        INSERT INTO tickets_search(tickets_search, rowid, {COLUMNS}) VALUES ('delete', old.id, {OLD});
        INSERT INTO tickets_search(rowid, {COLUMNS}) VALUES (new.id, {NEW}); END""",
    "INSERT INTO tickets_search(tickets_search) VALUES ('rebuild')",
]
SQLITE_BACK = [
    "DROP TRIGGER IF EXISTS ticket_search_insert",
    "DROP TRIGGER IF EXISTS ticket_search_delete",
    "DROP TRIGGER IF EXISTS ticket_search_update",
    "DROP TABLE tickets_search",
]


# A later migration that makes Django rebuild tickets_ticket on SQLite (AlterField, AddField with
# a default, constraints) drops the triggers with the old table: it must end with
# RunPython(remake_triggers). tests/test_search.py notices when it does not.
def make_index(apps, schema_editor):
    run(schema_editor, postgresql=[POSTGRESQL], sqlite=SQLITE)


def drop_index(apps, schema_editor):
    run(schema_editor, postgresql=[POSTGRESQL_BACK], sqlite=SQLITE_BACK)


def remake_triggers(apps, schema_editor):
    """For later migrations: bring back what a rebuilt table has lost, on SQLite."""
    run(schema_editor, postgresql=[], sqlite=[*SQLITE_BACK, *SQLITE])


def run(schema_editor, *, postgresql, sqlite):
    statements = {"postgresql": postgresql, "sqlite": sqlite}[schema_editor.connection.vendor]
    for statement in statements:
        # params=None: a percent sign is a percent sign here.
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_roles")]

    operations = [migrations.RunPython(make_index, drop_index)]
