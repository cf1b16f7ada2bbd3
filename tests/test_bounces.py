"""A mail that came back: the row, the address, the ticket, and who hears of it."""

import pytest

from tests.factories import AgentFactory, AssessmentFactory, MessageFactory, TicketFactory
from tests.mail import reports
from tests.test_outbox import ADVICE
from tickets import bounces, completing, desk, outbox, pipeline, suppression
from tickets.mail.return_path import return_path
from tickets.models import Message, SuppressedAddress, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]


def sent(ticket, **columns):
    message = outbox.queue_auto_reply(ticket, advice=ADVICE)
    Message.objects.filter(pk=message.pk).update(**columns)
    message.refresh_from_db()
    return message


def triaged(**columns):
    """A ticket as triage leaves it, and the reply it led to."""
    ticket = TicketFactory(**columns)
    message = pipeline.triage(ticket.pk)
    ticket.refresh_from_db()
    return ticket, message


def test_bounce_marks_the_row_and_tells_the_history():
    ticket, message = triaged()

    bounces.note_bounce(message, status="5.1.1", said="550 5.1.1\nUser unknown")

    message.refresh_from_db()
    event = ticket.events.get(kind="mail_failed")
    assert (message.delivery, message.bounce_status, message.last_error, message.has_bounced) == (
        "failed",
        "5.1.1",
        "550 5.1.1 User unknown",
        True,
    )
    assert event.data == {"message": message.pk, "status": "5.1.1"}


def test_bounce_with_a_nul_in_its_words_is_kept():
    _ticket, message = triaged()

    bounces.note_bounce(message, status="5.1.1", said="550 User\0unknown")

    message.refresh_from_db()
    assert message.last_error == "550 User unknown"


def test_bounce_after_it_was_sent_counts_as_well():
    _ticket, message = triaged()
    Message.objects.filter(pk=message.pk).update(delivery="sent", sent_at=message.created_at)

    bounces.note_bounce(message, status="5.2.2", said="full")

    message.refresh_from_db()
    assert (message.delivery, message.sent_at) == ("failed", None)


def test_bounce_of_a_try_counts_while_the_next_one_is_on_its_way():
    """The server has taken the first, and its answer was lost."""
    _ticket, message = triaged()
    first = Message.objects.claim(message.pk, delivery="sending")
    Message.objects.update(delivery="queued", lease_until=None)
    second = Message.objects.claim(message.pk, delivery="sending")

    bounces.note_bounce(first, status="5.1.1", said="unknown")
    outbox.mark_sent(second)

    message.refresh_from_db()
    assert (message.delivery, message.bounce_status) == ("failed", "5.1.1")


def test_second_bounce_changes_nothing():
    ticket, message = triaged()
    bounces.note_bounce(message, status="5.1.1", said="unknown")

    bounces.note_bounce(message, status="5.2.2", said="full")

    message.refresh_from_db()
    assert (message.bounce_status, ticket.events.filter(kind="mail_failed").count()) == ("5.1.1", 1)


@pytest.mark.parametrize(
    ("status", "is_suppressed"), [("5.1.1", True), ("5.2.2", True), ("", True), ("5.7.1", False)]
)
def test_address_is_suppressed_when_it_is_to_blame(status, is_suppressed):
    ticket, message = triaged()

    bounces.note_bounce(message, status=status, said="no")

    assert suppression.is_suppressed(ticket.registered_email.upper()) == is_suppressed


def test_suppressed_address_is_not_mailed_again():
    ticket, message = triaged()
    bounces.note_bounce(message, status="5.1.1", said="no")
    again = TicketFactory(registered_email=ticket.registered_email)

    advice = outbox.queue_auto_reply(again, advice=ADVICE)
    answer = desk.reply_and_wait(Ticket.objects.get(pk=ticket.pk), body="Halo", by=AgentFactory())

    assert [(each.delivery, each.suppressed_because) for each in (advice, answer)] == [
        ("suppressed", "address_bounced")
    ] * 2


@pytest.mark.parametrize(
    ("bounced", "other", "is_suppressed"),
    [
        ("bu.di@gmail.com", "budi+x@googlemail.com", True),
        ("budi+x@contoh.id", "budi@contoh.id", False),
        ("budi@contoh.id", "BUDI@contoh.id ", True),
    ],
)
def test_suppression_covers_one_mailbox_and_no_other(bounced, other, is_suppressed):
    suppression.suppress(bounced, reason="bounce", ticket=None)

    assert suppression.is_suppressed(other) == is_suppressed


