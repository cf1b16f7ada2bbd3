"""What leaves the database: logs, broker, cache, error pages and results hold nothing that was planted."""

import base64
import json
import logging
import smtplib
import socket
import uuid
from datetime import timedelta

import httpx
import pytest
import redis
from celery import current_app
from celery.app.task import Task
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from kombu import Connection

from kayasupport.logs import Formatter, scrub
from tests.test_planted_secrets import (
    CARD,
    MASKED,
    NIK,
    OTP,
    PASSWORD,
    PUBLISH,
    TEXT,
    TOKEN,
    by_form,
    planted_in,
)
from tickets import delivery, intake, links, spam_signs, tasks
from tickets.models import Message, Ticket
from tickets.submission import Submission

ADDRESS = "budi@contoh.id"


def leaks_in(text):
    return planted_in(text) + [ADDRESS] * (ADDRESS in text.lower())


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A link sent at a machine's speed would be kept as spam, and answered to nobody."""
    monkeypatch.setattr(spam_signs, "MACHINE_SPEED", timedelta(0))


@pytest.fixture
def written(caplog):
    """What the log has of everything, in the format of the settings."""
    caplog.set_level(logging.DEBUG)
    form = Formatter(settings.LOGGING["formatters"]["line"]["format"])
    return lambda: "\n".join(form.format(record) for record in caplog.records)


@pytest.mark.django_db
def test_error_page_and_log_of_a_broken_request_quote_nobody(written, monkeypatch):
    def fail(submission):
        raise ValueError(f"{submission.registered_email}: {TEXT}")

    monkeypatch.setattr(intake, "_create", lambda submission, *more, **signs: fail(submission))
    monkeypatch.setattr(intake.masking, "hide", lambda text, **more: text)
    client = Client(raise_request_exception=False)
    report = {"registered_email": ADDRESS, "description": TEXT}

    answer = client.post("/api/v1/tickets/", report, content_type="application/json")
    page = client.get("/tidak-ada/", {"token": TOKEN})

    assert (answer.status_code, page.status_code) == (500, 404)
    assert leaks_in(answer.content.decode() + page.content.decode()) == []
    assert "ValueError" in written()
    assert leaks_in(written()) == []


@pytest.mark.django_db
def test_form_that_cannot_be_stored_gives_the_text_back_and_logs_none_of_it(written, monkeypatch, client):
    def fail(*args, **kwargs):
        raise OperationalError(f"could not write {ADDRESS}: {TEXT}")

    monkeypatch.setattr(Ticket.objects, "create", fail)
    with pytest.raises(AssertionError):  # its 303
        by_form(client)

    assert "received" not in written()
    assert leaks_in(written()) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("model")
def test_mail_server_that_names_the_address_is_logged_without_it(written, monkeypatch):
    ticket = intake.submit_ticket(
        Submission(key=uuid.uuid4(), description="kode belum masuk", registered_email=ADDRESS)
    )
    tasks.triage_ticket(ticket.pk)
    message = Message.objects.outgoing().get()

    def refuse(*args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, f"<{ADDRESS}>: unknown".encode())})

    monkeypatch.setattr("tickets.mail.line.send", refuse)
    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert ADDRESS in message.last_error
    assert len(written()) > 0
    assert leaks_in(written()) == []


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Not Found: /tiket/KS-7F3K-92QX/1abcde.RAHASIA-x_y/lengkapi/", "/tiket/KS-7F3K-92QX/…/lengkapi/"),
        ("Invalid HTTP request line: 'GET /api/v1/tickets/KS-7F3K-92QX/?token=1abcde.RAHASIA'", "?token=…'"),
        ("Invalid header: 'Authorization: Bearer 1abcde.RAHASIA'", "Bearer …'"),
        ("SMTPRecipientsRefused: {'rahasia@contoh.id': (550, b'<RAHASIA@contoh.id>: no')}", "{'…@…': (550,"),
        ("to=rahasia+kaya@mail.contoh.co.id,", "to=…@…,"),
    ],
)
def test_line_keeps_what_an_operator_needs(line, kept):
    assert kept in scrub(line)
    assert "rahasia" not in scrub(line).lower()


