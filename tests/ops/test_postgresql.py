"""A PostgreSQL that takes a question and never answers."""

import time

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from tests.factories import TicketFactory
from tickets.models import Ticket

pytestmark = [
    pytest.mark.skipif(settings.EMBEDDED, reason="is about PostgreSQL"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def short(monkeypatch):
    """A watch of half a second, on a server that lets statements run."""
    connection.close()
    connection.ensure_connection()
    connection.connection.execute("SET statement_timeout = 0")
    connection.connection.answers_within = 0.5
    pid = connection.connection.info.backend_pid
    yield
    connection.close()
    with connection.cursor() as cursor:  # it does not see yet that we are gone
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_watch_is_a_little_longer_than_the_servers():
    connection.ensure_connection()

    assert connection.connection.answers_within == settings.STATEMENT_SECONDS + 5


@pytest.mark.usefixtures("short")
def test_question_without_an_answer_ends_and_the_next_one_gets_a_new_line():
    began = time.monotonic()

    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")
    waited = time.monotonic() - began
    was_usable = connection.is_usable()
    connection.close_if_unusable_or_obsolete()

    assert waited < 5
    assert not was_usable
    assert not Ticket.objects.exists()


@pytest.mark.usefixtures("short")
def test_an_error_that_is_an_answer_costs_no_connection():
    kept = connection.connection
    ticket = TicketFactory()
    kept.execute("SET lock_timeout = '100ms'")
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute(f"SELECT 1 FROM tickets_ticket WHERE id = {ticket.pk} FOR UPDATE")
        with pytest.raises(OperationalError):
            Ticket.objects.update(attempts=1)

    assert Ticket.objects.exists()
    assert connection.connection is kept
