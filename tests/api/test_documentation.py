import json
import os
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from tests import images
from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import api_keys, links, outside_delivery
from tickets.api import inbox_views, outbox_schema, schema, triage_schema
from tickets.api.documentation import prose, reference
from tickets.api.outbox_answers import claim_of
from tickets.api.problems import TITLES
from tickets.models.api_key import Scope

README = Path(settings.BASE_DIR) / "docs" / "api.md"
SAMPLES = [
    text
    for module in (schema, outbox_schema, inbox_views, triage_schema)
    for name, text in vars(module).items()
    if name.startswith("CURL_")
]
WRITTEN = re.findall(r"```sh\n(.*?)\n```", README.read_text(), flags=re.DOTALL)


def test_page_shows_every_operation_and_problem(client):
    page = client.get("/api/v1/docs/").content.decode()

    missing = [o.summary for o in reference()["operations"] if o.summary not in page]
    assert missing == []
    assert [kind for kind in TITLES if f'id="{kind}"' not in page] == []


def test_page_shows_the_throttles_in_force(client):
    page = client.get("/api/v1/docs/").content.decode()

    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    # Signing in is no part of the API.
    assert [rates[scope] for scope in ("intake", "status", "key") if rates[scope] not in page] == []


def test_page_is_english_and_passes_the_policy(client):
    response = client.get("/api/v1/docs/")
    page = response.content.decode()

    assert '<html lang="en">' in page
    assert "script-src 'self'; style-src 'self'" in response["Content-Security-Policy"]
    assert re.findall(r"<script>|<style|style=|\son\w+=", page) == []


def test_page_has_each_id_once(client):
    ids = re.findall(r'\sid="([^"]+)"', client.get("/api/v1/docs/").content.decode())

    assert sorted(ids) == sorted(set(ids))


def test_page_cannot_be_posted_to(client):
    assert client.post("/api/v1/docs/").status_code == 405


def test_prose_marks_code_and_escapes_the_rest():
    assert prose("a `b<` & c") == "a <code>b&lt;</code> &amp; c"


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sample", [*SAMPLES, *WRITTEN])
@pytest.mark.usefixtures("model")
def test_examples_work(live_server, tmp_path, sample, settings):
    settings.AUTO_REPLIES_SENT_BY = "api"
    ticket = TicketFactory(held=True)
    key, key_token = api_keys.make(name="Contoh", scopes=list(Scope), expires_at=None, by=AgentFactory())
    message = MessageFactory(outgoing=True, ticket=ticket)
    claimed = outside_delivery.claim_for(message.pk) if "$CLAIM" in sample else None
    (tmp_path / "surat.eml").write_bytes(b"From: budi@contoh.id\r\nSubject: kode\r\n\r\nkode belum masuk\r\n")
    (tmp_path / "layar.png").write_bytes(images.png())
    recently = (timezone.localtime() - timedelta(minutes=20)).isoformat(timespec="seconds")
    command = (
        sample.replace("http://127.0.0.1:8000", live_server.url)
        .replace("KS-7F3K-92QX", ticket.reference)
        .replace("/4711/", f"/{message.pk}/")
        .replace("2026-11-22T14:30:00+07:00", recently)
    )

    ran = subprocess.run(
        ["sh", "-c", f"{command} -w '\\n%{{http_code}}'"],
        cwd=tmp_path,
        env={
            **os.environ,
            "TOKEN": links.token_for(ticket),
            "KEY": key_token,
            "CLAIM": claim_of(claimed, by=key) if claimed else "",
        },
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )

    body, _, code = ran.stdout.rpartition("\n")
    assert code in {"200", "201", "202"}
    assert set(json.loads(body)) & {"reference", "items", "claim", "state", "categories", "category"}
