import pytest
from django.urls import reverse

from tests.factories import MacroFactory, TicketFactory
from tickets import drafts
from tickets.models import Macro, Message

pytestmark = pytest.mark.django_db


def url(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def list_url(ticket):
    return reverse("admin:tickets_ticket_macros", args=[ticket.pk])


def preview_url(ticket):
    return reverse("admin:tickets_ticket_preview", args=[ticket.pk])


@pytest.fixture
def ticket():
    return TicketFactory(open=True)


@pytest.fixture
def macro(ticket):
    """The first of the ticket's category."""
    return MacroFactory(key="kirim", title="Kirim", category=ticket.category, position=0, after="resolve")


def test_page_suggests_the_first_macro_of_the_category(agent, ticket, macro):
    page = agent.get(url(ticket))

    assert page.context["box"].suggestion == macro
    assert "Saran: Kirim" in page.content.decode()


@pytest.mark.parametrize("columns", [{"open": True, "category": "other"}, {"open": True, "category": ""}])
def test_page_suggests_nothing_where_nothing_is_for_it(agent, columns):
    Macro.objects.filter(category="other").delete()

    assert agent.get(url(TicketFactory(**columns))).context["box"].suggestion is None


def test_a_macro_in_the_address_fills_the_box(agent, ticket, macro):
    page = agent.get(url(ticket), {"macro": "kirim"})

    assert page.context["typed"] == f"Halo, tiket {ticket.reference}."
    assert f"Halo, tiket {ticket.reference}.</textarea>" in page.content.decode()


def test_the_button_of_what_the_macro_does_comes_forward(agent, ticket, macro):
    page = agent.get(url(ticket), {"macro": "kirim"}).content.decode()

    buttons = [part.partition(">")[0] for part in page.split("<button")[1:]]
    leading = [button for button in buttons if "data-ctrl-enter" in button]
    assert ["reply_and_resolve" in button for button in leading] == [True, False]
    assert "button--primary" in leading[0]


@pytest.mark.parametrize("key", ["tidak-ada", "", "{agent}"])
def test_an_unknown_macro_leaves_the_box_empty(agent, ticket, key):
    assert agent.get(url(ticket), {"macro": key}).context["typed"] == ""


def test_a_macro_pressed_without_script_comes_after_what_was_typed(agent, ticket, macro):
    page = agent.post(url(ticket), {"macro": "kirim", "body": "Kak <Budi>,\r\n", "mode": "reply"})

    assert page.status_code == 200
    assert f"Kak &lt;Budi&gt;,\n\nHalo, tiket {ticket.reference}.</textarea>" in page.content.decode()
    assert (Message.objects.count(), ticket.events.count()) == (0, 0)


def test_a_refused_note_comes_back_as_a_note(agent, ticket):
    page = agent.post(url(ticket), {"action": "note", "body": "", "mode": "note"})

    assert (page.status_code, page.context["box"].is_note) == (409, True)


@pytest.mark.parametrize("action", ["reply_and_wait", "reply_and_resolve"])
def test_what_was_written_as_a_note_is_never_sent(agent, ticket, action):
    seen = agent.get(url(ticket)).context["seen"]

    page = agent.post(
        url(ticket), {"action": action, "body": "orang ini rewel", "mode": "note", "seen": seen}
    )

    ticket.refresh_from_db()
    assert (page.status_code, ticket.status, ticket.messages.count()) == (409, "open", 0)
    assert "catatan internal" in page.content.decode()
    assert "orang ini rewel</textarea>" in page.content.decode()


def test_a_colleagues_ticket_has_a_box_for_notes_only(agent, andi):
    ticket = TicketFactory(open=True, assignee=andi)

    page = agent.get(url(ticket)).content.decode()

    assert ('name="mode"' in page, "Saran:" in page, "Simpan catatan" in page) == (False, False, True)


def test_list_fills_every_macro_in_and_has_the_nearest_first(agent, ticket, macro):
    MacroFactory(key="mati", is_active=False)

    told = agent.get(list_url(ticket)).json()["macros"]

    assert told[0] == {
        "key": "kirim",
        "title": "Kirim",
        "category": "OTP tidak masuk",
        "after": "resolve",
        "text": f"Halo, tiket {ticket.reference}.",
    }
    assert len(told) == Macro.objects.usable().count()
    assert [each["key"] for each in told if each["key"] == "mati"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_any_number(agent, ticket, number, django_assert_num_queries):
    for _ in range(number):
        MacroFactory()

    with django_assert_num_queries(6):
        agent.get(list_url(ticket))


def test_preview_is_the_mail(agent, ticket):
    answer = agent.post(preview_url(ticket), {"body": "Kode <baru> sudah\r\nkami kirim."})

    page = answer.content.decode()
    assert "Kode &lt;baru&gt; sudah<br>kami kirim." in page
    assert ticket.reference in page
    assert "/***/" in page  # nobody but the requester gets the link
    assert (Message.objects.count(), ticket.events.count()) == (0, 0)


def test_preview_may_be_framed_by_us_and_runs_nothing(agent, ticket):
    answer = agent.post(preview_url(ticket), {"body": "x"})

    policy = answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
    )
    assert "frame-src 'self'" in agent.get(url(ticket))["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("  ", "Tulis dulu teksnya."),
        ("a" * 10_001, "lebih dari 10000 karakter"),
        ("Kode OTP Anda 482913", "tampak seperti rahasia"),
    ],
)
def test_preview_says_what_sending_would_refuse(agent, ticket, body, words):
    page = agent.post(preview_url(ticket), {"body": body}).content.decode()

    assert words in page
    assert "482913" not in page


@pytest.mark.parametrize("address", [list_url, preview_url])
def test_box_is_for_who_may_work_on_tickets(nobody, ticket, address):
    assert {nobody.get(address(ticket)).status_code, nobody.post(address(ticket)).status_code} == {403, 405}


def test_looking_at_a_preview_needs_a_text(agent, ticket):
    assert agent.get(preview_url(ticket)).status_code == 405


def test_a_draft_for_colleagues_comes_back_as_one(agent, ticket):
    drafts.save(ticket, body="Telkomsel", is_note=True, page="a" * 32, base="", by=agent.user)

    page = agent.get(url(ticket))

    assert (page.context["typed"], page.context["box"].is_note) == ("Telkomsel", True)


def test_a_macro_comes_after_the_draft_and_once(agent, ticket, macro):
    text = f"Kak,\n\nHalo, tiket {ticket.reference}."
    for kept in ("Kak,", text):
        drafts.save(ticket, body=kept, is_note=False, page="a" * 32, base="a" * 32, by=agent.user)

        assert agent.get(url(ticket), {"macro": "kirim"}).context["typed"] == text
