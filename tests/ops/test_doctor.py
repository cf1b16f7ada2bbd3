"""The doctor, with things broken on purpose: it names each of them, and says what to do."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from datetime import timedelta

import pytest
import redis
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from kayasupport.doctor import broker, configuration, database, files, mail, processes
from kayasupport.doctor.finding import ERROR, OK, WARNING, Finding
from kayasupport.management.commands import doctor
from tests.factories import TicketFactory
from tests.mail.imap_server import ImapServer
from tests.ops.product import environment_for
from tests.screens import install, remove
from tickets import signs
from tickets.mail import trial
from tickets.models import Pulse

pytestmark = pytest.mark.django_db
embedded = pytest.mark.skipif(connection.vendor != "sqlite", reason="about the embedded database")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")


def levels(part):
    return {finding.about: finding.level for finding in part.examine()}


def only(part, *, about, level=None):
    found = [
        finding for finding in part.examine() if finding.about == about and level in {None, finding.level}
    ]
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(("level", "fix"), [(OK, "Do something."), (WARNING, ""), (ERROR, "")])
def test_a_finding_has_a_fix_where_it_is_not_well_and_only_there(level, fix):
    with pytest.raises(ValueError, match="a fix"):
        Finding(level, "Disk", "It is as it is.", fix)


# Settings


@pytest.fixture
def deployed(settings):
    settings.SITE_URL, settings.SITE_IS_HTTPS = "https://bantuan.example.org", True
    settings.NUM_PROXIES = 1
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.DEFAULT_FROM_EMAIL = "bantuan@example.org"
    settings.BOUNCE_ADDRESS = "pantul@example.org"
    settings.SECRET_KEY = "aX9-" * 20 + "fQ3_zR7vK"
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SEALING_KEYS = ["a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="]
    settings.IDENTITY_KEYS = ["a3V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="]
    settings.REDIS_URL = "redis://redis"
    return settings


def test_settings_of_a_good_deployment_are_well(deployed):
    assert [finding.level for finding in configuration.examine()] == [OK, OK]


@pytest.mark.parametrize(
    ("wrong", "level", "words"),
    [
        ({"DEBUG": True}, ERROR, "DEBUG=false"),
        ({"SECRET_KEY": "short"}, ERROR, "make secrets"),
        ({"SITE_IS_HTTPS": False, "EMBEDDED": False}, ERROR, "SITE_URL=https"),
        ({"NUM_PROXIES": 0}, ERROR, "NUM_PROXIES"),
        ({"EMAIL_URL": ""}, ERROR, "EMAIL_URL"),
        ({"BOUNCE_ADDRESS": ""}, WARNING, "BOUNCE_ADDRESS"),
        ({"ALLOWED_HOSTS": ["*"]}, WARNING, "Take * out"),
        ({"METRICS_TOKEN": "geheim"}, WARNING, "token_urlsafe"),
        ({"LOG_FORMAT": "xml"}, ERROR, "line or json"),
        ({"METRICS_ALLOWED": ["10.0.0.0/40"]}, ERROR, "10.0.0.0/8"),
    ],
)
def test_settings_that_are_wrong_are_named_with_their_fix(deployed, wrong, level, words):
    for name, value in wrong.items():
        setattr(deployed, name, value)

    found = [finding for finding in configuration.examine() if finding.level != OK]

    assert [(finding.level, words in finding.fix) for finding in found] == [(level, True)]


# Database


def test_database_of_the_tests_is_well():
    assert set(levels(database).values()) == {OK}


def test_database_that_is_away_is_the_only_finding(monkeypatch):
    def gone():
        raise OperationalError(
            'connection to server at "db", port 5432 failed: Connection refused\n\tIs it up?'
        )

    monkeypatch.setattr(database.vitals, "database_version", gone)

    [found] = database.examine()

    assert found.level == ERROR
    assert "Connection refused" in found.said
    assert "Is it up" not in found.said


def test_tables_that_are_behind_are_told_of():
    MigrationRecorder(connection).record_unapplied("tickets", "0029_watch")

    assert only(database, about="Tables").fix == "Run `manage.py migrate`."


@pytest.mark.parametrize(("seconds", "level"), [(0, OK), (5, WARNING), (90, ERROR)])
def test_clocks_that_differ_are_told_of(monkeypatch, seconds, level):
    later = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr(database.timezone, "now", lambda: later)

    assert only(database, about="Clock").level == level


@embedded
def test_transactions_that_take_no_turn_are_told_of(settings, monkeypatch):
    monkeypatch.setitem(settings.DATABASES["default"]["OPTIONS"], "transaction_mode", None)

    assert "IMMEDIATE" in only(database, about="Database", level=ERROR).fix


@on_postgresql
def test_statements_without_end_are_told_of():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")

    assert only(database, about="Timeouts").level == WARNING


@on_postgresql
def test_more_threads_than_connections_are_told_of(monkeypatch):
    monkeypatch.setattr(database.web_server, "threads", 1000)

    assert only(database, about="Connections").level == ERROR


# Broker


def test_folder_of_bells_is_looked_at(settings, tmp_path):
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path / "broker")}

    before = only(broker, about="Broker")
    (tmp_path / "broker").mkdir()
    after = only(broker, about="Broker")

    assert (before.level, after.level) == (ERROR, OK)
    assert f"mkdir -p -m 700 {tmp_path}/broker" in before.fix


def test_redis_that_is_away_is_told_of(settings):
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    settings.REDIS_URL = f"redis://:rahasia@127.0.0.1:{port}/0"

    found = only(broker, about="Redis")

    assert found.level == ERROR
    assert "rahasia" not in found.said


class Server:
    """A Redis as it says it is."""

    def __init__(self, *, version="8.0.1", policy="noeviction", aof=1):
        self.version, self.policy, self.aof = version, policy, aof

    def info(self):
        return {"redis_version": self.version, "aof_enabled": self.aof}

    def config_get(self, name):
        if self.policy is None:
            raise redis.ResponseError("unknown command 'CONFIG'")
        return {name: self.policy}


@pytest.mark.parametrize(
    ("server", "found"),
    [
        (Server(), [OK, OK, OK]),
        (Server(version="5.0.7"), [WARNING, OK, OK]),
        (Server(policy="allkeys-lru"), [OK, ERROR, OK]),
        (Server(policy=None), [OK, WARNING, OK]),
        (Server(aof=0), [OK, OK, WARNING]),
    ],
)
def test_redis_is_judged_by_what_it_says(settings, monkeypatch, server, found):
    settings.REDIS_URL = "redis://redis"
    monkeypatch.setattr(broker.redis.Redis, "from_url", lambda url, **options: server)

    assert [finding.level for finding in broker.examine()] == found


# Files


@pytest.fixture
def house(settings, tmp_path, monkeypatch):
    """A data folder and a collected page, as `make run` makes them; a tesseract that knows our languages."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir(mode=0o700)
    settings.SCREENSHOT_DIR = settings.DATA_DIR / "screenshots"
    settings.IDENTITY_DIR = settings.DATA_DIR / "identity"
    names = {name: name for finder in files.get_finders() for name, _ in finder.list([])}
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    (settings.STATIC_ROOT / "staticfiles.json").write_text(json.dumps({"paths": names}))
    monkeypatch.setattr(files.catalogs, "stale", lambda: [])
    install(tmp_path, monkeypatch, reads="exit 1")
    settings.OCR_LANGUAGES = ["ind"]
    return settings