def test_lifted_address_is_mailed_again_and_can_bounce_again():
    ticket, message = triaged()
    bounces.note_bounce(message, status="5.1.1", said="no")
    lead = AgentFactory(role="lead")

    lifted = bounces.allow_again(SuppressedAddress.objects.get().pk, by=lead)
    between = suppression.is_suppressed(ticket.registered_email)
    suppression.suppress(ticket.registered_email, reason="bounce", ticket=ticket)

    event = ticket.events.get(kind="mail_allowed")
    assert (between, lifted.lifted_by, event.actor) == (False, lead, lead)
    assert suppression.is_suppressed(ticket.registered_email)
    assert bounces.allow_again(lifted.pk, by=lead) is None


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2"])
def test_unknown_address_is_read_as_a_slip(status):
    ticket, message = triaged()
    assert ticket.category == "otp_not_received"

    bounces.note_bounce(message, status=status, said="no")

    ticket.refresh_from_db()
    assessment = ticket.assessments.last()
    assert (ticket.category, ticket.status, ticket.attention) == ("self_typo", "open", "mail_failed")
    assert assessment.facts["address_unknown"] is True
    assert "code_sent_nowhere" in [reason["code"] for reason in assessment.reasons]


def test_full_mailbox_is_read_as_a_code_not_received():
    ticket, message = triaged(
        description="kode otp belum masuk", signed_up_at=None, signup_precision="unknown"
    )

    bounces.note_bounce(message, status="5.2.2", said="full")

    ticket.refresh_from_db()
    assert (ticket.category, ticket.status) == ("otp_not_received", "open")
    assert ticket.assessments.last().facts["mailbox_full"] is True


def test_category_an_agent_has_chosen_stays():
    ticket, message = triaged()
    desk.categorise(ticket, category="form_rejected", by=AgentFactory())

    bounces.note_bounce(message, status="5.1.1", said="no")

    ticket.refresh_from_db()
    assert (ticket.category, ticket.attention) == ("form_rejected", "mail_failed")


def test_bounce_of_the_other_address_says_nothing_of_the_registered_one():
    ticket, message = triaged(reply_email="lain@contoh.id")
    before = ticket.category

    bounces.note_bounce(message, status="5.1.1", said="no")

    ticket.refresh_from_db()
    assert (message.recipient, ticket.category) == ("lain@contoh.id", before)


def test_advice_goes_to_the_second_address_once():
    ticket, message = triaged(reply_email="lain@contoh.id")

    bounces.note_bounce(message, status="5.1.1", said="no")

    again = ticket.messages.get(purpose="advice_elsewhere")
    assert (again.recipient, again.delivery, again.advice) == (
        ticket.registered_email,
        "queued",
        message.advice,
    )
    bounces.note_bounce(again, status="5.1.1", said="no")
    assert ticket.messages.count() == 2


def test_advice_goes_nowhere_else_when_our_mail_was_unwanted_or_the_cap_is_reached(settings):
    _ticket, message = triaged(reply_email="lain@contoh.id")
    bounces.note_bounce(message, status="5.7.1", said="spam")
    settings.AUTO_REPLIES_PER_ADDRESS_DAY = 0
    other = TicketFactory(open=True, reply_email="lain2@contoh.id")
    reply = MessageFactory(ticket=other, outgoing=True, recipient="lain2@contoh.id", advice=ADVICE.as_json())

    bounces.note_bounce(reply, status="5.1.1", said="no")

    assert Message.objects.filter(purpose="advice_elsewhere").count() == 0


def test_what_an_agent_wrote_is_not_sent_elsewhere():
    ticket = TicketFactory(open=True, reply_email="lain@contoh.id")
    answer = desk.reply_and_wait(ticket, body="Halo", by=AgentFactory())

    bounces.note_bounce(answer, status="5.1.1", said="no")

    ticket.refresh_from_db()
    assert (ticket.messages.count(), ticket.status, ticket.attention) == (1, "open", "mail_failed")


def test_finished_ticket_stays_finished():
    ticket = TicketFactory(resolved=True)
    message = MessageFactory(ticket=ticket, outgoing=True)

    bounces.note_bounce(message, status="5.1.1", said="no")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.attention) == ("resolved", "")


