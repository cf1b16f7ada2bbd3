"""Our responder against another one that knows no manners: it ends."""

import pytest

from tests.mail.letters import letter
from tickets import delivery, pipeline
from tickets.mail import filing
from tickets.mail.incoming import receive
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def answered(raw, mailoutbox):
    """Let a mail come in and be triaged; return what we sent because of it."""
    before = len(mailoutbox)
    mail = receive(raw, source="imap")
    filing.file_mail(mail.pk)
    for ticket in Ticket.objects.filter(status="new"):
        pipeline.triage(ticket.pk)
    for message in Message.objects.waiting():
        delivery.deliver(message.pk)
    return mailoutbox[before:]


def test_one_that_answers_in_the_thread_ends_at_the_first_answer(model, mailoutbox):
    sent = answered(letter("kode otp belum masuk"), mailoutbox)
    rounds = 0
    while sent and rounds < 50:
        rounds += 1
        ours = sent[-1].extra_headers["Message-ID"]
        sent = answered(letter(f"Terima kasih {rounds}", headers={"In-Reply-To": ours}), mailoutbox)

    assert (rounds, len(mailoutbox), Ticket.objects.count()) == (1, 1, 1)


def test_one_that_writes_anew_each_time_ends_at_the_cap(model, mailoutbox, settings):
    settings.AUTO_REPLIES_PER_ADDRESS_HOUR = settings.AUTO_REPLIES_PER_ADDRESS_DAY = 100
    sent = answered(letter("kode otp belum masuk"), mailoutbox)
    rounds = 0
    while sent and rounds < 50:
        rounds += 1
        sent = answered(letter(f"Terima kasih atas surat Anda nomor {rounds}, kode belum masuk"), mailoutbox)

    assert len(mailoutbox) == settings.MAILS_ANSWERED_PER_SENDER_HOUR == 3


@pytest.mark.parametrize(
    "headers",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Autoreply": "yes"}, {"X-Loop": "x"}],
)
def test_one_that_says_what_it_is_is_never_answered(model, mailoutbox, headers):
    assert answered(letter(headers=headers), mailoutbox) == []
    assert Ticket.objects.count() == 0
