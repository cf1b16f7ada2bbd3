"""Lengkapi laporan: what a mail did not say, asked for and filled in."""

from datetime import timedelta

import pytest
from django.core import mail as outbox_of_django
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tickets import completing, links, pipeline
from tickets.mail.outgoing import compose_mail
from tickets.missing import missing_from
from tickets.models import Ticket, Trace

pytestmark = pytest.mark.django_db

FILLED_IN = {
    "signup_day": "other",
    "signup_date": f"{timezone.localdate() - timedelta(days=2):%d-%m-%Y}",
    "signup_hour": "09.30",
    "signup_zone": "Asia/Jakarta",
    "contact": "budi.daftar@contoh.id",
    "tried": ["spam", "resent"],
    "device": "Android 14",
}


@pytest.fixture
def ticket():
    return TicketFactory(
        held=True,
        channel="email",
        registered_email="budi@contoh.id",
        signup_precision="unknown",
        signed_up_at=None,
        device="",
    )


def page(ticket):
    return reverse("complete", args=[ticket.reference, links.token_for(ticket)])


def test_mail_lacks_what_the_form_asks_for(ticket):
    assert missing_from(ticket) == ("signup", "device", "contact")
    assert missing_from(TicketFactory(signup_precision="unknown", signed_up_at=None, device="")) == ()


def test_status_page_leads_to_it_while_something_is_missing(client, ticket):
    before = client.get(links.status_path(ticket)).content.decode()
    client.post(page(ticket), FILLED_IN)
    after = client.get(links.status_path(ticket)).content.decode()

    assert 'href="lengkapi/"' in before
    assert 'href="lengkapi/"' not in after
    assert 'href="lengkapi/"' not in client.get(links.status_path(TicketFactory())).content.decode()


def test_page_shows_what_is_known(client, ticket):
    shown = client.get(
        page(ticket), headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14; K) Chrome/120.0 Mobile"}
    )

    assert shown.status_code == 200
    assert shown.context["form"]["contact"].value() == "budi@contoh.id"
    assert "Android" in shown.context["form"]["device"].value()
    assert shown["Cache-Control"] == "private, no-store"
    assert shown["Referrer-Policy"] == "same-origin"


def test_page_shows_a_time_that_was_said_before(client, ticket):
    client.post(page(ticket), FILLED_IN)

    form = client.get(page(ticket)).context["form"]

    assert (form["signup_date"].value(), form["signup_hour"].value()) == (FILLED_IN["signup_date"], "09.30")
    assert form["tried"].value() == ["resent", "spam"]


def test_what_is_filled_in_stands_on_the_ticket(client, ticket, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(page(ticket), FILLED_IN)

    ticket.refresh_from_db()
    assert answer.status_code == 303
    assert answer.url.startswith(f"/tiket/{ticket.reference}/")  # the token is of the second it was made in
    assert (ticket.registered_email, ticket.reply_email) == ("budi.daftar@contoh.id", "budi@contoh.id")
    assert ticket.requester_key == "budi.daftar@contoh.id"
    assert (ticket.signup_precision, ticket.device) == ("minute", "Android 14")
    assert ticket.tried == {"spam", "resent"}
    assert ticket.mail_address == "budi@contoh.id"
    assert [event.kind for event in ticket.events.all()] == ["completed"]
    assert rung == [("look_again", ticket.pk)]


def test_phone_number_may_be_what_was_registered(client, ticket):
    client.post(page(ticket), {**FILLED_IN, "contact": "0812 3456 7890"})

    ticket.refresh_from_db()
    assert (ticket.registered_email, ticket.registered_phone) == ("", "+6281234567890")
    assert ticket.mail_address == "budi@contoh.id"


def test_triage_looks_again_and_brings_it_before_the_agents(client, model):
    ticket = TicketFactory(
        channel="email",
        description="kode otp belum masuk",
        signup_precision="unknown",
        signed_up_at=None,
        device="",
    )
    pipeline.triage(ticket.pk)
    ticket.refresh_from_db()
    before = ticket.status

    client.post(page(ticket), FILLED_IN)
    pipeline.look_again(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.category) == ("open", "otp_not_received")
    assert before in {"self_fix", "open"}
    assert Trace.objects.filter(ticket=ticket, key="budi.daftar@contoh.id").exists()
    assert ticket.messages.count() == 1


def test_waiting_ticket_goes_back_to_the_agents(client):
    ticket = TicketFactory(pending=True, channel="email")

    client.post(page(ticket), FILLED_IN)

    ticket.refresh_from_db()
    assert ticket.status == "open"


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_finished_report_lacks_nothing(client, state):
    ticket = TicketFactory(**{state: True}, channel="email")
    shown, sent = client.get(page(ticket)), client.post(page(ticket), FILLED_IN)
    completing.complete(ticket, completing.Completion(registered_email="lain@contoh.id"))

    assert {url.split("/")[2] for url in (shown.url, sent.url)} == {ticket.reference}
    assert missing_from(ticket) == ()
    assert Ticket.objects.get().registered_email == ticket.registered_email


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"signup_day": ""}, "signup_day"),
        ({"signup_date": "99-99-2026"}, "signup_date"),
        ({"contact": ""}, "contact"),
        ({"contact": "bukan"}, "contact"),
        ({"device": "x" * 200}, "device"),
        ({"tried": ["apa"]}, "tried"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, ticket, change, field):
    filled_in = {**FILLED_IN, **change}
    if field == "signup_day":
        del filled_in["signup_date"]

    answer = client.post(page(ticket), filled_in)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not ticket.events.exists()


