import io
import shlex
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import CommandError, call_command

from tests.mail.imap_server import ImapServer
from tests.mail.letters import letter
from tickets.mail import mailbox, mailbox_tasks, sealed_mail
from tickets.management.commands import receive_mail
from tickets.models import IncomingMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    server = ImapServer()
    server.start()
    settings.IMAP_URL = server.url()
    settings.IMAP_TIMEOUT = 5
    yield server
    server.stop()


def flags(server, folder="INBOX"):
    return [sorted(each.flags) for each in server.folders[folder]]


def test_new_mail_is_stored_and_then_marked(server):
    raws = [letter(str(n)) for n in range(3)]
    for raw in raws:
        server.deliver(raw)

    assert mailbox.fetch() == 3

    assert [sealed_mail.read_raw(mail) for mail in IncomingMail.objects.order_by("pk")] == raws
    assert flags(server) == [[r"\Seen"]] * 3
    assert mailbox.fetch() == 0
    assert "EXPUNGE" not in server.said


def test_mail_is_moved_where_a_folder_is_named(server, settings):
    settings.IMAP_DONE_FOLDER = "Selesai"
    server.deliver(letter())
    server.folders["INBOX"][0].flags.add(r"\Seen")  # somebody has read it in their own program

    assert mailbox.fetch() == 1

    assert (len(server.folders["INBOX"]), len(server.folders["Selesai"])) == (0, 1)


def test_mail_is_not_marked_when_it_cannot_be_stored(server, monkeypatch):
    server.deliver(letter())
    monkeypatch.setattr(mailbox, "receive", lambda raw, source: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        mailbox.fetch()

    assert flags(server) == [[]]


def test_mail_that_was_stored_and_not_marked_is_one_row(server):
    server.deliver(letter())
    server.break_off = "STORE"

    with pytest.raises(mailbox.TROUBLE):
        mailbox.fetch()
    mailbox.fetch()

    assert IncomingMail.objects.count() == 1
    assert flags(server) == [[r"\Seen"]]


def test_of_a_too_large_mail_only_the_beginning_is_fetched(server, settings):
    settings.INCOMING_MAX_BYTES = 1000
    server.deliver(letter("x" * 100_000))

    mailbox.fetch()

    mail = IncomingMail.objects.get()
    assert (mail.state, mail.reason, mail.size) == ("kept", "too_large", 1001)


def test_access_token_opens_the_mailbox(server, settings):
    settings.IMAP_TOKEN_COMMAND = shlex.join([sys.executable, "-c", f"print('{server.token}')"])
    server.deliver(letter())

    assert mailbox.fetch() == 1
    assert not any(said.startswith("LOGIN") for said in server.said)


@pytest.mark.parametrize("command", ["false", "/does/not/exist", "'"])
def test_token_that_cannot_be_had_is_trouble(server, settings, command):
    settings.IMAP_TOKEN_COMMAND = command

    with pytest.raises(mailbox.TROUBLE):
        mailbox.fetch()


def test_wrong_password_and_nobody_there_are_told_without_the_password(server, settings, capsys, caplog):
    settings.IMAP_URL = server.url().replace("rahasia", "salah")

    with pytest.raises(CommandError, match="cannot be read") as told:
        call_command("fetch_mail")
    mailbox_tasks.fetch_mail()

    assert "the mailbox could not be read: MailboxLoginError" in caplog.text
    assert "salah" not in caplog.text + str(told.value)


@pytest.mark.parametrize(
    "url",
    ["", "x", "imaps://host/INBOX", "http://a:b@host/", "imaps://a:b@host:x/", "imap+tls://a:b@host:993/"],
)
def test_unusable_setting_is_told(settings, url):
    settings.IMAP_URL = url

    with pytest.raises(CommandError, match=r"IMAP_URL|imaps://"):
        call_command("fetch_mail")


def test_setting_is_read(settings):
    settings.IMAP_URL = "imaps://bantuan%40contoh.id:r%2Fa@imap.contoh.id/Surat%20masuk"

    place = mailbox.place()

    assert (place.host, place.port, place.folder) == ("imap.contoh.id", 993, "Surat masuk")
    assert (place.user, place.password) == ("bantuan@contoh.id", "r/a")


@pytest.mark.django_db(transaction=True)
def test_watch_takes_what_comes_and_connects_again(server, monkeypatch):
    monkeypatch.setattr(mailbox, "FIRST_BACK_OFF", 0.05)
    server.deliver(letter("satu"))
    seen = []
    deadline = time.monotonic() + 20

    def until():
        seen.append(IncomingMail.objects.count())
        return seen[-1] >= 3 or time.monotonic() > deadline

    def deliver():
        wait_for(lambda: server._idling)
        server.break_off = "FETCH"
        server.deliver(letter("dua"))
        wait_for(lambda: not server.break_off)
        wait_for(lambda: server._idling)
        server.deliver(letter("tiga"))

    thread = threading.Thread(target=deliver)
    thread.start()
    mailbox.watch(until=until)
    thread.join(timeout=10)

    assert IncomingMail.objects.count() == 3
    assert sum(said.startswith("LOGIN") for said in server.said) == 2


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def piped(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_mail_from_a_pipe_is_stored(monkeypatch):
    raw = letter()
    piped(monkeypatch, raw)

    call_command("receive_mail")

    mail = IncomingMail.objects.get()
    assert (mail.source, sealed_mail.read_raw(mail)) == ("command", raw)


def test_too_large_mail_from_a_pipe_is_kept_as_its_beginning(monkeypatch, settings):
    settings.INCOMING_MAX_BYTES = 1000
    piped(monkeypatch, letter("x" * 5000))

    call_command("receive_mail")

    assert IncomingMail.objects.get().reason == "too_large"


def test_mail_server_is_asked_to_try_again(monkeypatch):
    piped(monkeypatch, letter())
    monkeypatch.setattr(receive_mail, "receive", lambda raw, source: 1 / 0)

    with pytest.raises(SystemExit) as ended:
        call_command("receive_mail")
    piped(monkeypatch, b"\n")
    with pytest.raises(SystemExit) as empty:
        call_command("receive_mail")

    assert (ended.value.code, empty.value.code) == (75, 75)


@pytest.mark.slow
def test_mail_server_is_asked_to_try_again_when_there_are_no_tables(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "receive_mail"],
        input=letter(),
        capture_output=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "DATA_DIR": str(tmp_path)},
    )

    assert done.returncode == 75
