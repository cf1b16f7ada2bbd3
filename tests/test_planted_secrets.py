"""Secrets planted at every door are nowhere to be found, until somebody asks for one and is written down."""

import base64
import json
import logging
import uuid
from datetime import timedelta

import pytest
from celery.app.task import Task
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from kombu import Connection, transport

from tests.factories import AgentFactory
from tests.stored import every_column
from tickets import delivery, desk, intake, links, spam_signs, tasks
from tickets.models import Message, Ticket
from tickets.submission import Submission
from tickets.web.form_token import new_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]

PUBLISH = Task.apply_async  # before the fixture `rung` takes it away
OTP, NIK, CARD, ACCOUNT, TOKEN = (
    "482913",
    "3201014505900003",
    "4242424242424242",
    "7120934856",
    "abc123XYZ987",
)
PASSWORD, PIN, CVV = "Kucing99!", "590127", "739"
PLANTED = [OTP, NIK, CARD, ACCOUNT, TOKEN, PASSWORD, PIN, f"cvv {CVV}"]
TEXT = (
    f"kode otp {OTP} salah terus, password saya {PASSWORD} pin {PIN} nik {NIK} kartu {CARD} cvv {CVV} "
    f"norek {ACCOUNT}, link https://contoh.id/aktivasi?token={TOKEN} mati"
)
MASKED = (
    "kode otp [OTP ••• 1] salah terus, password saya [PASSWORD •••] pin [PIN •••] nik [NIK ••• 2] "
    "kartu [CARD •••4242 3] cvv [CVV •••] norek [REKENING ••• 4], "
    "link https://contoh.id/aktivasi?token=[TOKEN ••• 5] mati"
)


def planted_in(text):
    return [secret for secret in PLANTED if secret.lower() in text.lower()]


@pytest.fixture
def broker_files(tmp_path, monkeypatch):
    """Bells go to a real file broker; returns all that lies in it, decoded."""
    monkeypatch.setitem(transport.TRANSPORT_ALIASES, "filesystem", "kayasupport.file_broker:Transport")
    folder = tmp_path / "broker"
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "c"),
    }
    broker = Connection("filesystem://", transport_options=options)
    monkeypatch.setattr(
        Task, "apply_async", lambda self, args=(), **more: PUBLISH(self, args, connection=broker, **more)
    )

    def read():
        texts = []
        for path in folder.rglob("*.msg"):
            message = json.loads(path.read_text())
            texts += [json.dumps(message), base64.b64decode(message["body"]).decode()]
        return texts

    return read


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """A link sent at a machine's speed would be kept as spam, and answered to nobody."""
    monkeypatch.setattr(spam_signs, "MACHINE_SPEED", timedelta(0))


def by_form(client):
    cache.clear()
    typed = {
        "form_token": new_token(),
        "description": TEXT,
        "signup_day": "yesterday",
        "signup_date": "",
        "signup_hour": "14.30",
        "signup_zone": "Asia/Jakarta",
        "contact": "budi@contoh.id",
        "reply_email": "",
        "device": f"hp saya, pin {PIN}",
        "website": "",
    }
    assert client.post("/", typed).status_code == 303


def by_api(client):
    report = {"registered_email": "budi@contoh.id", "description": TEXT}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    for status in (201, 200):
        answer = client.post("/api/v1/tickets/", report, content_type="application/json", headers=headers)
        assert answer.status_code == status


def by_addition(client):
    ticket = intake.submit_ticket(
        Submission(key=uuid.uuid4(), description="kode belum masuk", registered_email="budi@contoh.id")
    )
    for _ in range(2):  # a double click
        client.post(links.status_path(ticket), {"action": "add", "body": TEXT})
    assert ticket.messages.filter(kind="requester").count() == 1


def by_follow_up(client):
    ticket = intake.submit_ticket(
        Submission(key=uuid.uuid4(), description="kode belum masuk", registered_email="budi@contoh.id")
    )
    intake.follow_up(ticket, body=TEXT)