def test_link_of_somebody_else_opens_nothing(client, ticket):
    other = TicketFactory(channel="email")
    wrong = reverse("complete", args=[ticket.reference, links.token_for(other)])

    assert client.get(wrong).status_code == 404
    assert client.post(wrong, FILLED_IN).status_code == 404


def test_look_changes_nothing(client, ticket):
    client.get(page(ticket))
    client.head(page(ticket))

    assert not ticket.events.exists()


def test_forged_request_shows_the_form_again(ticket):
    answer = Client(enforce_csrf_checks=True).post(page(ticket), FILLED_IN)

    assert answer.status_code == 403
    assert answer.context["form"]["device"].value() == "Android 14"
    assert not ticket.events.exists()


def test_text_is_kept_while_the_database_is_away(client, ticket, monkeypatch):
    def away(*args):
        raise OperationalError

    monkeypatch.setattr(completing, "complete", away)

    answer = client.post(page(ticket), FILLED_IN)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer.context["form"]["device"].value() == "Android 14"


@pytest.mark.parametrize(("language", "words"), [("id", "Lengkapi laporan"), ("en", "Complete your report")])
def test_page_speaks_both_languages(client, ticket, language, words):
    client.cookies["django_language"] = language

    assert f"<h1>{words}</h1>" in client.get(page(ticket)).content.decode()


def test_advice_names_what_is_missing_and_leads_there(ticket):
    advice = {
        "language": "id",
        "subject": "s",
        "opening": "o",
        "steps": [],
        "closing": "c",
        "standing": [],
        "wait_until": None,
    }
    message = MessageFactory(outgoing=True, ticket=ticket, advice=advice, language="id")
    reply = MessageFactory(outgoing=True, ticket=ticket, kind="reply", purpose="", body="Halo")

    asked = compose_mail(message, link="https://x.id/tiket/a/b/")
    told = compose_mail(reply, link="https://x.id/tiket/a/b/")

    html = asked.alternatives[0][0]
    assert "- kapan Anda mendaftar\n- dengan perangkat apa\n" in asked.body
    assert "https://x.id/tiket/a/b/lengkapi/" in asked.body
    assert 'href="https://x.id/tiket/a/b/lengkapi/"' in html
    assert "lengkapi" not in told.body
    assert not outbox_of_django.outbox


@pytest.mark.parametrize("channel", ["email", "form"])
def test_refused_attachments_stand_in_the_history(client, ticket, channel):
    ticket.channel = channel
    ticket.save()
    files = [{"what": "pdf", "because": "wrong_type"}]
    ticket.events.create(kind="refused", actor_kind="requester", data={"files": files})
    client.cookies["django_language"] = "id"

    shown = client.get(links.status_path(ticket)).content.decode()

    assert "Lampiran surat Anda ini tidak bisa kami terima: pdf (bukan gambar)." in shown
