"""A PostgreSQL that takes a question and never answers."""

import socket
import time

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from kayasupport.postgresql import base
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


@pytest.fixture
def deaf_server(monkeypatch):
    """A door that lets in and says nothing, as a frozen server's: the system accepts for it."""
    monkeypatch.setattr(base.DatabaseWrapper, "_rests_until", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as door:
        place = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": door.getsockname()[1]}
        place["OPTIONS"] = {**place["OPTIONS"], "connect_timeout": 2}
        yield base.DatabaseWrapper(place, "deaf")


def test_who_was_not_let_in_does_not_wait_again_at_once(deaf_server, monkeypatch):
    monkeypatch.setattr(base, "REST", 0.5)

    def seconds_to_be_refused():
        began = time.monotonic()
        with pytest.raises(OperationalError):
            deaf_server.ensure_connection()
        return time.monotonic() - began

    assert seconds_to_be_refused() > 1
    assert seconds_to_be_refused() < 0.4
    time.sleep(0.5)
    assert seconds_to_be_refused() > 1


def test_server_that_refuses_is_asked_again_at_once(deaf_server):
    with socket.create_server(("127.0.0.1", 0)) as door:
        deaf_server.settings_dict["PORT"] = door.getsockname()[1]  # closed when we ask

    for _ in range(2):
        with pytest.raises(OperationalError, match="refused"):
            deaf_server.ensure_connection()
