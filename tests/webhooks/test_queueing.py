from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tests.factories import AgentFactory, MessageFactory, TicketFactory, WebhookEndpointFactory
from tickets import desk, intake, lifecycle, outbox, pipeline
from tickets.actors import SYSTEM
from tickets.models import WebhookDelivery
from tickets.models.event import EventKind
from tickets.models.ticket import HoldThen
from tickets.submission import Submission
from tickets.webhooks import endpoints, queueing

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint():
    endpoint = WebhookEndpointFactory()
    endpoints.forget()
    return endpoint


def told():
    return list(WebhookDelivery.objects.order_by("pk").values_list("type", flat=True))


def submission(**fields):
    return Submission(
        key="5b8a36f0-5d1c-4a53-9f2c-7d9f0d9a8f11",
        description="kode otp ga masuk2 udah 20 menit",
        registered_email="budi@contoh.id",
        **fields,
    )


def test_a_ticket_is_told_from_its_report_to_its_end(endpoint, model):
    ticket = intake.submit_ticket(submission())
    pipeline.triage(ticket.pk)
    ticket.refresh_from_db()
    desk.reply_and_wait(ticket, body="Sudah kami kirim ulang.", by=AgentFactory(role="lead"))
    intake.confirm_fixed(ticket)

    moved = "ticket.held" if ticket.hold_until else "ticket.opened"
    assert told() == ["ticket.created", "ticket.triaged", moved, "ticket.replied", "ticket.resolved"]


def test_a_hold_is_told(endpoint):
    ticket = TicketFactory(open=True)

    with transaction.atomic():
        until = timezone.now() + timedelta(minutes=5)
        lifecycle.hold(lifecycle.lock(ticket), until=until, then=HoldThen.QUEUE, by=SYSTEM)

    assert told() == ["ticket.held"]


def test_a_mail_that_fails_is_told_with_its_message(endpoint):
    message = MessageFactory(outgoing=True, delivery="sending", ticket=TicketFactory(open=True), attempts=1)

    outbox.fail(message, error="550 budi@contoh.id tidak ada")

    delivery = WebhookDelivery.objects.get()
    assert (delivery.type, delivery.payload["data"]["message"]) == ("message.failed", message.pk)
    assert "budi" not in str(delivery.payload)


def test_payload_is_thin_and_names_nobody(endpoint, rung, django_capture_on_commit_callbacks):
    ticket = TicketFactory(open=True, registered_phone="+6281234567890")

    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.record(ticket, EventKind.TRIAGED, by=SYSTEM, category=ticket.category)

    delivery = WebhookDelivery.objects.get()
    payload = {**delivery.payload, "timestamp": ""}
    assert payload == {
        "id": delivery.webhook_id,
        "type": "ticket.triaged",
        "timestamp": "",
        "data": {
            "ticket": ticket.reference,
            "status": "open",
            "category": "otp_not_received",
            "priority": "normal",
            "links": {
                "api": f"http://127.0.0.1:8000/api/v1/tickets/{ticket.reference}/",
                "desk": f"http://127.0.0.1:8000/desk/tickets/ticket/{ticket.pk}/change/",
            },
        },
    }
    assert rung == [("tickets.webhooks.tasks.deliver_webhooks", endpoint.pk)]


def test_only_who_wants_an_event_is_told(endpoint):
    resolved_only = WebhookEndpointFactory(events=["ticket.resolved"])
    WebhookEndpointFactory(is_active=False, off_because="by_hand")
    endpoints.forget()

    lifecycle.record(TicketFactory(open=True), EventKind.REPLIED, by=SYSTEM)

    assert list(WebhookDelivery.objects.values_list("endpoint", flat=True)) == [endpoint.pk]
    assert resolved_only.deliveries.count() == 0


def test_one_event_has_one_id_for_all(endpoint):
    WebhookEndpointFactory()
    endpoints.forget()

    lifecycle.record(TicketFactory(open=True), EventKind.REPLIED, by=SYSTEM)

    ids = set(WebhookDelivery.objects.values_list("event_id", flat=True))
    assert (WebhookDelivery.objects.count(), len(ids)) == (2, 1)


def test_what_happens_inside_only_is_not_told(endpoint):
    lifecycle.record(TicketFactory(open=True), EventKind.NOTED, by=SYSTEM, message=1)
    lifecycle.record(TicketFactory(open=True), EventKind.MOVED, by=SYSTEM, before="open", after="spam")

    assert told() == []


def test_what_may_be_spam_is_told_when_it_is_none(endpoint):
    ticket = intake.submit_ticket(submission(fell_for_trap=True))
    assert told() == []

    desk.release(ticket, by=AgentFactory(role="agent"))

    assert told() == ["ticket.created"]


def test_spam_is_not_told(endpoint):
    ticket = intake.submit_ticket(submission(fell_for_trap=True))
    desk.mark_spam(ticket, by=AgentFactory(role="agent"))

    assert told() == []


def test_what_is_rolled_back_was_not_told(endpoint):
    ticket = TicketFactory(open=True)

    with transaction.atomic():
        lifecycle.record(ticket, EventKind.REPLIED, by=SYSTEM)
        transaction.set_rollback(True)

    assert told() == []


def test_without_an_endpoint_an_event_costs_no_more(django_assert_num_queries):
    ticket = TicketFactory(open=True)

    with django_assert_num_queries(1):
        lifecycle.record(ticket, EventKind.REPLIED, by=SYSTEM)


def test_send_test_is_for_one(endpoint):
    WebhookEndpointFactory()

    delivery = queueing.send_test(endpoint)

    assert (told(), delivery.payload["data"], delivery.payload["id"]) == (
        ["endpoint.test"],
        {},
        delivery.webhook_id,
    )
