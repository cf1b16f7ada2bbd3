from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.utils import timezone

from tests import images
from tests.factories import MessageFactory, ScreenshotFactory, TicketFactory
from tests.limits import limit
from tickets import intake, lifecycle, links, pipeline
from tickets.actors import SYSTEM
from tickets.models import Ticket
from tickets.models.event import EventKind

pytestmark = pytest.mark.django_db(transaction=True)

ADVICE = {
    "language": "id",
    "subject": "Kode belum masuk",
    "opening": "Karena Anda mendaftar 4 menit lalu, kode mungkin masih dalam perjalanan.",
    "steps": ["Tunggu sampai pukul 14.40 WIB.", "Tekan kirim ulang."],
    "closing": "Beri tahu kami bila masih gagal.",
    "standing": ["Jangan membuat akun kedua."],
    "wait_until": "2026-11-22T07:40:00+00:00",
}


def url(ticket, action=""):
    return f"/api/v1/tickets/{ticket.reference}/{action}"


def test_ticket_is_read_with_its_token(api, bearer):
    ticket = TicketFactory(held=True)
    lifecycle.record(ticket, EventKind.MOVED, by=SYSTEM, because="triaged")
    MessageFactory(ticket=ticket, outgoing=True, body="Tunggu.", advice=ADVICE)
    MessageFactory(ticket=ticket, body="Baik.")
    ScreenshotFactory(ticket=ticket)

    response = api.get(url(ticket), **bearer(ticket), HTTP_ACCEPT_LANGUAGE="en")

    answer = response.json()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert answer["reference"] == ticket.reference
    assert (answer["status"], answer["status_text"]) == (
        "self_fix",
        "Try the steps. Tell us whether they worked.",
    )
    assert answer["category"] == "self_otp_waiting"
    assert answer["category_label"]
    assert answer["advice"] == ADVICE
    assert answer["wait_until"] == ADVICE["wait_until"]
    assert datetime.fromisoformat(answer["held_until"]) == ticket.hold_until
    assert [(said["kind"], said["body"]) for said in answer["messages"]] == [
        ("auto_reply", "Tunggu."),
        ("requester", "Baik."),
    ]
    assert [(shot["name"], shot["state"]) for shot in answer["screenshots"]] == [("layar.png", "received")]


def test_ticket_before_triage_has_no_advice(api, bearer):
    ticket = TicketFactory()

    answer = api.get(url(ticket), **bearer(ticket)).json()

    empty = ["category", "category_label", "advice", "wait_until", "held_until", "resolution", "resolved_at"]
    assert [answer[name] for name in empty] == [None] * len(empty)


def test_ticket_does_not_show_notes_agents_or_addresses(api, bearer):
    ticket = TicketFactory(open=True, ip_address="198.51.100.7", user_agent="Mozilla")
    MessageFactory(ticket=ticket, kind="note", body="RAHASIA: cek log")

    body = api.get(url(ticket), **bearer(ticket)).content.decode()

    hidden = ["RAHASIA", ticket.registered_email, "198.51.100.7", "Mozilla", "confidence", "0.93"]
    assert [text for text in hidden if text in body] == []


def test_ticket_taken_for_spam_looks_new(api, bearer):
    ticket = TicketFactory(status="spam")

    assert api.get(url(ticket), **bearer(ticket)).json()["status"] == "new"


@pytest.mark.parametrize("rows", [1, 3])
def test_ticket_costs_four_queries(api, bearer, django_assert_num_queries, rows):
    ticket = TicketFactory(open=True)
    for _ in range(rows):
        MessageFactory(ticket=ticket)
        ScreenshotFactory(ticket=ticket)

    with django_assert_num_queries(4):
        api.get(url(ticket), **bearer(ticket))


def test_ticket_takes_the_token_in_the_address(api):
    ticket = TicketFactory()

    assert api.get(f"{url(ticket)}?token={links.token_for(ticket)}").status_code == 200


def test_token_fits_a_bearer_header():
    token = links.token_for(TicketFactory.build())

    # RFC 6750 section 2.1
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")


def test_wrong_tokens_and_unknown_references_are_alike(api, bearer, settings):
    ticket, other = TicketFactory(), TicketFactory()
    unknown = "/api/v1/tickets/KS-0000-0000/"
    expired = bearer(ticket)

    answers = [
        api.get(url(ticket)),
        api.get(url(ticket), **bearer(other)),
        api.get(url(ticket), HTTP_AUTHORIZATION="Bearer x"),
        api.get(url(ticket), HTTP_AUTHORIZATION="Bearer " + "é" * 3000),
        api.get(url(ticket), HTTP_AUTHORIZATION="Basic " + links.token_for(ticket)),
        api.get(f"{url(ticket)}?token=%00%ff"),
        api.get(unknown),
        api.get(unknown, **bearer(other)),
        api.get("/api/v1/tickets/%00/", **bearer(other)),
    ]
    settings.STATUS_LINK_AGE = -1
    answers.append(api.get(url(ticket), **expired))

    assert {(answer.status_code, answer.content, answer["WWW-Authenticate"]) for answer in answers} == {
        (401, answers[0].content, "Bearer")
    }


