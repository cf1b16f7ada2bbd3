import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tickets.admin import outbox_page
from tickets.models import Message

pytestmark = pytest.mark.django_db

OUTBOX = reverse("admin:tickets_message_changelist")


def shown(client, **query):
    return client.get(OUTBOX, query).context["outgoing"]


def test_outbox_lists_what_goes_out_newest_first(lead):
    first = MessageFactory(outgoing=True)
    second = MessageFactory(outgoing=True)
    MessageFactory()

    assert shown(lead) == [second, first]


def test_state_narrows_the_list(lead):
    MessageFactory(outgoing=True)
    failed = MessageFactory(outgoing=True, delivery="failed", last_error="550 penuh")

    page = lead.get(OUTBOX, {"state": "failed"})

    assert page.context["outgoing"] == [failed]
    assert "550 penuh" in page.content.decode()


def test_pages_neither_repeat_nor_skip(lead, monkeypatch):
    monkeypatch.setattr(outbox_page, "PAGE", 2)
    for _ in range(5):
        MessageFactory(outgoing=True)
    pks = list(Message.objects.order_by("-pk").values_list("pk", flat=True))

    first = lead.get(OUTBOX).context
    second = lead.get(OUTBOX, {"after": first["older"]}).context
    third = lead.get(OUTBOX, {"after": second["older"]}).context
    back = lead.get(OUTBOX, {"before": third["newer"]}).context

    walked = [message.pk for page in (first, second, third) for message in page["outgoing"]]
    assert walked == pks
    assert (back["outgoing"], third["older"], first["newer"]) == (second["outgoing"], "", "")


@pytest.mark.parametrize("query", [{"state": "x"}, {"after": "x"}, {"before": "9" * 40}, {"after": "²"}])
def test_odd_addresses_give_a_page(lead, query):
    MessageFactory(outgoing=True)

    assert lead.get(OUTBOX, query).status_code == 200


def test_number_of_queries_does_not_depend_on_the_rows(lead, django_assert_num_queries):
    MessageFactory(outgoing=True)
    with django_assert_num_queries(13):
        lead.get(OUTBOX)

    MessageFactory(outgoing=True)
    MessageFactory(outgoing=True)
    with django_assert_num_queries(13):
        lead.get(OUTBOX)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"delivery": "sent", "sent_at": timezone.now()},
        {"delivery": "failed", "last_error": "550 penuh"},
        {"delivery": "suppressed", "suppressed_because": "address_hour", "recipient": "", "message_id": ""},
        {"kind": "reply", "purpose": ""},
    ],
)
def test_every_message_can_be_read(lead, columns):
    message = MessageFactory(outgoing=True, body="Isi pesan.", ticket=TicketFactory(open=True), **columns)

    page = lead.get(reverse("admin:tickets_message_change", args=[message.pk])).content.decode()

    assert all(words in page for words in (message.ticket.reference, "Isi pesan.", "sandbox"))


def test_html_part_is_framed_without_rights(lead):
    message = MessageFactory(outgoing=True, body="<script>alert(1)</script>")

    answer = lead.get(reverse("admin:tickets_message_html", args=[message.pk]))

    assert "<script>" not in answer.content.decode()
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["Content-Security-Policy"].endswith("sandbox")


def test_notes_and_requesters_words_are_not_in_the_outbox(lead):
    note = MessageFactory(kind="note")

    assert lead.get(reverse("admin:tickets_message_change", args=[note.pk])).status_code == 404


def test_link_to_the_status_page_cannot_be_used_from_here(lead):
    message = MessageFactory(outgoing=True)
    path = reverse("admin:tickets_message_change", args=[message.pk])

    page = lead.get(path).content.decode()

    assert f"/tiket/{message.ticket.reference}/***/" in page
    assert page.count("/tiket/") == page.count("/***/")
