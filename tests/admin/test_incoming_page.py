from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import TicketFactory
from tests.mail.letters import letter
from tickets.admin import incoming_page, outbox_page
from tickets.mail import answering, filing
from tickets.mail.incoming import receive
from tickets.models import IncomingMail, MailLook, RawMail

pytestmark = pytest.mark.django_db

INBOX = reverse("admin:tickets_incomingmail_changelist")


def came(text="kode belum masuk", **columns):
    mail = receive(letter(text), source="imap")
    if columns:
        columns = {"ended_at": timezone.now(), "from_domain": "contoh.id", **columns}
        IncomingMail.objects.filter(pk=mail.pk).update(**columns)
        mail.refresh_from_db()
    return mail


def source_of(mail):
    return reverse("admin:tickets_incomingmail_change", args=[mail.pk])


def test_list_shows_what_came_and_what_became_of_it(lead):
    kept = came(state="kept", reason="bulk")
    filed = came(state="filed", reason="new", ticket=TicketFactory(open=True))

    page = lead.get(INBOX)

    assert [mail for mail, _reason in page.context["mails"]] == [filed, kept]
    assert filed.ticket.reference in page.content.decode()
    assert "budi@" not in page.content.decode()


def test_state_narrows_the_list(lead):
    came(state="kept", reason="bulk")
    stuck = came(state="unreadable", reason="no_sender")

    page = lead.get(INBOX, {"state": "unreadable"})

    assert [mail for mail, _reason in page.context["mails"]] == [stuck]


def test_health_stands_on_top(lead):
    waiting = came()
    IncomingMail.objects.filter(pk=waiting.pk).update(received_at=timezone.now() - timedelta(minutes=6))
    for reason in ("bulk", "bulk", "bounce"):
        came(state="kept", reason=reason)
    came(state="kept", reason="list", ended_at=timezone.now() - timedelta(days=2))
    came(state="unreadable", reason="gave_up")
    came(state="filed", reason="new", unanswered_because=answering.EVERYONE)

    health = lead.get(INBOX).context["health"]

    assert (health["oldest"], health["is_late"], health["attention"]) == (waiting, True, 1)
    assert health["kept"] == [(incoming_page.REASONS["bulk"], 2), (incoming_page.REASONS["bounce"], 1)]
    assert health["is_capped"]


def test_empty_mailbox_is_well(lead):
    health = lead.get(INBOX).context["health"]

    assert (health["oldest"], health["is_late"], health["attention"], health["is_capped"]) == (
        None,
        False,
        0,
        False,
    )


@pytest.mark.parametrize("query", [{"state": "x"}, {"after": "x"}, {"before": "9" * 40}])
def test_odd_addresses_give_a_page(lead, query):
    came()

    assert lead.get(INBOX, query).status_code == 200


def test_pages_neither_repeat_nor_skip(lead, monkeypatch):
    monkeypatch.setattr(outbox_page, "PAGE", 2)
    mails = [came(str(n)) for n in range(3)]

    first = lead.get(INBOX).context
    second = lead.get(INBOX, {"after": first["older"]}).context

    walked = [mail for page in (first, second) for mail, _reason in page["mails"]]
    assert walked == mails[::-1]


def test_number_of_queries_does_not_depend_on_the_rows(lead, django_assert_num_queries):
    came(state="filed", reason="new", ticket=TicketFactory(open=True))
    lead.get(INBOX)
    with django_assert_num_queries(11):
        lead.get(INBOX)
    for _ in range(2):
        came(state="filed", reason="new", ticket=TicketFactory(open=True))

    with django_assert_num_queries(11):
        lead.get(INBOX)


def test_source_is_shown_when_asked_for_and_the_look_is_recorded(lead):
    mail = came("<script>alert(1)</script> sandi kucing")

    before = lead.get(source_of(mail)).content.decode()
    after = lead.post(source_of(mail))

    page = after.content.decode()
    assert "kucing" not in before
    assert "&lt;script&gt;alert(1)&lt;/script&gt; sandi kucing" in page
    assert "<script>alert(1)" not in page
    assert "no-store" in after["Cache-Control"]
    assert [(look.mail, look.user) for look in MailLook.objects.all()] == [(mail, lead.user)]
    assert "Sari" in page


def test_agents_see_neither_list_nor_source(agent):
    mail = came()

    assert [agent.get(INBOX).status_code, agent.post(source_of(mail)).status_code] == [403, 403]
    assert not MailLook.objects.exists()


def test_source_that_is_gone_is_said(lead):
    mail = came()
    RawMail.objects.all().delete()

    page = lead.post(source_of(mail))

    assert page.status_code == 200
    assert page.context["refusal"]
    assert not MailLook.objects.exists()


def test_long_source_is_cut(lead, monkeypatch):
    monkeypatch.setattr(incoming_page, "MAX_SHOWN", 50)

    page = lead.post(source_of(came("x" * 500)))

    assert (len(page.context["source"]), page.context["is_cut"]) == (50, True)


def test_lead_who_knows_better_has_a_kept_mail_filed(lead, rung, django_capture_on_commit_callbacks):
    mail = receive(letter(headers={"Precedence": "bulk"}), source="imap")
    filing.file_mail(mail.pk)
    with django_capture_on_commit_callbacks(execute=True):
        answer = lead.post(source_of(mail), {"action": "file"})
    filing.file_mail(mail.pk)

    mail.refresh_from_db()
    assert answer.url == source_of(mail)
    assert rung[0] == ("tickets.mail.tasks.file_mail", mail.pk)
    assert (mail.state, mail.reason, mail.is_automatic) == ("filed", "new", False)
    assert mail.ticket.channel == "email"


@pytest.mark.parametrize(
    ("state", "reason"),
    [("filed", "new"), ("kept", "too_large"), ("kept", "empty"), ("unreadable", "no_sender")],
)
def test_mail_that_is_filed_or_can_be_no_ticket_is_not_filed_again(lead, state, reason):
    mail = receive(letter(), source="imap")
    IncomingMail.objects.update(state=state, reason=reason, ended_at=timezone.now())

    page = lead.get(source_of(mail))
    lead.post(source_of(mail), {"action": "file"})

    mail.refresh_from_db()
    assert page.context["may_file"] is False
    assert (mail.state, mail.reason) == (state, reason)
