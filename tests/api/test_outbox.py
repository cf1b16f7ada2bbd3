import json
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import delivery, outbox
from tickets.models import Message

pytestmark = pytest.mark.django_db
OUTBOX = "/api/v1/outbox/"


@pytest.fixture(autouse=True)
def left_to_api(settings):
    settings.AUTO_REPLIES_SENT_BY = "api"


@pytest.fixture
def responder(api, key):
    """A program with both scopes."""
    header = key("outbox:read", "outbox:deliver")

    class Responder:
        def list(self, **query):
            return api.get(OUTBOX, query, **header)

        def claim(self, pk):
            return api.post(f"{OUTBOX}{pk}/claim/", **header)

        def report(self, pk, how, **said):
            return api.post(f"{OUTBOX}{pk}/{how}/", said, format="json", **header)

    return Responder()


@pytest.fixture
def message():
    return MessageFactory(outgoing=True, ticket=TicketFactory(held=True))


def kind(answer):
    return answer.json()["type"].rpartition("#")[2]


def test_list_gives_what_is_due_ready_to_be_sent(responder, message):
    answer = responder.list()

    item = answer.json()["items"][0]
    assert (answer.status_code, answer.json()["next"]) == (200, None)
    assert {name: item[name] for name in ("id", "ticket", "purpose", "recipient", "envelope_sender")} == {
        "id": message.pk,
        "ticket": message.ticket.reference,
        "purpose": "advice",
        "recipient": message.recipient,
        "envelope_sender": "",
    }
    assert item["subject"] == f"[{message.ticket.reference}] Kode belum masuk"
    assert item["headers"]["Auto-Submitted"] == "auto-replied"
    assert item["headers"]["Message-ID"] == item["message_id"] == message.message_id
    assert message.ticket.reference in item["text"]
    assert item["html"].lstrip().startswith("<!doctype html>") or "<html" in item["html"]


def test_list_leaves_out_what_is_not_to_be_sent(responder, message):
    later = timezone.now() + timedelta(minutes=5)
    MessageFactory(outgoing=True, deliver_after_at=later)
    MessageFactory(outgoing=True, lease_until=later, delivery="sending")
    MessageFactory(outgoing=True, delivery="failed")
    MessageFactory(outgoing=True, delivery="sent", sent_at=timezone.now())
    ticket = TicketFactory(open=True)
    outbox.queue_reply(ticket, body="Sudah kami kirim ulang.", author=AgentFactory())

    assert [item["id"] for item in responder.list().json()["items"]] == [message.pk]


def test_list_is_empty_while_we_send_them(responder, message, settings):
    settings.AUTO_REPLIES_SENT_BY = "us"

    assert responder.list().json() == {"items": [], "next": None}
    assert kind(responder.claim(message.pk)) == "not_claimable"


def test_pages_neither_repeat_nor_skip(responder, api, key):
    pks = [MessageFactory(outgoing=True).pk for _ in range(5)]
    header = key("outbox:read")

    seen, address = [], f"{OUTBOX}?limit=2"
    while address:
        page = api.get(address, **header).json()
        seen += [item["id"] for item in page["items"]]
        address = page["next"]

    assert seen == pks


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "101"}, {"after": "-1"}, {"after": "x"}, {"after": "9" * 30}, {"p": "1"}],
)
def test_list_refuses_a_place_that_is_none(responder, query):
    answer = responder.list(**query)

    assert (answer.status_code, kind(answer)) == (400, "invalid")


def test_number_of_queries_does_not_depend_on_the_rows(responder, message, django_assert_num_queries):
    responder.list()
    with django_assert_num_queries(4):  # the key, the rows, what went and came before them
        responder.list()
    MessageFactory(outgoing=True)
    MessageFactory(outgoing=True)
    with django_assert_num_queries(4):
        assert len(responder.list().json()["items"]) == 3


def test_claim_is_for_one_until_its_lease_ends(responder, message, settings):
    first = responder.claim(message.pk)
    second = responder.claim(message.pk)

    assert first.status_code == 200
    assert first.json()["message"]["id"] == message.pk
    assert first.json()["message"]["attempts"] == 1
    assert (second.status_code, kind(second)) == (409, "not_claimable")
    message.refresh_from_db()
    assert (message.delivery, message.attempts) == ("sending", 1)


def test_claim_sent_and_said_again(responder, message):
    claim = responder.claim(message.pk).json()["claim"]

    answers = [responder.report(message.pk, "sent", claim=claim) for _ in range(2)]

    assert [answer.json() for answer in answers] == 2 * [
        {"id": message.pk, "state": "sent", "next_try_at": None}
    ]
    assert responder.list().json()["items"] == []


