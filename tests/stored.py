"""All that the database holds, as text: for tests that look for what must not be in it."""

from django.db import connection


def every_column():
    """All that the tables hold, the shadow tables of the search index with them."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            parts += [_as_text(value) for row in cursor.fetchall() for value in row]
    return "\n".join(parts)


def _as_text(value):
    return bytes(value).decode("latin-1") if isinstance(value, (bytes, memoryview)) else str(value)
