import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.urls import reverse

from tests.factories import MessageFactory, TicketFactory
from tickets import desk, drafts
from tickets.models import Draft

pytestmark = pytest.mark.django_db

QUEUE = reverse("admin:tickets_ticket_changelist")
TYPED = "Halo Budi, kodenya"


def url(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


def draft_url(ticket):
    return reverse("admin:tickets_draft", args=[ticket.pk])


@pytest.fixture
def ticket():
    return TicketFactory(open=True)


class Window:
    """A page of the ticket as one browser window has it."""

    def __init__(self, client, ticket):
        self.client, self.ticket = client, ticket
        self.open()

    def open(self):
        self.show(self.client.get(url(self.ticket)))

    def show(self, answer):
        self.text = answer.content.decode()
        self.seen = answer.context["seen"]
        box = re.search(r'<textarea[^>]*name="body"[^>]*>(.*?)</textarea>', self.text, re.S)
        self.box = html.unescape(box[1]).removeprefix("\n") if box else ""
        self.page, self.base = answer.context["page"]["key"], answer.context["page"]["base"]

    def type(self, body, **fields):
        keys = {"page": self.page, "base": self.base}
        return self.client.post(draft_url(self.ticket), {"body": body, **keys, **fields})

    def press(self, action, body):
        keys = {"page": self.page, "base": self.base, "seen": self.seen}
        answer = self.client.post(url(self.ticket), {"action": action, "body": body, **keys})
        if answer.status_code == 409:
            self.show(answer)
        return answer


@pytest.fixture
def window(agent, ticket):
    return Window(agent, ticket)


def kept(ticket, user):
    draft = drafts.read(ticket, by=user)
    return draft.body if draft else None


def test_draft_is_put_back_and_its_time_is_told(window):
    said = window.type(TYPED).json()["said"]

    window.open()

    assert (window.box, said.startswith("Draf disimpan ")) == (TYPED, True)
    assert "Draf dipulihkan, disimpan" in window.text


def test_kind_of_the_draft_is_kept(window, agent, ticket):
    window.type(TYPED, is_note="1")

    assert drafts.read(ticket, by=agent.user).is_note is True


def test_draft_is_not_shown_to_colleagues(window, lead):
    window.type(TYPED)

    assert TYPED not in lead.get(url(window.ticket)).content.decode()


@pytest.mark.parametrize("action", ["reply_and_wait", "reply_and_resolve", "note"])
def test_sent_text_leaves_no_draft(window, agent, ticket, action):
    window.type(TYPED)

    answer = window.press(action, TYPED + " sudah kami kirim.")

    assert (answer.status_code, kept(ticket, agent.user)) == (303, "")
    assert "Draf dipulihkan" not in agent.get(url(ticket)).content.decode()


def test_save_that_was_under_way_does_not_bring_the_text_back(window, agent, ticket):
    window.press("reply_and_wait", TYPED)

    late = window.type(TYPED)

    assert (late.status_code, late.json()["code"], kept(ticket, agent.user)) == (409, "sent", "")


def test_refused_text_keeps_its_draft_and_goes_on_from_there(window, agent, ticket):
    window.type(TYPED)
    MessageFactory(ticket=ticket)

    answer = window.press("reply_and_wait", TYPED + " sudah")
    saved = window.type(TYPED + " sudah kami kirim")

    assert (answer.status_code, window.box) == (409, TYPED + " sudah")
    assert "Draf dipulihkan" not in window.text
    assert (saved.status_code, kept(ticket, agent.user)) == (200, TYPED + " sudah kami kirim")


def test_refused_text_overwrites_nothing_that_another_window_has_typed(window, agent, ticket):
    other = Window(agent, ticket)
    MessageFactory(ticket=ticket)
    other.type("dari jendela lain")
    window.press("reply_and_wait", TYPED)

    saved = window.type(TYPED)

    assert (saved.status_code, saved.json()["code"]) == (409, "newer")
    assert (saved.json()["body"], kept(ticket, agent.user)) == ("dari jendela lain", "dari jendela lain")


def test_merged_windows_save_under_the_newer_page(window, agent, ticket):
    other = Window(agent, ticket)
    other.type("dari jendela lain")
    window.base = window.type(TYPED).json()["page"]

    window.type(TYPED + "\n\ndari jendela lain")

    assert kept(ticket, agent.user) == TYPED + "\n\ndari jendela lain"


def test_ticket_taken_meanwhile_keeps_the_text(window, andi, lead, ticket):
    window.type(TYPED)
    desk.assign(ticket, to=andi, by=lead.user)

    answer = window.press("reply_and_wait", TYPED)

    assert (answer.status_code, window.box) == (409, TYPED)
    assert "Andi" in window.text
    window.open()
    assert window.box == TYPED


def test_button_beside_the_box_leaves_the_draft_in_it(window, andi, lead, ticket, agent):
    window.type(TYPED)
    desk.assign(ticket, to=andi, by=lead.user)

    window.show(answer := agent.post(url(ticket), {"action": "resolve", "seen": window.seen}))

    assert (answer.status_code, window.box) == (409, TYPED)


def test_lost_permission_keeps_the_text_and_shows_it(window, agent, ticket):
    agent.user.groups.clear()
    agent.user.user_permissions.add(Permission.objects.get(codename="view_ticket"))

    saved = window.type(TYPED)
    answer = window.press("reply_and_wait", TYPED + " sudah")
    window_text, again = window.text, agent.get(url(ticket)).content.decode()

    assert (saved.status_code, answer.status_code, ticket.messages.count()) == (200, 409, 0)
    assert f'readonly aria-describedby="kept-hint">{TYPED} sudah<' in window_text
    assert f'readonly aria-describedby="kept-hint">{TYPED}<' in again


def test_draft_waits_for_who_lost_every_right(window, agent, ticket):
    window.type(TYPED)
    agent.user.groups.clear()

    assert window.type("x").status_code == 403
    assert kept(ticket, agent.user) == TYPED


def test_draft_is_thrown_away_without_script(window, agent, ticket):
    window.type(TYPED)
    window.open()

    answer = window.type(TYPED, discard="1")

    assert (answer.status_code, answer.url, Draft.objects.count()) == (303, url(ticket), 0)


def test_button_of_an_old_page_throws_nothing_newer_away(window, agent, ticket):
    window.type(TYPED)
    window.open()
    other = Window(agent, ticket)
    other.type("lebih baru")

    answer = window.type(TYPED, discard="1")

    assert kept(ticket, agent.user) == "lebih baru"
    assert "bukan draf terbaru" in str(next(iter(get_messages(answer.wsgi_request))))


@pytest.mark.parametrize(("length", "status"), [(10_000, 200), (10_001, 409)])
def test_text_that_cannot_be_sent_is_not_saved(window, length, status):
    assert window.type("a" * length).status_code == status


@pytest.mark.parametrize("page", ["", "x" * 33, "\x00", "<b>", "ä"])
def test_key_that_is_none_counts_as_none(window, agent, ticket, page):
    answer = window.type(TYPED, page=page)

    assert (answer.status_code, drafts.read(ticket, by=agent.user).page) == (200, "")


@pytest.mark.parametrize("pk", [404, 2**63])
def test_ticket_that_is_none_is_not_found(agent, pk):
    answer = agent.post(reverse("admin:tickets_draft", args=[pk]), {"body": TYPED})

    assert answer.status_code == 404


def test_draft_is_not_to_be_read_by_get(agent, ticket):
    assert agent.get(draft_url(ticket)).status_code == 405


def test_queue_shows_ones_own_drafts_only(window, agent, lead):
    window.type(TYPED)

    mine, hers = (client.get(QUEUE).context["drafted"] for client in (agent, lead))

    assert (mine, hers) == ({window.ticket.pk}, set())