def test_failed_for_now_comes_back_after_a_while(responder, message):
    claim = responder.claim(message.pk).json()["claim"]

    answer = responder.report(message.pk, "failed", claim=claim, retry=True, error="451 nanti dulu")

    message.refresh_from_db()
    assert (answer.json()["state"], message.last_error) == ("queued", "451 nanti dulu")
    assert answer.json()["next_try_at"] is not None
    assert responder.list().json()["items"] == []


def test_failed_for_good_goes_before_an_agent(responder, message):
    claim = responder.claim(message.pk).json()["claim"]

    answer = responder.report(message.pk, "failed", claim=claim, retry=False)

    message.ticket.refresh_from_db()
    assert (answer.json()["state"], message.ticket.attention) == ("failed", "mail_failed")


def test_bounced_days_after_it_was_sent(responder, message):
    claim = responder.claim(message.pk).json()["claim"]
    responder.report(message.pk, "sent", claim=claim)

    answers = [
        responder.report(message.pk, "bounced", claim=claim, status="5.1.1", said="550 tidak ada")
        for _ in range(2)
    ]

    message.refresh_from_db()
    assert [answer.json()["state"] for answer in answers] == ["failed", "failed"]
    assert (message.bounce_status, message.last_error) == ("5.1.1", "550 tidak ada")
    assert kind(responder.report(message.pk, "sent", claim=claim)) == "not_held"


def test_claim_that_somebody_else_has_taken_over_is_worth_nothing(responder, message):
    old = responder.claim(message.pk).json()["claim"]
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    new = responder.claim(message.pk).json()["claim"]

    late = responder.report(message.pk, "sent", claim=old)

    assert (late.status_code, kind(late)) == (409, "not_held")
    assert responder.report(message.pk, "sent", claim=new).status_code == 200


def test_claims_cannot_be_made_up_nor_borrowed(responder, message, api, key):
    other = MessageFactory(outgoing=True)
    claim = responder.claim(message.pk).json()["claim"]
    responder.claim(other.pk)
    stranger = key("outbox:deliver")

    answers = [
        responder.report(other.pk, "sent", claim=claim),
        responder.report(message.pk, "sent", claim="1"),
        responder.report(message.pk, "sent", claim=claim[:-1]),
        api.post(f"{OUTBOX}{message.pk}/sent/", {"claim": claim}, format="json", **stranger),
    ]

    assert [(answer.status_code, kind(answer)) for answer in answers] == 4 * [(409, "not_held")]


def test_what_a_worker_of_ours_holds_is_out_of_reach(responder, message, settings):
    claim = responder.claim(message.pk).json()["claim"]
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    settings.AUTO_REPLIES_SENT_BY = "us"

    delivery.deliver(message.pk)

    message.refresh_from_db()
    assert message.delivery == "sent"
    assert kind(responder.report(message.pk, "failed", claim=claim, retry=False)) == "not_held"


@pytest.mark.parametrize("how", ["claim", "sent", "failed", "bounced"])
def test_messages_that_are_no_automatic_reply_are_not_there(responder, how):
    ticket = TicketFactory(open=True)
    outbox.queue_reply(ticket, body="Sudah kami kirim ulang.", author=AgentFactory())
    pks = [ticket.messages.get().pk, MessageFactory().pk, 10**6, 2**63, 10**40]

    codes = {responder.report(pk, how, claim="x").status_code for pk in pks}

    assert codes == {404}


@pytest.mark.parametrize(
    ("how", "said", "field"),
    [
        ("sent", {}, "claim"),
        ("sent", {"claim": ""}, "claim"),
        ("sent", {"claim": 7}, "claim"),
        ("sent", {"claim": "x", "status": "5.1.1"}, "status"),
        ("failed", {"claim": "x"}, "retry"),
        ("failed", {"claim": "x", "retry": "mungkin"}, "retry"),
        ("bounced", {"claim": "x", "status": "2.0.0"}, "status"),
        ("bounced", {"claim": "x", "said": 301 * "y"}, "said"),
    ],
)
def test_reports_are_read_strictly(responder, message, how, said, field):
    answer = responder.report(message.pk, how, **said)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_half_surrogates_are_no_error_of_ours(api, key, message):
    header = key("outbox:deliver")
    claim = api.post(f"{OUTBOX}{message.pk}/claim/", **header).json()["claim"]

    def send(how, **said):
        address = f"{OUTBOX}{message.pk}/{how}/"
        return api.post(address, json.dumps(said), content_type="application/json", **header).status_code

    assert send("sent", claim="\ud800") in {400, 409}
    assert send("bounced", claim=claim, said="a\ud800\x00b", status="5.1.1") in {200, 400}
