"""The id of a request: whose word it is, and how far it goes."""

import logging

import pytest

from tests.factories import TicketFactory
from tickets import bells, lifecycle, log_context, tasks

GIVEN = "0B9F3D52-7a1c-4e0b-9d57-1f2e3a4b5c6d"


@pytest.fixture
def behind_a_proxy(settings):
    settings.NUM_PROXIES = 1


def answered(client, **headers):
    return client.get("/healthz", headers=headers).headers["X-Request-Id"]


def test_every_answer_carries_an_id_of_its_own(client):
    first, second = answered(client), answered(client)

    assert first != second
    assert len(first) == len(second) == 32


@pytest.mark.django_db
def test_refusals_carry_it_too(client):
    answers = [client.get("/nowhere/"), client.get("/", headers={"Host": "evil.example"})]

    assert [(answer.status_code, len(answer.headers["X-Request-Id"])) for answer in answers] == [
        (404, 32),
        (400, 32),
    ]


@pytest.mark.usefixtures("behind_a_proxy")
@pytest.mark.parametrize("given", [GIVEN, GIVEN.replace("-", "")])
def test_an_id_that_our_proxy_gave_is_kept(client, given):
    assert answered(client, **{"X-Request-Id": given}) == given.lower()


def test_without_a_proxy_nobody_is_believed(client):
    assert answered(client, **{"X-Request-Id": GIVEN}) != GIVEN.lower()


@pytest.mark.usefixtures("behind_a_proxy")
@pytest.mark.parametrize(
    "given",
    [
        "",
        "1",
        "3201014505900003",
        "budi@contoh.id",
        GIVEN + "0",
        f"{GIVEN}\tLevel: ERROR",
        "z" * 32,
        "x" * 5000,
    ],
)
def test_what_no_proxy_makes_up_is_not_kept(client, given):
    found = answered(client, **{"X-Request-Id": given})

    assert found != given.lower()
    assert len(found) == 32


@pytest.mark.django_db
@pytest.mark.usefixtures("behind_a_proxy")
def test_log_lines_of_a_request_are_about_it(client, caplog):
    seen = []

    class Noting(logging.Handler):
        def emit(self, record):
            seen.append(log_context.request_id())

    handler = Noting()
    logging.getLogger("django.request").addHandler(handler)
    client.get("/nowhere/", headers={"X-Request-Id": GIVEN})
    logging.getLogger("django.request").removeHandler(handler)

    assert seen == [GIVEN.lower()]


@pytest.fixture
def bells_sent(monkeypatch):
    sent = []
    monkeypatch.setattr(
        "celery.app.task.Task.apply_async",
        lambda self, args=(), headers=None, **options: sent.append((args, headers)),
    )
    return sent


def test_bells_tell_which_request_asked_for_which_row(bells_sent, monkeypatch):
    ringer = bells.Ringer()
    monkeypatch.setattr(bells, "_ringer", ringer)
    with ringer._lock:  # so that the thread finds all three at once
        ringer._waiting[tasks.triage_ticket] += [(1, "anna"), (2, "budi"), (3, "")]
    log_context.begin(request_id="cici")
    bells.ring(tasks.triage_ticket, 4)
    ringer.finish()

    assert bells_sent == [((1, 2, 3, 4), {"asked_by": {"1": "anna", "2": "budi", "4": "cici"}})]


def test_bells_of_beat_tell_of_no_request(bells_sent):
    bells.ring(tasks.triage_ticket, 4)

    assert bells_sent == [((4,), {})]


@pytest.mark.django_db
def test_a_locked_ticket_is_what_the_lines_are_about():
    ticket = TicketFactory(open=True)

    lifecycle.lock(ticket)

    assert log_context.current()["ticket"] == ticket.reference