@pytest.mark.usefixtures("model")
def test_files_of_a_good_house_are_well(house):
    assert set(levels(files).values()) == {OK}


def test_a_missing_data_folder_is_told_of(house):
    shutil.rmtree(house.DATA_DIR)

    assert f"install -d -m 700 {house.DATA_DIR}" in only(files, about="Data folder").fix


def test_files_that_others_may_read_are_told_of(house):
    house.DATA_DIR.chmod(0o755)
    house.SCREENSHOT_DIR.mkdir(mode=0o755)
    key = house.DATA_DIR / "secret_key"
    key.write_text("x")
    key.chmod(0o644)

    found = [finding for finding in files.examine() if finding.about == "Data folder"]

    assert [(finding.level, finding.fix) for finding in found] == [
        (ERROR, f"chmod 700 {house.SCREENSHOT_DIR}"),
        (ERROR, f"chmod 600 {key}"),
    ]


def test_proofs_of_identity_on_a_disk_of_their_own_are_looked_at_too(house, tmp_path):
    house.IDENTITY_DIR = tmp_path / "proofs"
    house.IDENTITY_DIR.mkdir(mode=0o755)

    assert only(files, about="Data folder").fix == f"chmod 700 {house.IDENTITY_DIR}"


def test_open_files_behind_a_shut_door_do_no_harm(house):
    house.SCREENSHOT_DIR.mkdir(mode=0o755)

    assert only(files, about="Data folder").level == OK


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_data_folder_that_cannot_be_written_is_told_of(house):
    house.DATA_DIR.chmod(stat.S_IRUSR | stat.S_IXUSR)

    assert only(files, about="Data folder").fix.startswith("chown")


