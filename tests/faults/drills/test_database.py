"""A database that goes away: nobody is thanked for what is not stored, and nobody's text is lost."""

import sqlite3
import time

import pytest
from django.conf import settings

from tests.faults.drill import said
from tickets.models import Ticket

server_only = pytest.mark.skipif(settings.EMBEDDED, reason="DATABASE_URL is not set: no server to hurt")
embedded_only = pytest.mark.skipif(not settings.EMBEDDED, reason="DATABASE_URL is set")
AWAY, FROZEN = 5.0, 15.0  # seconds


@pytest.fixture
def prepared(prepared, request):
    """Where there is a server: the tables of one that may be hurt."""
    return prepared if settings.EMBEDDED else request.getfixturevalue("hurt_postgres")[1]


def all_told_when_and_with_their_text(load):
    return all(each.status == 503 and each.says_when and each.keeps_text for each in load.refusals)


@server_only
def test_postgresql_restarted(product, drill, settle, hurt_server):
    product.start()

    load = drill.begin()
    load.reach(0.3)
    drill.hurt(hurt_server.restart)
    drill.over()
    outcome = settle("PostgreSQL restarted", in_doubt=load.at_once)

    assert all_told_when_and_with_their_text(load)
    assert outcome.is_clean
    assert Ticket.objects.count() == outcome.submitted


@server_only
def test_postgresql_crashed_and_away_for_a_while(product, drill, settle, hurt_server):
    product.start()

    load = drill.begin()
    load.reach(0.3)
    drill.hurt(hurt_server.crash)
    time.sleep(AWAY)
    hurt_server.start()
    drill.over()
    outcome = settle("PostgreSQL crashed, away for five seconds", in_doubt=load.at_once)

    assert said(load)[503] > 0
    assert all_told_when_and_with_their_text(load)
    assert outcome.is_clean
    assert Ticket.objects.count() == outcome.submitted


@server_only
def test_postgresql_frozen(product, drill, settle, hurt_server):
    """Its machine answers and it does not: nothing on the wire tells that from a long statement."""
    product.own_settings |= {"STATEMENT_SECONDS": "2"}
    product.start()

    load = drill.begin()
    load.reach(0.3)
    drill.hurt(hurt_server.freeze)
    time.sleep(FROZEN)
    hurt_server.thaw()
    drill.over()
    outcome = settle("PostgreSQL frozen (SIGSTOP) for fifteen seconds", in_doubt=load.at_once)

    assert said(load)[503] > 0
    assert all_told_when_and_with_their_text(load)
    # Not all of it: two seconds for a statement and five more, then three for a connection.
    assert max(load.waits) < FROZEN
    assert outcome.is_clean
    assert Ticket.objects.count() == outcome.submitted


@embedded_only
def test_sqlite_locked_by_another_program(product, drill, settle):
    product.start()

    def lock():
        other = sqlite3.connect(product.folder / "kayasupport.sqlite3", timeout=30, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(AWAY)
        other.execute("COMMIT")
        other.close()

    load = drill.begin()
    load.reach(0.3)
    drill.hurt(lock)
    drill.over()
    outcome = settle("SQLite locked for five seconds by another program")

    assert load.refusals == []
    assert outcome.is_clean
    assert Ticket.objects.count() == outcome.submitted
