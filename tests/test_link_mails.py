"""Mails with a ticket's link: who gets one, how often, and what stands in it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tickets import bounces, delivery, link_mails, links, sharing, suppression, tasks
from tickets.link_mails import TooManyLinks
from tickets.models import LinkRequest, Message
from tickets.models.suppressed_address import SuppressionReason
from tickets.web.shown import ShownTicket

pytestmark = pytest.mark.django_db

TYPED = "buka http://jahat.example dan bayar"


def ask(ticket, address):
    """Ask for the link as the page does, and let the worker answer."""
    sharing.ask_for_link(reference=ticket.reference, address=address)
    return link_mails.answer(LinkRequest.objects.get().pk)


@pytest.mark.parametrize(
    ("language", "subject"), [("id", "Tautan ke sebuah laporan"), ("en", "The link to a report")]
)
def test_link_elsewhere_is_short_and_holds_nothing_that_was_typed(mailoutbox, language, subject):
    ticket = TicketFactory(open=True, language=language, description=TYPED, device=TYPED)
    message = link_mails.queue_elsewhere(ticket, to="teman@contoh.id")

    delivery.deliver(message.pk)

    mail = mailoutbox[0]
    html = mail.alternatives[0].content
    assert (mail.to, mail.subject) == (["teman@contoh.id"], f"[{ticket.reference}] {subject}")
    assert mail.extra_headers["Auto-Submitted"] == "auto-replied"
    assert all("jahat" not in text and ticket.registered_email not in text for text in (mail.body, html))
    assert all(f"/tiket/{ticket.reference}/" in text for text in (mail.body, html))


def test_link_in_the_mail_opens_the_page(client, mailoutbox):
    ticket = TicketFactory(open=True)
    delivery.deliver(link_mails.queue_elsewhere(ticket, to="teman@contoh.id").pk)

    path = re.search(r"https?://[^/]+(/\S+)", mailoutbox[0].body)[1]

    assert client.get(path).status_code == 200


def test_link_elsewhere_pressed_twice_is_one_mail():
    ticket = TicketFactory(open=True)

    first, second = (link_mails.queue_elsewhere(ticket, to=to) for to in ("A@contoh.id", "a@contoh.id"))

    assert first == second
    assert [event.kind for event in ticket.events.all()] == ["link_mailed"]


def test_event_names_the_message_and_no_address():
    ticket = TicketFactory(open=True)

    message = link_mails.queue_elsewhere(ticket, to="teman@contoh.id")

    assert ticket.events.get().data == {"message": message.pk}


def test_link_elsewhere_goes_out_a_few_times_a_day(settings):
    settings.LINK_MAILS_PER_TICKET_DAY = 2
    ticket = TicketFactory(open=True)
    for number in range(2):
        link_mails.queue_elsewhere(ticket, to=f"teman{number}@contoh.id")

    with pytest.raises(TooManyLinks):
        link_mails.queue_elsewhere(ticket, to="teman9@contoh.id")

    ticket.messages.update(created_at=timezone.now() - timedelta(hours=25))
    assert link_mails.queue_elsewhere(ticket, to="teman9@contoh.id").delivery == "queued"


def test_cap_of_an_address_is_kept_and_not_told():
    MessageFactory(outgoing=True, recipient_key="teman@contoh.id", created_at=timezone.now())
    ticket = TicketFactory(open=True)

    message = link_mails.queue_elsewhere(ticket, to="teman@contoh.id")

    assert (message.delivery, message.suppressed_because) == ("suppressed", "address_hour")
    assert message.recipient == "teman@contoh.id"


def test_address_that_bounced_is_not_mailed_and_not_told():
    suppression.suppress("teman@contoh.id", reason=SuppressionReason.BOUNCE, ticket=None)

    message = link_mails.queue_elsewhere(TicketFactory(open=True), to="teman@contoh.id")

    assert (message.delivery, message.suppressed_because) == ("suppressed", "address_bounced")


@pytest.mark.parametrize("to", ["teman@contoh.id", "berhenti@contoh.id"])
@pytest.mark.parametrize("cap", ["AUTO_REPLIES_PER_IP_HOUR", "AUTO_REPLIES_PER_HOUR"])
def test_wide_caps_are_told_whatever_the_address(settings, cap, to):
    suppression.suppress("berhenti@contoh.id", reason=SuppressionReason.BOUNCE, ticket=None)
    setattr(settings, cap, 0)
    ticket = TicketFactory(open=True, ip_address="203.0.113.7")

    with pytest.raises(TooManyLinks):
        link_mails.queue_elsewhere(ticket, to=to)


def test_spam_sends_no_link():
    ticket = TicketFactory(status="spam")

    with pytest.raises(TooManyLinks):
        link_mails.queue_elsewhere(ticket, to="teman@contoh.id")

    assert ask(ticket, ticket.registered_email) is None


def test_link_mails_are_no_part_of_the_page():
    ticket = TicketFactory(open=True)
    link_mails.queue_elsewhere(ticket, to="teman@contoh.id")
    ask(ticket, ticket.registered_email)

    shown = ShownTicket(ticket)

    assert (shown.messages, shown.answer, [entry.kind for entry in shown.entries]) == (
        [],
        None,
        ["submitted"],
    )


def test_bounce_of_a_strangers_mailbox_says_nothing_of_the_requester():
    ticket = TicketFactory(held=True)
    message = link_mails.queue_elsewhere(ticket, to="salah@contoh.id")

    bounces.note_bounce(message, status="5.1.1", said="no such user")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.attention) == ("self_fix", "")
    assert suppression.is_suppressed("salah@contoh.id")
    assert ShownTicket(ticket).undelivered == []


def test_complaint_of_a_stranger_is_not_the_requesters():
    ticket = TicketFactory(open=True)
    message = link_mails.queue_elsewhere(ticket, to="teman@contoh.id")

    bounces.note_complaint(message)

    assert suppression.is_suppressed("teman@contoh.id")
    assert not ticket.events.filter(kind="complained").exists()


@pytest.mark.parametrize(
    ("columns", "asked", "to"),
    [
        ({"registered_email": "budi@contoh.id"}, "Budi@Contoh.id", "budi@contoh.id"),
        (
            {"registered_email": "budi@contoh.id", "reply_email": "ani@contoh.id"},
            "ani@contoh.id",
            "ani@contoh.id",
        ),
        (
            {"registered_email": "budi@contoh.id", "reply_email": "ani@contoh.id"},
            "budi@contoh.id",
            "budi@contoh.id",
        ),
        ({"registered_email": "bu.di@gmail.com"}, "budi+x@gmail.com", "bu.di@gmail.com"),
    ],
)
def test_link_again_goes_to_the_address_as_the_ticket_has_it(columns, asked, to):
    ticket = TicketFactory(closed=True, **columns)

    message = ask(ticket, asked)

    assert (message.recipient, message.topic, message.delivery) == (to, "link_again", "queued")
    assert not LinkRequest.objects.exists()


@pytest.mark.parametrize(
    ("columns", "asked"),
    [
        ({"registered_email": "budi@contoh.id"}, "orang@contoh.id"),
        ({"registered_email": "budi@contoh.id"}, "budi+x@contoh.id"),
        ({"registered_email": "", "registered_phone": "+6281234567890"}, "orang@contoh.id"),
    ],
)
def test_link_again_goes_nowhere_else(columns, asked):
    ticket = TicketFactory(open=True, **columns)

    assert ask(ticket, asked) is None
    assert (Message.objects.count(), LinkRequest.objects.count(), ticket.events.count()) == (0, 0, 0)


def test_unknown_number_ends_in_nothing():
    sharing.ask_for_link(reference="KS-0000-0000", address="budi@contoh.id")

    tasks.answer_link_request(LinkRequest.objects.get().pk)

    assert (Message.objects.count(), LinkRequest.objects.count()) == (0, 0)


def test_link_again_comes_once_an_hour_and_a_few_times_a_day(settings):
    settings.AUTO_REPLIES_PER_ADDRESS_DAY = 100
    ticket = TicketFactory(open=True)
    hours = [timezone.now() + timedelta(hours=number) for number in range(5)]
    sent = []

    for moment in hours:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "now", lambda moment=moment: moment)
            sent += [ask(ticket, ticket.registered_email), ask(ticket, ticket.registered_email)]

    assert [bool(message) for message in sent] == [True, False] * 3 + [False, False] * 2


def test_link_again_is_not_stopped_by_the_mail_of_the_report_itself():
    ticket = TicketFactory(open=True, registered_email="budi@contoh.id")
    MessageFactory(outgoing=True, ticket=ticket, recipient_key="budi@contoh.id", created_at=timezone.now())

    assert ask(ticket, "budi@contoh.id").delivery == "queued"


def test_request_that_kills_its_worker_is_given_up():
    ticket = TicketFactory(open=True)
    sharing.ask_for_link(reference=ticket.reference, address=ticket.registered_email)
    LinkRequest.objects.update(attempts=5)

    assert link_mails.answer(LinkRequest.objects.get().pk) is None
    assert (Message.objects.count(), LinkRequest.objects.count()) == (0, 0)


def test_request_keeps_no_address():
    sharing.ask_for_link(reference="KS-0000-0000", address="budi@contoh.id")

    assert "budi" not in str(LinkRequest.objects.values().get())


def test_request_rings_and_the_sweep_rings_again(rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sharing.ask_for_link(reference="KS-0000-0000", address="budi@contoh.id")
    pk = LinkRequest.objects.get().pk
    assert ("answer_link_request", pk) in rung
    rung.clear()

    tasks.sweep()

    assert ("answer_link_request", pk) in rung


def test_mailing_a_link_rings_for_the_mail(rung, django_capture_on_commit_callbacks):
    ticket = TicketFactory(open=True)

    with django_capture_on_commit_callbacks(execute=True):
        sharing.mail_link(ticket, to="teman@contoh.id")

    assert rung == [("deliver_message", Message.objects.get().pk)]


def test_fresh_link_works_after_the_old_one_has_expired(settings, client, mailoutbox):
    ticket = TicketFactory(closed=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.time", lambda: timezone.now().timestamp() - 91 * 86400)
        old = links.status_path(ticket)
    delivery.deliver(ask(ticket, ticket.registered_email).pk)

    fresh = re.search(r"https?://[^/]+(/\S+)", mailoutbox[0].body)[1]

    assert (client.get(old).status_code, client.get(fresh).status_code) == (410, 200)
