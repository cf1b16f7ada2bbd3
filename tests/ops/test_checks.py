"""System checks for settings that are wrong together."""

import os
import subprocess
import sys
from datetime import time, timedelta

import pytest
from cryptography.fernet import Fernet

from tests.processes import ROOT
from tests.screens import install, remove
from tickets import checks
from tickets.models import OpeningHours

KEY = Fernet.generate_key().decode()


@pytest.fixture
def deployed(settings, tmp_path, monkeypatch):
    """Settings as docs/operations.md has them, on a machine that has all it needs."""
    install(tmp_path, monkeypatch, reads="exit 1")
    settings.OCR_LANGUAGES = ["ind"]
    settings.SITE_URL = "https://bantuan.example.org"
    settings.SITE_IS_HTTPS = True
    settings.NUM_PROXIES = 1
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.BOUNCE_ADDRESS = "bounce@example.org"
    settings.DEFAULT_FROM_EMAIL = "bantuan@example.org"
    settings.EMBEDDED = False
    settings.REDIS_URL = "redis://redis"
    settings.SEALING_KEYS = [Fernet.generate_key().decode()]
    settings.IDENTITY_KEYS = [KEY]
    return settings


def found() -> list[str]:
    return [message.id for check in checks.ALWAYS + checks.IN_DEPLOYMENT for message in check(None)]


def test_checks_have_nothing_to_say_about_a_good_deployment(deployed):
    assert found() == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"SITE_IS_HTTPS": False}, "tickets.W001"),
        ({"NUM_PROXIES": 0}, "tickets.W002"),
        ({"EMAIL_URL": ""}, "tickets.W003"),
        ({"DEFAULT_FROM_EMAIL": "Bantuan <bantuan@localhost>"}, "tickets.W004"),
        ({"BOUNCE_ADDRESS": ""}, "tickets.W009"),
        ({"ANYMAIL_ESP": "mailgun"}, "tickets.W009"),
        ({"BOUNCE_ADDRESS": "Bounce <bounce@example.org>"}, "tickets.E011"),
        ({"SUPPORT_MAILBOX": "bantuan+x@example.org"}, "tickets.E011"),
        ({"REDIS_URL": ""}, "tickets.W005"),
        ({"SEALING_KEYS": []}, "tickets.W006"),
        ({"SEALING_KEYS": ["kurang-panjang"]}, "tickets.E004"),
        ({"IDENTITY_KEYS": []}, "tickets.W013"),
        ({"IDENTITY_KEYS": ["kurang-panjang"]}, "tickets.E004"),
        ({"SEALING_KEYS": [KEY]}, "tickets.W014"),
        ({"IDENTITY_LINK_AGE": timedelta(0)}, "tickets.E030"),
        ({"IDENTITY_KEPT": timedelta(0)}, "tickets.E030"),
        ({"IDENTITY_UNDECIDED_KEPT": timedelta(0)}, "tickets.E030"),
        ({"LEASE": timedelta(seconds=60)}, "tickets.E001"),
        ({"TECHNICAL_KEPT": timedelta(days=13)}, "tickets.E012"),
        ({"TICKETS_KEPT": timedelta(days=13)}, "tickets.E012"),
        ({"OCR": "yes"}, "tickets.E005"),
        ({"STAFF_TWO_FACTOR": "yes"}, "tickets.E007"),
        ({"STAFF_TWO_FACTOR": "off"}, "tickets.W008"),
        ({"OCR_LANGUAGES": ["ind", "eng"]}, "tickets.W007"),
        ({"OCR_LANGUAGES": ["jav"]}, "tickets.W007"),
        ({"OCR": "on", "OCR_LANGUAGES": ["ind", "eng"]}, "tickets.E006"),
        ({"SITE_URL": "bantuan.example.org"}, "tickets.E002"),
        ({"LOG_FORMAT": "xml"}, "tickets.E028"),
        ({"METRICS_ALLOWED": ["10.0.0.0/8", "everybody"]}, "tickets.E029"),
        ({"REST_FRAMEWORK": {"DEFAULT_THROTTLE_RATES": {"intake": "20", "status": "9/min"}}}, "tickets.E003"),
    ],
)
def test_checks_name_what_is_wrong(deployed, wrong, complaint):
    for name, value in wrong.items():
        setattr(deployed, name, value)

    assert found() == [complaint]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "closes", "complaints"),
    [(5, time(17), []), (1, time(8, 10), ["tickets.W012"]), (0, time(17), ["tickets.W012"])],
)
def test_checks_say_that_promises_cannot_be_kept(days, closes, complaints):
    OpeningHours.objects.filter(weekday__gte=days).delete()
    OpeningHours.objects.update(closes=closes)

    messages = [message.id for check in checks.OF_ROWS for message in check(None, databases=["default"])]

    assert messages == complaints


def test_checks_of_rows_ask_no_database_where_none_is_named():
    assert [message for check in checks.OF_ROWS for message in check(None)] == []


def test_checks_do_not_bother_a_first_try(deployed):
    deployed.EMBEDDED = True
    deployed.REDIS_URL = ""

    assert [message for check in checks.ALWAYS for message in check(None)] == []


@pytest.mark.parametrize(
    ("ocr", "complaints"), [("auto", ["tickets.W007"]), ("on", ["tickets.E006"]), ("off", [])]
)
def test_checks_say_that_tesseract_is_missing_where_it_is_wanted(
    deployed, tmp_path, monkeypatch, ocr, complaints
):
    remove(tmp_path, monkeypatch)
    deployed.OCR = ocr

    assert found() == complaints


def test_djangos_own_checks_of_a_deployment_have_nothing_to_say(tmp_path):
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "q8Zr" * 16 + "x!",
        "SITE_URL": "https://bantuan.example.org",
        "NUM_PROXIES": "1",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--tag", "security", "--fail-level", "INFO"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")
