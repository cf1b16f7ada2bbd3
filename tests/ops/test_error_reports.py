"""What leaves the house when something breaks: received by a sink in Sentry's place, searched for secrets."""

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest
from django.conf import settings

from kayasupport.error_reports import scrub
from tests.ops.product import environment_for, wait_until

SECRETS = ["482913", "Kucing99", "3201014505900003", "budi.santoso", "rahasia", "203.0.113.7", "sesi123"]
UNPACK = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
# In a process of its own: the library hooks into Django and logging for good.
BREAK = """
import logging, sys
import django
from django.conf import settings
django.setup()
from django.http import HttpResponseServerError
from django.test import Client
from django.urls import path
from kayasupport import urls
from kayasupport.celery import app
from tickets import log_context, tasks, pipeline
import sentry_sdk

def breaks(request, reference, token):
    typed = request.POST["description"]
    secret = f"kode {typed}"
    raise ValueError(f"cannot store {secret} for budi.santoso@contoh.id")

def says_so(request):
    return HttpResponseServerError()

urls.handler500 = says_so  # the page needs collected files
urls.urlpatterns.append(path("rusak/<str:reference>/<str:token>/", breaks))
settings.SECURE_SSL_REDIRECT = False
client = Client(raise_request_exception=False, headers={"Host": "localhost"})
client.post(
    "/rusak/KS-7F3K-92QX/1abcde.rahasia/?kode=482913",
    {"description": "482913 Kucing99 3201014505900003"},
    headers={"Cookie": "sessionid=sesi123", "X-Forwarded-For": "203.0.113.7"},
)
def explode(pk):
    raise KeyError("budi.santoso@contoh.id 3201014505900003")
pipeline.look_again = explode
tasks.look_again.apply(args=(1,))
logging.getLogger("tickets").error("mail to %s failed", "budi.santoso@contoh.id")
logging.getLogger("tickets").error(f"filled in by hand: budi.santoso@contoh.id")
logging.getLogger("tickets").warning("no error at all")
client.get("/", headers={"Host": "scanner.example"})
sentry_sdk.flush(timeout=10)
"""


@pytest.fixture
def sink():
    """Stands in for Sentry: takes envelopes on this machine, unpacked."""
    envelopes = []

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding", "")
            body = UNPACK[packed](body)
            envelopes.append((self.path, body.decode()))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.envelopes = envelopes
    yield server
    server.shutdown()
    server.server_close()


def events_of(envelopes):
    items = [json.loads(line) for _, text in envelopes for line in text.splitlines()[1:]]
    return [item for item in items if "event_id" in item]


def test_errors_are_told_with_their_place_and_without_anything_personal(sink, tmp_path):
    dsn = f"http://key@127.0.0.1:{sink.server_address[1]}/1"
    environment = environment_for(tmp_path, SENTRY_DSN=dsn, RELEASE="abc123", LOG_LEVEL="ERROR")

    done = subprocess.run(
        [sys.executable, "-c", BREAK],
        cwd=settings.BASE_DIR,
        env={**environment, "DJANGO_SETTINGS_MODULE": "kayasupport.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    wait_until(lambda: len(events_of(sink.envelopes)) >= 4, seconds=10)
    sent = "\n".join(text for _, text in sink.envelopes)
    assert [secret for secret in SECRETS if secret in sent] == []
    events = events_of(sink.envelopes)
    broken = {event["exception"]["values"][-1]["type"]: event for event in events if "exception" in event}
    assert set(broken) == {"ValueError", "KeyError"}
    frame = broken["KeyError"]["exception"]["values"][-1]["stacktrace"]["frames"][-1]
    assert frame["function"] == "explode"
    assert "vars" not in frame
    assert len(broken["ValueError"]["tags"]["request_id"]) == 32
    assert {event["release"] for event in events} == {"abc123"}
    assert [event["logentry"]["message"] for event in events if "logentry" in event].count(
        "mail to %s failed"
    ) == 1


def test_nothing_is_loaded_where_nobody_is_told(tmp_path):
    code = "import django; django.setup(); import sys; sys.exit('sentry_sdk' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={**environment_for(tmp_path), "DJANGO_SETTINGS_MODULE": "kayasupport.settings"},
        timeout=60,
    )

    assert done.returncode == 0


def test_scrub_keeps_only_what_it_knows():
    secret = {"any": "482913"}
    event = {
        "event_id": "1",
        "level": "error",
        "transaction": "/tiket/KS-7F3K-92QX/rahasia/",
        "request": {"url": "http://x/?482913", "data": secret, "cookies": secret, "headers": secret},
        "user": secret,
        "extra": secret,
        "contexts": secret,
        "breadcrumbs": {"values": [secret]},
        "server_name": "host",
        "of_a_later_version": secret,
        "logentry": {"message": "kode 482913", "formatted": "kode 482913"},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": "482913",
                    "mechanism": {"type": "django", "handled": False, "data": secret},
                    "stacktrace": {"frames": [{"function": "f", "lineno": 3, "vars": secret}]},
                }
            ]
        },
    }

    clean = scrub(event, {})

    text = json.dumps(clean)
    assert [each for each in ("482913", "rahasia", "of_a_later_version") if each in text] == []
    assert clean["exception"]["values"][0]["mechanism"] == {"type": "django", "handled": False}
    assert clean["exception"]["values"][0]["stacktrace"]["frames"][0]["lineno"] == 3


@pytest.mark.parametrize(
    ("name", "kept"),
    [("tickets.web.status.status", True), ("tickets.tasks.look_again", True), ("/tiket/x/y/", False)],
)
def test_scrub_keeps_the_names_of_views_and_tasks(name, kept):
    assert ("transaction" in scrub({"transaction": name}, {})) is kept


def test_scrub_survives_an_event_of_nothing():
    assert scrub({}, {}) == {"tags": {}}
