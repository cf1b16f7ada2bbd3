import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from tests.factories import ReadingFactory, TicketFactory
from tickets import lifecycle
from tickets.actors import SYSTEM
from tickets.models.event import EventKind

pytestmark = pytest.mark.django_db

NOTHING = {"text": "", "lines": [], "confidence": None}


def url(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


@pytest.fixture
def ticket():
    return TicketFactory(open=True)


def test_text_of_a_screenshot_is_shown_with_the_error_marked(agent, ticket):
    ReadingFactory(screenshot__ticket=ticket, text="Daftar akun\nEmail sudah terdaftar\nMasuk")

    page = agent.get(url(ticket)).content.decode()

    assert page.count("<mark>Email sudah terdaftar</mark>") == 2  # as the finding, and in the text
    assert "<mark>Daftar akun</mark>" not in page
    # 12 px around the line, in whole pixels: a comma would be no number to SVG.
    assert '<svg class="shot__marks" viewBox="0 0 1000 2000"' in page
    assert '<rect x="88" y="188" width="524" height="64"/>' in page


def test_an_error_that_fills_the_screen_is_told_once_and_marked_everywhere(agent, ticket):
    ReadingFactory(screenshot__ticket=ticket, text="Email sudah terdaftar\n" * 30 + "Akun Anda dibatasi")

    page = agent.get(url(ticket)).content.decode()

    assert page.count('class="shot__finding"') == 2
    assert page.count("<rect ") == 31


def test_text_that_is_no_known_error_is_shown_unmarked(agent, ticket):
    ReadingFactory(screenshot__ticket=ticket, text="Selamat datang")

    page = agent.get(url(ticket)).content.decode()

    assert "Selamat datang" in page
    assert "<mark>" not in page
    assert "shot__marks" not in page


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "waiting", "ended_at": None, **NOTHING}, "Being read"),
        ({"state": "unreadable", **NOTHING}, "Nothing readable on it."),
        ({"state": "skipped", **NOTHING}, "Not read: text recognition was not available."),
        ({"text": "kabur", "confidence": 0.5}, "Hard to read. Please compare with the picture."),
    ],
)
def test_a_reading_without_use_says_so(agent, ticket, columns, words):
    agent.cookies["django_language"] = "en"
    ReadingFactory(screenshot__ticket=ticket, **columns)

    assert words in agent.get(url(ticket)).content.decode()


def test_text_is_only_for_who_may_see_the_picture(agent, ticket):
    ReadingFactory(screenshot__ticket=ticket, text="Email sudah terdaftar")
    Group.objects.get(name="agent").permissions.remove(Permission.objects.get(codename="view_screenshot"))

    assert "sudah terdaftar" not in agent.get(url(ticket)).content.decode()


def test_second_look_is_told(agent, ticket):
    agent.cookies["django_language"] = "en"
    for data in ({}, {"because": "screens_read"}):
        lifecycle.record(ticket, EventKind.TRIAGED, by=SYSTEM, category="other", confidence=0.9, **data)

    entries = [entry for entry in agent.get(url(ticket)).context["entries"] if entry.kind == "event"]

    assert [entry.text for entry in entries] == [
        "categorised as Something else",
        "after reading the screenshots: categorised as Something else",
    ]
