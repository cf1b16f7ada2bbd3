"""A provider by anymail: what is sent through it, and what it tells by webhook."""

import json
from base64 import b64encode

import pytest
from anymail.exceptions import AnymailAPIError
from anymail.inbound import AnymailInboundMessage
from anymail.message import AnymailRecipientStatus
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, inbound, tracking

from tests.factories import MessageFactory, TicketFactory
from tests.web.conftest import PROVIDER_PASSWORD
from tickets import delivery, suppression
from tickets.mail import filing, line
from tickets.mail.reply_token import reply_address
from tickets.models import IncomingMail, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings, monkeypatch):
    """The provider that anymail makes up for tests."""
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    settings.ANYMAIL_ESP = "test"
    monkeypatch.setattr("anymail.backends.test.EmailBackend.get_esp_message_id", lambda self, mail: "id-7")
    yield
    line.hang_up()


def sent(**columns):
    return MessageFactory(outgoing=True, delivery="sent", **columns)


def tell(event_type, message_id, **fields):
    event = AnymailTrackingEvent(event_type=event_type, message_id=message_id, **fields)
    tracking.send(sender=None, event=event, esp_name="Test")


def of(message):
    message.refresh_from_db()
    return message.delivery, message.bounce_status


def test_message_goes_through_the_provider_and_keeps_its_id_there(provider, mailoutbox):
    message = MessageFactory(outgoing=True)

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.delivery, message.provider_id, len(mailoutbox)) == ("sent", "id-7", 1)
    assert "envelope_sender" not in mailoutbox[0].anymail_test_params


def test_provider_that_fails_is_tried_again_later(provider, monkeypatch):
    message = MessageFactory(outgoing=True)

    def fail(*args):
        raise AnymailAPIError("busy")

    monkeypatch.setattr("anymail.backends.test.EmailBackend.post_to_esp", fail)

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert (message.delivery, "busy" in message.last_error) == ("queued", True)


def test_provider_that_refuses_the_recipient_bounces_it(provider, monkeypatch):
    message = MessageFactory(outgoing=True)
    refused = {"recipient_status": {message.recipient: AnymailRecipientStatus("id-7", "invalid")}}
    monkeypatch.setattr("anymail.backends.test.EmailBackend.post_to_esp", lambda *args: refused)

    delivery.deliver(message.pk)

    assert of(message)[0] == "failed"
    assert suppression.is_suppressed(message.recipient)


@pytest.mark.parametrize("spelled", ["{0}", "<{0}>"])
def test_bounce_is_found_by_the_providers_id_or_ours(spelled):
    theirs = sent(provider_id="id-8", sent_at="2026-11-22T00:00Z")
    ours = sent(sent_at="2026-11-22T00:00Z")

    tell("bounced", spelled.format("id-8"), mta_response="550 5.1.1 unknown")
    tell("bounced", spelled.format(ours.message_id.strip("<>")), mta_response="552 5.2.2 full")

    assert [of(theirs), of(ours)] == [("failed", "5.1.1"), ("failed", "5.2.2")]


@pytest.mark.parametrize(
    ("event_type", "fields", "expected"),
    [
        ("rejected", {"reject_reason": "invalid"}, ("failed", "5.1.3")),
        ("rejected", {"reject_reason": "blocked"}, ("failed", "5.7.1")),
        ("bounced", {}, ("failed", "5.0.0")),
        ("failed", {}, ("failed", "5.6.0")),
        ("deferred", {"mta_response": "451 4.7.1 later"}, ("sent", "")),
        ("opened", {}, ("sent", "")),
        ("complained", {}, ("sent", "")),
        ("delivered", {}, ("sent", "")),
    ],
)
def test_events_mean_what_they_say(event_type, fields, expected):
    message = sent(provider_id="id-9", sent_at="2026-11-22T00:00Z")

    tell(event_type, "id-9", **fields)

    assert of(message) == expected
    assert (message.delivered_at is not None) == (event_type == "delivered")
    assert (suppression.because_of(message.recipient) == "address_complained") == (event_type == "complained")


