"""Finding tickets: by reference, e-mail, phone, or words of the description and of the screenshots.

The index is made by migration 0004: a tsvector column on PostgreSQL, an FTS5 table on SQLite.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import RawSQL

from tickets.models import Ticket
from tickets.models.ticket import REFERENCE_ALPHABET

# What is not part of a word, in the index as in the query: all of ASCII but letters and digits.
BREAKS = re.compile(r"[\x00-/:-@\[-`{-\x7f]+")
ADDRESS = re.compile(r"[^@]+@[^@]+\.[A-Za-z]{2,20}")
MAX_TERMS = 8
MAX_TERM = 60  # characters
# Relevance is worked out for the newest hits only, so that a word in every second ticket stays fast.
CANDIDATES = 300
# PostgreSQL: the newest tickets are read one by one, which gives enough of a common word at once.
NEWEST = 20_000
# Only for a word that is rare among them the index is asked, which knows no order. It gives so many
# hits at most: of a word that was common only long ago, some old ones, and not the newest of these.
INDEXED = 5_000

# set_config: with the server's usual 4 MB the bitmaps of two common words at a million tickets forget
# the rows and keep the pages, whose tickets are all read again: a second instead of a sixth of one.
# It is local to the transaction, and a sub-select of its own so that it runs before the index is read.
# (SELECT to_tsquery ...): so the planner does not see the words. What it reckons from the beginning
# of a word can be wrong by any factor, and then it reads the whole table, in hope of an early LIMIT.
POSTGRESQL = """
    WITH newest AS MATERIALIZED (
        SELECT id FROM (
            SELECT id, search_words FROM tickets_ticket ORDER BY id DESC LIMIT %(newest)s
        ) latest
        WHERE search_words @@ to_tsquery('simple', %(query)s) ORDER BY id DESC LIMIT %(candidates)s
    ), indexed AS MATERIALIZED (
        SELECT id FROM tickets_ticket
        WHERE (
            SELECT CASE WHEN count(*) < %(candidates)s THEN set_config('work_mem', '32MB', true) END
            FROM newest
        ) IS NOT NULL AND search_words @@ (SELECT to_tsquery('simple', %(query)s))
        LIMIT %(indexed)s
    ), candidates AS MATERIALIZED (
        SELECT id FROM newest UNION SELECT id FROM indexed ORDER BY id DESC LIMIT %(candidates)s
    )
    SELECT id FROM candidates JOIN tickets_ticket USING (id)
    ORDER BY ts_rank(search_words, to_tsquery('simple', %(query)s)) DESC, id DESC
"""
SQLITE = """
    SELECT id FROM (
        SELECT rowid AS id, rank AS distance FROM tickets_search
        WHERE tickets_search MATCH %s ORDER BY rowid DESC LIMIT %s
    ) ORDER BY distance, id DESC
"""

# Crockford: what people write for the digits that look like letters.
LOOKALIKES = str.maketrans("OIL", "011")


class Run(NamedTuple):
    """Words that must follow each other; the last may be a beginning, unless the run is whole."""

    words: list[str]
    is_whole: bool = False


def matching(queryset: models.QuerySet[Ticket], words: str) -> models.QuerySet[Ticket]:
    """Narrow the tickets to those that match all of the words, the most relevant first.

    A complete reference, in any spelling, finds its ticket alone. Of a very common word only the
    newest CANDIDATES are considered. Any text is allowed; one without a word finds nothing.
    """
    reference = read_reference(words)
    if reference and Ticket.objects.filter(reference=reference).exists():
        return queryset.filter(reference=reference)
    found = _candidates(terms(words), using=queryset.db)
    if not found:
        return queryset.none()
    places = " ".join(f"WHEN {pk:d} THEN {place:d}" for place, pk in enumerate(found))
    in_order = RawSQL(f'CASE "tickets_ticket"."id" {places} END', [])  # noqa: S611 - integers only
    return queryset.filter(pk__in=found).order_by(in_order)


def read_reference(text: str) -> str | None:
    """Return the reference that the text spells, or None: ks7f3k92qx, 7F3K 92QX, KS-7F3K-92QX ..."""
    letters = BREAKS.sub("", text).upper()
    if len(letters) == 10:
        letters = letters.removeprefix("KS")
    letters = letters.translate(LOOKALIKES)
    if len(letters) != 8 or not set(letters) <= set(REFERENCE_ALPHABET):
        return None
    return f"KS-{letters[:4]}-{letters[4:]}"


def terms(text: str) -> list[Run]:
    """Return what is looked for: terms that must all be there, each a run of words.

    budi.s@contoh.id is one term of four words, because the index holds it so, and whole; a phone
    number in any spelling is one word, as in E.164.
    """
    phone = _phone_digits(text)
    if phone:
        return [Run([phone])]
    runs = (_run(part) for part in text.split()[:MAX_TERMS])
    return [run for run in runs if run.words]


def _run(part: str) -> Run:
    words = BREAKS.sub(" ", part).split()
    # An address ends in com or id, which nearly every ticket has a word with: looking those up is slow.
    is_whole = bool(ADDRESS.fullmatch(part)) and len(words) <= MAX_TERMS
    return Run([word[:MAX_TERM] for word in words[:MAX_TERMS]], is_whole)


def _phone_digits(text: str) -> str:
    digits = re.sub(r"[\s().+-]", "", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) >= 6):
        return ""
    return f"62{digits[1:]}" if digits.startswith("0") else digits


def forget_deleted(*, pages: int) -> None:
    """Let the index hold no word any more of tickets that are deleted, and work on so many pages for it.

    SQLite's keeps such words, marked, until it puts its parts together; PostgreSQL's has autovacuum.
    """
    own = connections[DEFAULT_DB_ALIAS]
    if own.vendor == "sqlite":
        with own.cursor() as cursor:
            # A negative number begins to put all parts together, or goes on with it.
            cursor.execute("INSERT INTO tickets_search(tickets_search, rank) VALUES ('merge', %s)", [-pages])


def _candidates(runs: list[Run], *, using: str) -> list[int]:
    if not runs:
        return []
    connection = connections[using]
    parameters: dict[str, Any] | list[Any]
    if connection.vendor == "postgresql":
        query = " & ".join(_tsquery(run) for run in runs)
        parameters = {"query": query, "newest": NEWEST, "indexed": INDEXED, "candidates": CANDIDATES}
        statement = POSTGRESQL
    else:
        query = " AND ".join(f'"{" ".join(run.words)}"{"" if run.is_whole else " *"}' for run in runs)
        statement, parameters = SQLITE, [query, CANDIDATES]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [pk for (pk,) in cursor.fetchall()]


def _tsquery(run: Run) -> str:
    words = " <-> ".join(f"'{word}'" for word in run.words)
    return f"({words})" if run.is_whole else f"({words}:*)"