def test_a_full_disk_is_told_of(house):
    house.DISK_LOW = 10**18

    assert only(files, about="Disk").level == WARNING


def test_static_files_that_are_missing_are_told_of(house):
    manifest = house.STATIC_ROOT / "staticfiles.json"
    names = json.loads(manifest.read_text())["paths"]
    del names["tickets/public.css"]
    manifest.write_text(json.dumps({"paths": names}))
    one = only(files, about="Static files")
    manifest.unlink()
    all_of_them = only(files, about="Static files")

    assert (one.level, all_of_them.level) == (ERROR, ERROR)
    assert "tickets/public.css" in one.said
    assert "collectstatic" in one.fix


def test_catalogs_that_are_behind_are_told_of(house, monkeypatch):
    monkeypatch.setattr(files.catalogs, "stale", lambda: ["django.po"])

    assert only(files, about="Translations").fix == "Run `manage.py compile_catalogs`."


def test_a_missing_model_is_told_of(house, tmp_path):
    house.TRIAGE_MODEL_DIR = tmp_path / "nowhere"

    assert "prepare_triage" in only(files, about="Triage model").fix


@pytest.mark.parametrize(("ocr", "level"), [("auto", WARNING), ("on", ERROR), ("off", OK)])
def test_a_missing_tesseract_is_told_of(house, tmp_path, monkeypatch, ocr, level):
    remove(tmp_path, monkeypatch)
    house.OCR = ocr

    assert only(files, about="Screenshots").level == level


# Mail


@pytest.fixture
def smtp(settings):
    settings.EMAIL_BACKEND = trial.SMTP
    settings.EMAIL_URL = "smtp://127.0.0.1"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", "", ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1
    settings.DEFAULT_FROM_EMAIL = "bantuan@localhost"
    return settings


def test_mail_server_that_lets_us_in_is_well(smtp, sink):
    smtp.EMAIL_PORT = sink.port

    assert only(mail, about="Mail").level == OK


def test_mail_server_that_is_away_is_told_of(smtp):
    with socket.create_server(("127.0.0.1", 0)) as door:
        smtp.EMAIL_PORT = door.getsockname()[1]

    found = only(mail, about="Mail")

    assert found.level == ERROR
    assert "Nothing listens" in found.said


def test_mail_server_that_says_nothing_does_not_keep_us(smtp):
    with socket.create_server(("127.0.0.1", 0)) as door:  # takes the connection, and is silent
        smtp.EMAIL_PORT = door.getsockname()[1]
        began = time.monotonic()

        found = only(mail, about="Mail")

    assert found.level == ERROR
    assert time.monotonic() - began < 5


def test_sender_that_nobody_can_answer_is_told_of(smtp, sink):
    smtp.EMAIL_PORT = sink.port

    assert "DEFAULT_FROM_EMAIL" in only(mail, about="Sender").said