def test_bounce_is_kept_when_triage_cannot_look_again(monkeypatch):
    ticket, message = triaged()

    def stumble(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(pipeline, "assess", stumble)

    bounces.note_bounce(message, status="5.1.1", said="no")

    message.refresh_from_db()
    ticket.refresh_from_db()
    assert (message.delivery, ticket.attention) == ("failed", "mail_failed")


def test_complaint_suppresses_and_is_told_once():
    ticket, message = triaged()

    bounces.note_complaint(message)
    bounces.note_complaint(message)

    assert suppression.because_of(ticket.registered_email) == "address_complained"
    assert ticket.events.filter(kind="complained").count() == 1


def test_undelivered_of_takes_the_last_word_of_each_address():
    ticket = TicketFactory(registered_email="a@contoh.id")
    first = MessageFactory(ticket=ticket, outgoing=True, delivery="failed", bounce_status="5.1.1")
    other = MessageFactory(
        ticket=ticket,
        outgoing=True,
        purpose="x",
        delivery="failed",
        bounce_status="5.2.2",
        recipient="b@contoh.id",
    )
    arrived = MessageFactory(
        ticket=ticket, outgoing=True, purpose="y", delivery="sent", sent_at=first.created_at
    )

    found = bounces.undelivered_of([first, other, arrived])

    assert [(each.address, each.reading) for each in found] == [("b@contoh.id", "mailbox_full")]


def test_mark_delivered_tells_when_it_arrived():
    _ticket, message = triaged()
    outbox.mark_delivered(message)
    Message.objects.filter(pk=message.pk).update(delivery="sent", sent_at=message.created_at)
    before = Message.objects.get(pk=message.pk).delivered_at

    outbox.mark_delivered(message)

    message.refresh_from_db()
    assert (before, message.delivered_at is None) == (None, False)


def test_sender_of_a_mail_has_not_misspelt_it():
    ticket, message = triaged(channel="email")
    bounces.note_bounce(message, status="5.1.1", said="no")
    ticket.refresh_from_db()
    unread = ticket.category

    completing.complete(ticket, completing.Completion(registered_email=ticket.registered_email))
    pipeline.look_again(ticket.pk)

    ticket.refresh_from_db()
    assert (unread, ticket.category) == ("otp_not_received", "self_typo")


def test_assessment_of_nobody_is_not_needed():
    ticket = TicketFactory(open=True)
    message = MessageFactory(ticket=ticket, outgoing=True)
    AssessmentFactory(ticket=ticket)

    bounces.note_bounce(message, status="5.1.1", said="no")

    ticket.refresh_from_db()
    assert ticket.category == "self_typo"


@pytest.fixture
def bounce_mailbox(settings):
    settings.BOUNCE_ADDRESS = "bounce@kantor.test"


@pytest.mark.parametrize("raw", [reports.report(returned=""), reports.EXIM, reports.QMAIL, reports.GMAIL])
def test_report_is_about_the_message_whose_address_it_came_to(bounce_mailbox, raw):
    _ticket, message = triaged()
    _other, not_meant = triaged(registered_email="siti@contoh.id")

    taken = bounces.take_report(raw, to=["bantuan@kantor.test", return_path(message)])

    message.refresh_from_db()
    not_meant.refresh_from_db()
    assert (taken, message.delivery, not_meant.delivery) == (message, "failed", "queued")


def test_report_elsewhere_is_believed_with_our_message_id_and_recipient_only():
    _ticket, message = triaged(registered_email="budi@contoh.id")
    _other, not_meant = triaged(registered_email="siti@contoh.id")
    returned = "Message-ID: {}\n"

    taken = [
        bounces.take_report(reports.report(returned=returned.format(given)), to=["bantuan@kantor.test"])
        for given in (not_meant.message_id, "<1@x>", message.message_id)
    ]

    not_meant.refresh_from_db()
    assert (taken, not_meant.delivery) == ([None, None, message], "queued")


@pytest.mark.parametrize("raw", [reports.OUT_OF_OFFICE, reports.DELAYED])
def test_what_is_no_failure_is_known_and_changes_nothing(bounce_mailbox, raw):
    _ticket, message = triaged()

    taken = bounces.take_report(raw, to=[return_path(message)])

    message.refresh_from_db()
    assert (taken, message.delivery) == (message, "queued")


def test_ticket_and_events_of_a_bounce_hold_no_address():
    ticket, message = triaged(registered_email="budi.rahasia@contoh.id")

    bounces.note_bounce(message, status="5.1.1", said="550 5.1.1 <budi.rahasia@contoh.id> unknown")

    assert "rahasia" not in str(list(ticket.events.values_list("data", flat=True)))
