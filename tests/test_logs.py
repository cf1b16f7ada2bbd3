import io
import json
import logging

import pytest
from django.conf import settings
from django.urls import reverse

from kayasupport.logs import ContextFilter, Formatter, JsonFormatter
from kayasupport.supervisor import LEVEL
from tickets import log_context

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


def test_format_leaves_out_the_token_of_a_link_for_proof_of_identity(client, written):
    client.get(reverse("identity", args=["00000000-0000-4000-8000-000000000001", "rahasia"]))

    line = written.getvalue()
    assert "/identitas/00000000-0000-4000-8000-000000000001/…/" in line
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


def test_format_leaves_out_the_row_where_celery_spells_the_error(written):
    logging.getLogger("django.request").error("Task x[1] raised unexpected: %r", ValueError(BROKEN))

    text = written.getvalue()
    assert "ticket_has_contact" in text
    assert [secret for secret in ("budi", "123456", "baris kedua", "203.0.113.7") if secret in text] == []


def json_lines(logger, *deeds):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(ContextFilter())
    logging.getLogger(logger).addHandler(handler)
    for deed in deeds:
        deed(logging.getLogger(logger))
    logging.getLogger(logger).removeHandler(handler)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_has_one_object_per_line_with_what_it_is_about():
    log_context.begin_task(name="triage_ticket", task_id="af31", asked_by={"7": "0b9f"})
    log_context.turn_to_ticket("KS-7F3K-92QX")

    [line] = json_lines("tickets.pipeline", lambda log: log.warning("attempt %s\nfailed", 2))

    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "tickets.pipeline",
        "message": "attempt 2\nfailed",
        "request_id": "0b9f",
        "task": "triage_ticket",
        "task_id": "af31",
        "ticket": "KS-7F3K-92QX",
    }


def test_json_finds_the_ticket_that_only_the_message_names():
    [line] = json_lines("tickets.delivery", lambda log: log.warning("message 3 of KS-7F3K-92QX: later"))

    assert line["ticket"] == "KS-7F3K-92QX"


def test_json_leaves_out_tokens_and_rows_too(client):
    def fail(log):
        try:
            raise ValueError(BROKEN)
        except ValueError:
            log.exception("Internal Server Error: /tiket/KS-7F3K-92QX/1abcde.rahasia/")

    [line] = json_lines("django.request", fail)

    assert line["message"] == "Internal Server Error: /tiket/KS-7F3K-92QX/…/"
    assert "ticket_has_contact" in line["exception"]
    text = json.dumps(line)
    assert [s for s in ("rahasia", "budi", "123456", "baris kedua", "203.0.113.7") if s in text] == []


def test_lines_for_people_end_with_the_request():
    log_context.begin(request_id="0b9f3d52")
    record = logging.makeLogRecord({"msg": "ticket received\nsecond line", "levelname": "INFO"})
    ContextFilter().filter(record)

    text = Formatter("%(levelname)s %(message)s").format(record)

    assert text == "INFO ticket received [0b9f3d52]\nsecond line"


@pytest.mark.parametrize("level", ["INFO", "ERROR"])
def test_supervisor_reads_the_level_of_both_kinds_of_lines(level):
    record = logging.makeLogRecord({"msg": "x", "levelname": level, "name": "tickets"})
    lines = [Formatter(settings.LOGGING["formatters"]["line"]["format"]), JsonFormatter()]

    found = [LEVEL.match(formatter.format(record).encode()) for formatter in lines]

    assert [match[1].decode() for match in found if match] == [level, level]
