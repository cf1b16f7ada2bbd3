import pytest
from django.urls import reverse

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import suppression
from tickets.admin import suppressed_page
from tickets.models import SuppressedAddress

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:tickets_suppressed")


def suppress(address="budi@contoh.id", *, status="5.1.1", reason="bounce", ticket=None):
    suppression.suppress(address, reason=reason, status=status, ticket=ticket)
    return SuppressedAddress.objects.order_by("-pk").first()


def test_page_says_which_address_why_and_since_which_ticket(lead):
    ticket = TicketFactory()
    suppress(ticket=ticket)
    suppress("siti@contoh.id", status="", reason="complaint")

    page = lead.get(PAGE).content.decode()

    assert all(words in page for words in ("budi@contoh.id", "kotak surat itu tidak ada (5.1.1)"))
    assert all(words in page for words in (ticket.reference, "siti@contoh.id", "spam"))


def test_lead_lets_an_address_be_mailed_again(lead):
    suppressed = suppress(ticket=TicketFactory())

    answer = lead.post(PAGE, {"address": suppressed.pk}, follow=True)

    suppressed.refresh_from_db()
    assert (suppressed.lifted_by, suppression.is_suppressed("budi@contoh.id")) == (lead.user, False)
    assert suppressed.ticket.events.get().actor == lead.user
    assert "Sari" in answer.content.decode()


@pytest.mark.parametrize("address", ["", "x", "0", "9" * 30, "²"])
def test_what_is_no_address_lifts_nothing(lead, address):
    suppress()

    answer = lead.post(PAGE, {"address": address})

    assert (answer.status_code, suppression.is_suppressed("budi@contoh.id")) == (303, True)


def test_reader_without_the_right_lifts_nothing(db, agent):
    suppressed = suppress()

    assert agent.post(PAGE, {"address": suppressed.pk}).status_code == 403
    assert suppression.is_suppressed("budi@contoh.id")


def test_pages_neither_repeat_nor_skip(lead, monkeypatch):
    monkeypatch.setattr(suppressed_page, "PAGE", 2)
    made = [suppress(f"{name}@contoh.id") for name in "abc"]

    first = lead.get(PAGE).context
    second = lead.get(PAGE, {"after": first["older"]}).context

    assert [each for page in (first, second) for each, _why in page["rows"]] == made[::-1]
    assert second["older"] == ""


def test_number_of_queries_does_not_depend_on_the_rows(lead, django_assert_num_queries):
    def add(count):
        for _ in range(count):
            suppress(TicketFactory().registered_email, ticket=TicketFactory())
            lifted = suppress(TicketFactory().registered_email, ticket=TicketFactory())
            suppression.lift(lifted.pk, by=AgentFactory())

    add(1)
    with django_assert_num_queries(8):
        lead.get(PAGE)

    add(2)
    with django_assert_num_queries(8):
        lead.get(PAGE)


def test_outbox_tells_how_mail_goes(lead):
    waiting = MessageFactory(outgoing=True)
    MessageFactory(outgoing=True)
    suppress()

    context = lead.get(reverse("admin:tickets_message_changelist")).context

    health = context["health"]
    assert (health.oldest, health.unsent, health.suppressed) == (waiting, 2, 1)