@pytest.mark.parametrize("report", [by_form, by_api, by_addition, by_follow_up])
def test_planted_secrets_are_nowhere(
    report, client, broker_files, caplog, settings, tmp_path, django_capture_on_commit_callbacks
):
    caplog.set_level(logging.DEBUG)
    lead = Client()
    lead.force_login(AgentFactory(role="lead"))

    with django_capture_on_commit_callbacks(execute=True):
        report(client)
        ticket = Ticket.objects.latest("pk")
        tasks.triage_ticket(ticket.pk)
        for message in Message.objects.outgoing():
            delivery.deliver(message.pk)

    ticket.refresh_from_db()
    desk_page = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    answers = [
        client.get(links.status_path(ticket)),
        client.get(links.status_path(ticket), {"part": "live"}),
        client.get(f"/api/v1/tickets/{ticket.reference}/", {"token": links.token_for(ticket)}),
        lead.get(desk_page),
        lead.get(reverse("admin:tickets_ticket_changelist")),
        lead.get(reverse("admin:tickets_message_changelist")),
        *(
            lead.get(reverse("admin:tickets_ticket_secret", args=[ticket.pk, number]))
            for number in range(1, 6)
        ),
    ]
    pages = "\n".join(answer.content.decode() for answer in answers)
    mails = "\n".join(str(message.message()) for message in mail.outbox)
    files = "\n".join(
        path.read_bytes().decode("latin-1") for path in settings.SCREENSHOT_DIR.rglob("*") if path.is_file()
    )
    assert {answer.status_code for answer in answers} == {200}
    assert MASKED in every_column()
    assert planted_in(every_column()) == []
    assert planted_in(pages) == []
    assert planted_in(caplog.text) == []
    assert (len(mail.outbox) > 0, planted_in(mails)) == (True, [])
    assert (len(broker_files()) > 0, planted_in("\n".join(broker_files()))) == (True, [])
    assert planted_in(files) == []


def test_planted_secrets_are_shown_to_who_asks_and_that_is_written_down(client, caplog):
    caplog.set_level(logging.DEBUG)
    by_form(client)
    ticket = Ticket.objects.get()
    lead = Client()
    lead.user = AgentFactory(role="lead")
    lead.force_login(lead.user)

    shown = {}
    for number in range(1, 6):
        answer = lead.post(
            reverse("admin:tickets_ticket_secret", args=[ticket.pk, number]), {"because": "check_account"}
        )
        shown[number] = answer.context["value"]
        assert shown[number] in answer.content.decode()

    events = ticket.events.filter(kind="secret_revealed", actor=lead.user)
    assert shown == {1: OTP, 2: NIK, 3: CARD, 4: ACCOUNT, 5: TOKEN}
    assert [(event.data["number"], event.data["because"]) for event in events] == [
        (number, "check_account") for number in shown
    ]
    assert planted_in(every_column()) == []
    assert planted_in(caplog.text) == []


def test_a_report_with_secrets_costs_one_query_more():
    def submit(description):
        return intake.submit_ticket(
            Submission(key=uuid.uuid4(), description=description, registered_email="budi@contoh.id")
        )

    submit("kode belum masuk")
    with connection.execute_wrapper(counter := Counter()):
        submit("kode belum masuk")
    plain, counter.queries = counter.queries, 0
    with connection.execute_wrapper(counter):
        submit(TEXT)

    assert counter.queries == plain + 1


class Counter:
    queries = 0

    def __call__(self, execute, *args):
        self.queries += 1
        return execute(*args)


def test_the_same_report_after_a_lost_answer_is_one_ticket_and_another_is_refused(client):
    headers = {"Idempotency-Key": "satu"}
    report = {"registered_email": "budi@contoh.id", "description": TEXT}

    answers = [
        client.post("/api/v1/tickets/", each, content_type="application/json", headers=headers)
        for each in (report, report, {**report, "description": TEXT.replace(OTP, "590128")})
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 422]


def test_another_code_is_no_double_click(client):
    ticket = intake.submit_ticket(
        Submission(key=uuid.uuid4(), description="kode belum masuk", registered_email="budi@contoh.id")
    )

    for code in ("482913", "482 913", "590127"):
        intake.add_information(ticket, body=f"kode saya {code} salah")

    assert [message.body for message in ticket.messages.filter(kind="requester")] == [
        "kode saya [OTP ••• 1] salah",
        "kode saya [OTP ••• 2] salah",
    ]


def test_a_note_is_masked_and_a_reply_with_a_secret_is_not_sent():
    agent = AgentFactory(role="agent")
    ticket = intake.submit_ticket(
        Submission(key=uuid.uuid4(), description="kode belum masuk", registered_email="budi@contoh.id")
    )

    note = desk.add_note(ticket, body=f"nik {NIK} cocok", by=agent)
    with pytest.raises(desk.HoldsSecrets):
        desk.reply_and_wait(ticket, body=f"nik Anda {NIK}", by=agent)
    reply = desk.reply_and_wait(ticket, body=f"tautan baru https://contoh.id/a?token={TOKEN}", by=agent)

    assert note.body == "nik [NIK ••• 1] cocok"
    assert TOKEN in reply.body
    assert ticket.messages.filter(kind="reply").count() == 1
