"""What comes in by a mail provider's webhook: only with the secret, and never a 5xx for what is in it."""

import json
import traceback
from base64 import b64encode
from importlib import reload

import pytest
from django.urls import clear_url_caches
from django.utils import timezone
from hypothesis import strategies as st

from kayasupport import urls
from tests.factories import MessageFactory
from tests.fuzz import hostile
from tests.fuzz.budget import fuzzed
from tests.fuzz.hostile import anything, damaged
from tests.fuzz.visitor import Visitor
from tickets.mail import filing
from tickets.models import IncomingMail
from tickets.web import provider

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("model", "webhooks"),
]

SECRET = "ana:rahasia"
SHOWN = f"Basic {b64encode(SECRET.encode()).decode()}"
BOUNCE = {
    "RecordType": "Bounce", "Type": "HardBounce", "MessageID": "id-10", "Email": "budi@contoh.id",
    "ID": 7, "Details": "550 5.1.1 unknown", "BouncedAt": "2026-11-22T00:00:00Z", "Tag": "",
    "Metadata": {},
}  # fmt: skip
COME_IN = {
    "From": "budi@contoh.id", "FromFull": {"Email": "budi@contoh.id", "Name": "Budi"},
    "To": "bantuan@kantor.test", "ToFull": [{"Email": "bantuan@kantor.test", "Name": ""}], "CcFull": [],
    "BccFull": [], "Subject": "Kode", "Headers": [{"Name": "Return-Path", "Value": "<budi@contoh.id>"}],
    "OriginalRecipient": "bantuan@kantor.test", "TextBody": "kode otp ga masuk2", "HtmlBody": "",
    "StrippedTextReply": "", "MessageID": "b7", "Date": "x",
    "Attachments": [{"Name": "a.png", "Content": "AA==", "ContentType": "image/png", "ContentID": ""}],
    "Tag": "",
}  # fmt: skip
PATHS = {"/anymail/postmark/tracking/": BOUNCE, "/anymail/postmark/inbound/": COME_IN}


@pytest.fixture
def not_ours(monkeypatch):
    """Only anymail may stumble over an event, never what we do with it."""

    def blame(_words, _name, *, exc_info):
        frames = traceback.extract_tb(exc_info.__traceback__)
        ours = [frame.name for frame in frames if "/tickets/" in frame.filename]
        # _raw makes a mail of what anymail has not looked at.
        if ours != ["answer"] and "_raw" not in ours:
            raise exc_info

    monkeypatch.setattr(provider.logger, "warning", blame)


@pytest.fixture
def webhooks(settings):
    settings.ANYMAIL_ESP, settings.ANYMAIL_WEBHOOK_SECRET = "postmark", SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    reload(urls)
    clear_url_caches()
    MessageFactory(outgoing=True, delivery="sent", provider_id="id-10", sent_at=timezone.now())
    yield
    settings.ANYMAIL_ESP = ""
    reload(urls)
    clear_url_caches()


@st.composite
def told(draw, right):
    """What the provider tells, with up to three things of it left out or of another kind."""
    said = dict(right)
    for name in draw(st.sets(st.sampled_from(sorted(right)), max_size=3)):
        if draw(st.booleans()):
            said[name] = draw(anything)
        else:
            del said[name]
    return json.dumps(said).encode()


@fuzzed(examples=30, path=st.sampled_from(sorted(PATHS)), data=st.data())
def test_event_of_any_shape_is_taken_or_refused(not_ours, path, data):
    body = data.draw(
        told(BOUNCE)
        | told(COME_IN)
        | damaged(json.dumps(PATHS[path]).encode())
        | anything.map(json.dumps).map(str.encode)
    )

    answer = Visitor().generic("POST", path, body, "application/json", HTTP_AUTHORIZATION=SHOWN)

    assert answer.status_code in {200, 400}
    for mail in IncomingMail.objects.filter(state="new"):
        filing.file_mail(mail.pk)
        mail.refresh_from_db()
        assert mail.state != "new"


@fuzzed(examples=30, path=st.sampled_from(sorted(PATHS)), body=st.binary(max_size=100), shown=hostile.headers)
def test_nobody_is_believed_without_the_secret(path, body, shown):
    given = [shown, f"Basic {shown}", "Basic " + b64encode(shown.encode("utf-8", "replace")).decode()]

    for each in given:
        answer = Visitor().generic("POST", path, body, "application/json", HTTP_AUTHORIZATION=each)
        assert answer.status_code == 400
