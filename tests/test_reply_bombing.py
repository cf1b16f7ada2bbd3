"""Somebody has us mail a stranger: whatever they write, and from wherever, three mails a day reach them."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.mail.letters import letter
from tickets import counters, delivery, link_mails, links, pipeline
from tickets.mail import filing, line
from tickets.mail.incoming import receive
from tickets.models import IncomingMail, LinkRequest, Message, Ticket
from tickets.people import mailbox_key
from tickets.web.form_token import new_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("model")]

VICTIM = "korbannya@gmail.com"
MOST = 3
# What is one mailbox to Google, and looks like another one every time.
SPELLINGS = [
    "korbannya@gmail.com",
    "Kor.Ban.Nya@gmail.com",
    "k.o.r.b.a.n.n.y.a@googlemail.com",
    "korbannya+{n}@gmail.com",
    "KORBANNYA+promo{n}@GMAIL.com",
    "korban.nya+{n}@GoogleMail.com",
    "ｋorbannya@gmail.com",
    " korbannya@gmail.com. ",
    "mailto:korbannya@gmail.com",
]


@pytest.fixture(autouse=True)
def post_office(settings, sink, monkeypatch):
    """A mail server that takes all; every report comes from a network of its own."""
    settings.EMAIL_BACKEND = "tickets.mail.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    monkeypatch.setattr(counters, "_resting_until", 0.0)
    cache.clear()
    yield
    line.hang_up()


def spelt(number):
    return SPELLINGS[number % len(SPELLINGS)].format(n=number)


def from_somewhere(number):
    """An address nobody else has, IPv4 and IPv6 by turns."""
    if number % 2:
        return {"REMOTE_ADDR": f"2001:db8:{number:x}::1"}
    return {"REMOTE_ADDR": f"{11 + number // 200}.{number % 200}.113.9"}


def report_by_form(client, typed, number):
    """The victim is the registered address, or the one to answer to."""
    other = f"orang{number}@contoh.id"
    addresses = {"contact": spelt(number)} if number % 3 else {"contact": other, "reply_email": spelt(number)}
    data = {**typed, **addresses, "form_token": new_token(), "description": f"kode otp belum masuk {number}"}
    return client.post("/", data, **from_somewhere(number))


def report_by_api(client, number):
    data = {"registered_email": spelt(number), "description": f"kode otp belum masuk {number}"}
    return client.post("/api/v1/tickets/", data, content_type="application/json", **from_somewhere(number))


def work_off():
    """Triage and deliver whatever waits, as workers do."""
    for pk in Ticket.objects.filter(status="new").values_list("pk", flat=True):
        pipeline.triage(pk)
    for pk in LinkRequest.objects.values_list("pk", flat=True):
        link_mails.answer(pk)
    for pk in Message.objects.filter(delivery="queued").values_list("pk", flat=True):
        delivery.deliver(pk)


def reached(sink):
    return [mail for mail in sink.taken if mailbox_key(mail.recipients[0]) == VICTIM]


@pytest.fixture
def typed():
    return {
        "signup_day": "yesterday",
        "signup_date": "",
        "signup_hour": "14.30",
        "signup_zone": "Asia/Jakarta",
        "reply_email": "",
        "website": "",
    }


@pytest.mark.parametrize("number", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_reports_that_name_one_victim_bring_it_three_mails_a_day(client, typed, sink, number, monkeypatch):
    answers = []
    began = timezone.now()

    for each in range(number):
        # Spread over a day: the cap of an hour alone would let 24 through.
        at = began + each * timedelta(hours=23) / number
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        by_api = each % 2
        answer = report_by_api(client, each) if by_api else report_by_form(client, typed, each)
        answers.append(answer.status_code)
        if each % 20 == 19:
            work_off()
    work_off()

    assert set(answers) == {201, 303}
    assert Ticket.objects.count() == number
    assert len(reached(sink)) == MOST
    # The others have their advice all the same, on the page that the sender was shown.
    assert Message.objects.exclude(advice=None).count() == number


def test_links_and_questions_for_one_victim_count_with_the_reports(client, typed, sink, monkeypatch):
    began = timezone.now()
    for each in range(24):
        at = began + each * timedelta(hours=23) / 24
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        report_by_form(client, typed, each)
        work_off()
        ticket = Ticket.objects.latest("pk")
        elsewhere = {"action": "link", "address": spelt(each)}
        client.post(links.status_path(ticket), elsewhere, **from_somewhere(100 + each))
        lost = {"reference": ticket.reference, "address": spelt(each)}
        client.post("/cari-laporan/", lost, **from_somewhere(200 + each))
        work_off()

    purposes = {purpose.partition(":")[0] for purpose in Message.objects.values_list("purpose", flat=True)}
    assert purposes >= {"advice", "link_elsewhere"}
    assert len(reached(sink)) == MOST


def test_advice_that_came_back_does_not_go_to_the_victim_instead_without_end(
    client, typed, sink, monkeypatch
):
    sink.recipient_answer = lambda to: "550 5.1.1 unknown" if to.startswith("tidakada") else "250 OK"
    began = timezone.now()
    for each in range(12):
        at = began + each * timedelta(hours=23) / 12
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        data = {"contact": spelt(each), "reply_email": f"tidakada{each}@contoh.id"}
        data |= {"form_token": new_token(), "description": f"kode otp belum masuk {each}"}
        client.post("/", {**typed, **data}, **from_somewhere(each))
        work_off()
        work_off()

    assert Message.objects.filter(purpose="advice_elsewhere").count() == MOST
    assert len(reached(sink)) == MOST


def test_mail_with_a_forged_sender_counts_with_the_reports(client, typed, sink, monkeypatch):
    began = timezone.now()
    for each in range(20):
        at = began + each * timedelta(hours=23) / 20
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        report_by_form(client, typed, each)
        mail = receive(letter(headers={"From": spelt(each % 6)}), source="imap")
        filing.file_mail(mail.pk)
        work_off()

    assert IncomingMail.objects.filter(state="filed").count() == 20
    assert len(reached(sink)) == MOST


def test_every_spelling_here_is_the_one_mailbox(client, typed):
    for number in range(len(SPELLINGS)):
        report_by_api(client, number)

    assert set(Ticket.objects.values_list("requester_key", flat=True)) == {VICTIM}
    assert Ticket.objects.count() == len(SPELLINGS)