def test_mailbox_is_signed_in_to(settings):
    server = ImapServer()
    server.start()
    settings.IMAP_URL = server.url()
    good = only(mail, about="Mailbox")
    settings.IMAP_URL = server.url().replace("rahasia", "salah")
    wrong = only(mail, about="Mailbox")
    server.stop()

    assert (good.level, wrong.level) == (OK, ERROR)


def test_mailbox_that_is_misspelt_is_told_of_without_its_password(settings):
    settings.IMAP_URL = "imapx://budi:rahasia@mail.example.org"

    found = only(mail, about="Mailbox")

    assert (found.level, "rahasia" in found.said) == (ERROR, False)


# Processes


def test_processes_that_work_are_well():
    for role in ("worker", "beat"):
        Pulse.objects.create(role=role, name=role)
    signs.note_round("sweep", seconds=0.1)

    assert {finding.level for finding in processes.examine()} == {OK}


def test_processes_that_do_not_work_are_told_of():
    Pulse.objects.create(role="worker", name="1", seen_at=timezone.now() - timedelta(minutes=2))
    TicketFactory(created_at=timezone.now() - timedelta(minutes=5))

    found = [(finding.level, finding.said) for finding in processes.examine() if finding.level != OK]

    assert [level for level, _ in found] == [ERROR, ERROR, ERROR, WARNING]
    assert "The last one was 120 s ago." in found[0][1]
    assert "Never, as far as is known." in found[1][1]
    assert "The oldest: 300 s" in found[3][1]


# The command


@pytest.fixture
def examined_as(monkeypatch):
    def say(*findings):
        monkeypatch.setattr(doctor, "PARTS", {"disk": lambda: iter(findings)})

    return say


def test_command_ends_well_where_nothing_must_be_fixed(examined_as, capsys):
    examined_as(Finding(OK, "Disk", "It is large."), Finding(WARNING, "Mail", "It is slow.", "Wait."))

    call_command("doctor")

    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "0 to fix, 1 to look at, 1 well."
    assert "      -> Wait." in said


def test_command_ends_with_1_where_something_must_be_fixed(examined_as):
    examined_as(Finding(ERROR, "Disk", "It is full.", "Empty it."))

    with pytest.raises(SystemExit) as ending:
        call_command("doctor")

    assert ending.value.code == 1


def test_command_speaks_json(examined_as, capsys):
    examined_as(Finding(WARNING, "Mail", "It is slow.", "Wait."))

    call_command("doctor", "--json")

    assert json.loads(capsys.readouterr().out) == {
        "counts": {"ok": 0, "warning": 1, "error": 0},
        "findings": [{"level": "warning", "about": "Mail", "said": "It is slow.", "fix": "Wait."}],
    }


def test_an_examination_that_breaks_off_is_a_finding_and_the_others_go_on(monkeypatch, capsys):
    def breaks():
        yield Finding(OK, "Disk", "It is large.")
        raise PermissionError("not allowed")

    parts = {"disk": breaks, "mail": lambda: [Finding(OK, "Mail", "It goes.")]}
    monkeypatch.setattr(doctor, "PARTS", parts)

    with pytest.raises(SystemExit):
        call_command("doctor", "--json")

    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["about"], each["level"]) for each in found] == [("Disk", OK), ("Disk", ERROR), ("Mail", OK)]


def test_command_asks_nobody_outside_when_it_is_told_not_to(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(doctor, "PARTS", {"mail": lambda: asked.append("mail") or []})

    call_command("doctor", "--offline")

    assert asked == []


def test_command_looks_at_an_empty_machine_without_falling_over(tmp_path):
    """No folder, no tables, no files: everything is a finding, and nothing a traceback."""
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json", "--offline"],
        env=environment_for(tmp_path / "nothing", STATIC_ROOT=str(tmp_path / "static")),
        capture_output=True,
        text=True,
        timeout=120,
    )

    found = {each["about"]: each["level"] for each in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert {name for name, level in found.items() if level == ERROR} >= {"Tables", "Broker", "Static files"}
