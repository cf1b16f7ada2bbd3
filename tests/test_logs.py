import io
import logging

import pytest
from django.conf import settings
from django.urls import reverse

from kayasupport.logs import Formatter

BROKEN = (
    'psycopg.errors.CheckViolation: new row violates check constraint "ticket_has_contact"\n'
    "DETAIL:  Failing row contains (1, KS-7F3K-92QX, budi@contoh.id, kode saya 123456\n"
    "dan baris kedua, 203.0.113.7).\n"
)


@pytest.fixture
def written():
    """What goes to the console, in the format of the settings."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    logging.getLogger("django.request").addHandler(handler)
    yield stream
    logging.getLogger("django.request").removeHandler(handler)


def test_settings_write_every_line_with_it():
    handlers = settings.LOGGING["handlers"].values()

    assert {settings.LOGGING["formatters"][h["formatter"]]["()"] for h in handlers} == {
        "kayasupport.logs.Formatter"
    }


def test_format_leaves_out_the_token_of_a_status_page(client, written):
    client.get(reverse("status", args=["KS-7F3K-92QX", "1abcde.rahasia"]))

    line = written.getvalue()
    assert "/tiket/KS-7F3K-92QX/…/" in line
    assert "rahasia" not in line


def test_format_leaves_out_the_row_that_broke_a_constraint(written):
    try:
        try:
            raise ValueError(BROKEN)
        except ValueError as error:
            raise RuntimeError(BROKEN) from error
    except RuntimeError:
        logging.getLogger("django.request").exception("Internal Server Error: /")

    text = written.getvalue()
    assert text.count("ticket_has_contact") == 2
    assert "RuntimeError" in text
    assert [secret for secret in ("budi", "123456", "baris kedua", "203.0.113.7") if secret in text] == []
