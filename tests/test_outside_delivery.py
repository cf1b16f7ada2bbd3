from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import checks, delivery, outbox, outside_delivery, tasks
from tickets.models import Event, Message
from tickets.outside_delivery import NotHeld

pytestmark = pytest.mark.django_db


@pytest.fixture
def left_to_api(settings):
    settings.AUTO_REPLIES_SENT_BY = "api"


@pytest.fixture
def claimed(left_to_api):
    return outside_delivery.claim_for(MessageFactory(outgoing=True, ticket=TicketFactory(held=True)).pk)


def failures_of(message):
    return Event.objects.filter(ticket=message.ticket, kind="mail_failed").count()


def test_replies_left_to_the_api_are_not_sent_by_us(left_to_api, rung):
    message = MessageFactory(outgoing=True, ticket=TicketFactory(open=True))

    delivery.deliver(message.pk)
    tasks.sweep()

    message.refresh_from_db()
    assert (message.delivery, message.attempts, mail.outbox, rung) == ("queued", 0, [], [])


def test_replies_of_agents_stay_ours(left_to_api, rung):
    ticket = TicketFactory(open=True)
    message = outbox.queue_reply(ticket, body="Sudah kami kirim ulang.", author=AgentFactory())

    tasks.sweep()
    taken = outside_delivery.claim_for(message.pk)
    delivery.deliver(message.pk)

    assert (taken, len(mail.outbox)) == (None, 1)
    assert ("deliver_message", message.pk) in rung


def test_replies_that_are_ours_cannot_be_claimed_outside():
    message = MessageFactory(outgoing=True)

    assert outside_delivery.claim_for(message.pk) is None
    assert Message.objects.left_to_api().count() == 0


def test_claim_is_for_one(claimed):
    assert (claimed.delivery, claimed.attempts) == ("sending", 1)
    assert claimed.lease_until > timezone.now()
    assert outside_delivery.claim_for(claimed.pk) is None


def test_claimed_outside_is_not_sent_by_us_after_the_setting_changed(claimed, settings):
    settings.AUTO_REPLIES_SENT_BY = "us"

    delivery.deliver(claimed.pk)

    assert mail.outbox == []


def test_claim_that_ran_out_is_worth_nothing_once_somebody_else_has_it(claimed):
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    second = outside_delivery.claim_for(claimed.pk)

    assert second.attempts == 2
    for report in (outside_delivery.report_sent, outside_delivery.report_try_failed):
        with pytest.raises(NotHeld):
            report(
                claimed.pk, attempt=1, **({} if report is outside_delivery.report_sent else {"error": "x"})
            )
    assert outside_delivery.report_sent(claimed.pk, attempt=2).delivery == "sent"


def test_claim_that_ran_out_still_holds_while_nobody_else_has_it(claimed):
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert outside_delivery.report_sent(claimed.pk, attempt=1).delivery == "sent"


def test_tried_too_often_fails_instead(left_to_api):
    message = MessageFactory(outgoing=True, attempts=delivery.MOST_ATTEMPTS)

    assert outside_delivery.claim_for(message.pk) is None
    message.refresh_from_db()
    assert message.delivery == "failed"


def test_report_sent_twice_is_one(claimed):
    first = outside_delivery.report_sent(claimed.pk, attempt=1)
    second = outside_delivery.report_sent(claimed.pk, attempt=1)

    assert (first.delivery, first.lease_until) == ("sent", None)
    assert second.sent_at == first.sent_at


def test_report_try_failed_backs_off_once(claimed):
    first = outside_delivery.report_try_failed(claimed.pk, attempt=1, error="451 nanti")
    second = outside_delivery.report_try_failed(claimed.pk, attempt=1, error="451 nanti")

    assert (first.delivery, first.last_error, first.lease_until) == ("queued", "451 nanti", None)
    assert first.deliver_after_at > timezone.now() + timedelta(seconds=20)
    assert second.deliver_after_at == first.deliver_after_at
    with pytest.raises(NotHeld):
        outside_delivery.report_sent(claimed.pk, attempt=1)


def test_report_failed_brings_the_ticket_before_an_agent_once(claimed):
    outside_delivery.report_failed(claimed.pk, attempt=1, error="550 tidak ada")
    again = outside_delivery.report_failed(claimed.pk, attempt=1, error="550 tidak ada")

    ticket = claimed.ticket
    ticket.refresh_from_db()
    assert (again.delivery, again.last_error) == ("failed", "550 tidak ada")
    assert (ticket.status, ticket.attention, failures_of(claimed)) == ("open", "mail_failed", 1)


def test_report_bounced_holds_after_it_was_sent(claimed):
    outside_delivery.report_sent(claimed.pk, attempt=1)

    outside_delivery.report_bounced(claimed.pk, attempt=1, status="5.1.1", said="no such user")
    again = outside_delivery.report_bounced(claimed.pk, attempt=1, status="5.1.1", said="no such user")

    assert (again.delivery, again.sent_at, failures_of(claimed)) == ("failed", None, 1)
    assert (again.bounce_status, again.last_error) == ("5.1.1", "no such user")
    with pytest.raises(NotHeld):
        outside_delivery.report_sent(claimed.pk, attempt=1)


def test_check_warns_of_replies_that_nobody_fetches(left_to_api):
    fresh = checks.check_replies_are_fetched(None, databases=["default"])
    MessageFactory(outgoing=True)
    waiting = checks.check_replies_are_fetched(None, databases=["default"])
    Message.objects.update(deliver_after_at=timezone.now() - timedelta(hours=1))
    long_due = checks.check_replies_are_fetched(None, databases=["default"])

    assert (fresh, waiting, [each.id for each in long_due]) == ([], [], ["tickets.W010"])


def test_check_knows_the_two_senders(settings):
    settings.AUTO_REPLIES_SENT_BY = "them"

    assert [each.id for each in checks.check_auto_replies_have_a_sender(None)] == ["tickets.E010"]