def test_line_without_anything_personal_stays_as_it_is():
    line = "INFO celery.app.trace Task tickets.tasks.sweep[0b] succeeded in 0.01s: worker1@host, 3 @ 12:30"

    assert scrub(line).replace("…@…", "worker1@host") == line


def test_exception_with_numbers_of_people_is_written_without_them():
    form = Formatter("%(message)s")
    try:
        raise ValueError(TEXT)
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 1, "failed", (), (ValueError, error, None))

    text = form.format(record)

    assert "ValueError" in text
    assert [each for each in (OTP, NIK, CARD, PASSWORD, TOKEN) if each in text] == []


def test_nobody_is_mailed_about_exceptions_and_no_result_is_kept():
    assert settings.ADMINS == []
    assert current_app.conf.task_ignore_result is True
    assert current_app.conf.result_backend is None


@pytest.mark.django_db
def test_keys_and_values_of_the_cache_name_nobody(client, settings):
    settings.MAIL_DOMAIN_LOOKUP = True
    by_form(client)
    client.post("/api/v1/tickets/", {"registered_email": ADDRESS}, content_type="application/json")
    ticket = Ticket.objects.get()
    client.get(links.status_path(ticket))
    client.post(reverse("admin:login"), {"username": ADDRESS, "password": PASSWORD})

    held = "\n".join(f"{key} {value!r}" for key, value in cache._cache.items())

    assert len(cache._cache) >= 2
    assert leaks_in(held) == []
    assert links.token_for(ticket).rpartition(".")[2] not in held


@pytest.mark.django_db
@pytest.mark.usefixtures("model")
@pytest.mark.skipif(not settings.REDIS_URL, reason="is about the broker on Redis")
def test_bells_in_redis_name_nobody(client, monkeypatch, django_capture_on_commit_callbacks):
    prefix = f"kaya-leaks-{uuid.uuid4().hex}:"
    broker = Connection(settings.REDIS_URL, transport_options={"global_keyprefix": prefix})
    monkeypatch.setattr(
        Task, "apply_async", lambda self, args=(), **more: PUBLISH(self, args, connection=broker, **more)
    )
    plain = redis.Redis.from_url(settings.REDIS_URL)

    try:
        with django_capture_on_commit_callbacks(execute=True):
            by_form(client)
            tasks.triage_ticket(Ticket.objects.get().pk)
        names = list(plain.scan_iter(f"{prefix}*"))
        rung = b"\n".join(bell for name in names for bell in listed(plain, name)).decode()
    finally:
        broker.release()
        for name in plain.scan_iter(f"{prefix}*"):
            plain.delete(name)

    bodies = [base64.b64decode(json.loads(bell)["body"]).decode() for bell in rung.splitlines()]
    assert MASKED in Ticket.objects.get().description
    assert "triage_ticket" in rung
    assert leaks_in("\n".join([rung, *bodies, *map(str, names)])) == []


def listed(plain, name):
    return plain.lrange(name, 0, -1) if plain.type(name) == b"list" else []


@pytest.mark.slow
def test_web_process_writes_no_token_of_a_status_page(product):
    product.start_web()
    path = "/tiket/KS-7F3K-92QX/1abcde.rahasia-sekali/"

    answer = httpx.get(product.url + path)
    with socket.create_connection(("127.0.0.1", product.port), timeout=5) as raw:
        raw.sendall(f"GET {path} HTTP/7.7\r\nHost: {ADDRESS}\r\n\r\n".encode())
        raw.recv(1000)

    assert answer.status_code == 404
    assert "/tiket/KS-7F3K-92QX/…/" in product.web.output
    assert "rahasia" not in product.web.output
    assert ADDRESS not in product.web.output