@pytest.mark.parametrize("action", ["fixed/", "still-failing/", "messages/"])
def test_actions_want_the_token(api, action):
    ticket = TicketFactory(held=True)

    response = api.post(url(ticket, action), {"body": "masih gagal"}, format="json")

    assert response.status_code == 401
    assert Ticket.objects.get().status == "self_fix"


@pytest.mark.parametrize("action", ["fixed/", "still-failing/", "messages/"])
def test_reading_changes_nothing(api, bearer, action):
    ticket = TicketFactory(held=True)

    response = api.get(url(ticket, action), **bearer(ticket))

    assert response.status_code == 405
    assert Ticket.objects.get().status == "self_fix"


@pytest.mark.parametrize("action", ["", "fixed/", "still-failing/", "messages/"])
def test_ticket_that_is_gone_is_not_found(api, bearer, action):
    ticket = TicketFactory.build(reference="KS-7F3K-92QX")
    send = api.post if action else api.get

    response = send(url(ticket, action), {"body": "masih gagal"}, **bearer(ticket))

    assert response.status_code == 404


def test_fixed_resolves(api, bearer):
    ticket = TicketFactory(held=True)

    answers = [api.post(url(ticket, "fixed/"), **bearer(ticket)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["status"] for answer in answers] == ["resolved", "resolved"]
    assert answers[0].json()["resolution"] == "requester"


def test_still_failing_brings_the_ticket_before_the_agents(api, bearer):
    ticket = TicketFactory(held=True)

    answers = [api.post(url(ticket, "still-failing/"), **bearer(ticket)) for _ in range(2)]

    assert [answer.json()["status"] for answer in answers] == ["open", "open"]
    assert Ticket.objects.get().priority == ticket.priority - 1


def test_message_is_added(api, bearer, rung):
    ticket = TicketFactory(held=True)
    form = {"body": "ini layarnya", "screenshots": SimpleUploadedFile("a.png", images.png())}

    response = api.post(url(ticket, "messages/"), form, format="multipart", **bearer(ticket))

    message = ticket.messages.get()
    assert response.status_code == 201
    assert response.json()["reference"] == ticket.reference
    assert response.json()["status"] == "open"
    assert message.body == "ini layarnya"
    assert [shot.name for shot in message.screenshots.all()] == ["a.png"]


def test_message_on_a_closed_ticket_opens_another(api, bearer):
    ticket = TicketFactory(closed=True)

    response = api.post(url(ticket, "messages/"), {"body": "gagal lagi"}, format="json", **bearer(ticket))

    receipt = response.json()
    successor = Ticket.objects.get(follows=ticket)
    links.check_token(successor.reference, receipt["token"])
    assert receipt["reference"] == successor.reference
    assert response["Location"].endswith(url(successor))


@pytest.mark.parametrize("body", [{}, {"body": ""}, {"body": 5}, {"body": "a"}, {"text": "halo"}, [], None])
def test_message_that_says_nothing_is_refused(api, bearer, body):
    ticket = TicketFactory(held=True)

    response = api.post(url(ticket, "messages/"), body, format="json", **bearer(ticket))

    assert response.status_code == 400
    assert ticket.messages.count() == 0


def test_reading_is_throttled(api, bearer, settings):
    ticket = TicketFactory()
    limit(settings, intake="20/hour", status="2/min")

    codes = [api.get(url(ticket), **bearer(ticket)).status_code for _ in range(3)]

    assert codes == [200, 200, 429]


def test_database_that_is_down_is_a_503(api, bearer, monkeypatch):
    ticket = TicketFactory()

    def fail(ticket):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(intake, "confirm_fixed", fail)

    response = api.post(url(ticket, "fixed/"), **bearer(ticket))

    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_moments_carry_their_offset(api, bearer):
    moment = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
    ticket = TicketFactory(created_at=moment)

    answer = api.get(url(ticket), **bearer(ticket)).json()

    assert answer["created_at"] == "2026-11-22T14:30:00+07:00"


def test_advice_is_gone_once_an_agent_has_answered(api, bearer):
    ticket = TicketFactory(pending=True)
    lifecycle.record(ticket, EventKind.MOVED, by=SYSTEM, because="triaged")
    MessageFactory(ticket=ticket, outgoing=True, advice=ADVICE)
    MessageFactory(ticket=ticket, outgoing=True, kind="reply", purpose="", body="Sudah kami kirim.")

    answer = api.get(url(ticket), **bearer(ticket)).json()

    assert (answer["advice"], answer["wait_until"]) == (None, None)
    assert answer["messages"][-1]["body"] == "Sudah kami kirim."


def test_advice_is_gone_once_it_has_failed(api, bearer, model):
    ticket = TicketFactory(description="otp belum masuk", signed_up_at=timezone.now() - timedelta(minutes=2))
    pipeline.triage(ticket.pk)
    before = api.get(url(ticket), **bearer(ticket)).json()

    after = api.post(url(ticket, "still-failing/"), **bearer(ticket)).json()

    assert before["wait_until"] is not None
    assert (after["advice"], after["wait_until"]) == (None, None)