@pytest.mark.parametrize("message_id", [None, "", "unknown", "\0", {"a": 1}])
def test_event_about_nothing_of_ours_is_left_alone(message_id):
    sent(sent_at="2026-11-22T00:00Z")

    tell("bounced", message_id)

    assert Message.objects.filter(delivery="failed").count() == 0


@pytest.mark.parametrize(
    ("secret", "status", "delivery"), [(PROVIDER_PASSWORD, 200, "failed"), ("a:b", 400, "sent")]
)
def test_webhook_is_believed_with_the_secret_only(client, webhooks, secret, status, delivery):
    message = sent(provider_id="id-10", sent_at="2026-11-22T00:00Z")
    told = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "MessageID": "id-10",
        "Email": message.recipient,
        "Details": "550 5.1.1 unknown user",
        "BouncedAt": "2026-11-22T00:00:00Z",
    }

    answer = client.post(
        "/anymail/postmark/tracking/",
        json.dumps(told),
        content_type="application/json",
        headers={"Authorization": f"Basic {b64encode(secret.encode()).decode()}"},
    )

    assert (answer.status_code, of(message)[0]) == (status, delivery)


@pytest.mark.parametrize("told", [b"{", b"[]", b"null", b'{"RecordType": "Bounce", "Type": []}', b"\xff"])
@pytest.mark.parametrize("kind", ["tracking", "inbound"])
def test_webhook_refuses_what_is_no_event(client, webhooks, kind, told):
    shown = {"Authorization": f"Basic {b64encode(PROVIDER_PASSWORD.encode()).decode()}"}

    answer = client.post(f"/anymail/postmark/{kind}/", told, content_type="application/json", headers=shown)

    assert answer.status_code == 400
    assert IncomingMail.objects.count() == 0


def test_without_a_secret_there_are_no_webhooks(client):
    assert client.post("/anymail/postmark/tracking/").status_code == 404


def come_in(text, *, to=None):
    message = AnymailInboundMessage.construct(
        from_email="Budi <budi@contoh.id>", to="bantuan@kantor.test", subject="Kode", text=text
    )
    message.envelope_sender, message.envelope_recipient = "budi@contoh.id", to
    inbound.send(sender=None, event=AnymailInboundEvent(event_type="inbound", message=message), esp_name="T")
    return IncomingMail.objects.get()


def test_mail_that_the_provider_received_becomes_a_ticket():
    mail = come_in("kode otp ga masuk2 udah 20 menit, udah cek spam")

    filing.file_mail(mail.pk)

    mail.refresh_from_db()
    assert (mail.source, mail.state, mail.ticket.registered_email) == ("webhook", "filed", "budi@contoh.id")
    assert "otp ga masuk2" in mail.ticket.description


def test_envelope_of_the_provider_tells_the_ticket(settings):
    settings.SUPPORT_MAILBOX = "bantuan@kantor.test"
    ticket = TicketFactory(open=True, registered_email="budi@contoh.id")
    mail = come_in("Masih belum masuk juga.", to=reply_address(ticket))

    filing.file_mail(mail.pk)

    mail.refresh_from_db()
    assert (mail.ticket, mail.reason) == (ticket, "token")


def test_webhook_for_incoming_mail_needs_the_secret(webhooks, client):
    told = {
        "From": "budi@contoh.id",
        "Headers": [{"Name": "Return-Path", "Value": "<budi@contoh.id>"}],
        "OriginalRecipient": "bantuan@kantor.test",
        "Subject": "Kode",
        "TextBody": "kode otp ga masuk2 udah 20 menit",
    }

    def post(**headers):
        body = json.dumps(told)
        return client.post("/anymail/postmark/inbound/", body, content_type="application/json", **headers)

    refused = post()
    taken = post(HTTP_AUTHORIZATION="Basic " + b64encode(PROVIDER_PASSWORD.encode()).decode())

    assert (refused.status_code, taken.status_code) == (400, 200)
    assert IncomingMail.objects.get().source == "webhook"
