from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone

from tests.factories import ScreenshotFactory, TicketFactory
from tickets.models import Event

pytestmark = pytest.mark.django_db


def url(screenshot):
    return reverse("admin:tickets_ticket_screenshot", args=[screenshot.ticket_id, screenshot.public_id])


def views():
    return Event.objects.filter(kind="screenshot_viewed")


@pytest.fixture
def screenshot(settings):
    settings.SCREENSHOT_DIR.mkdir(parents=True)
    (settings.SCREENSHOT_DIR / "bersih.png").write_bytes(b"isi gambar")
    return ScreenshotFactory(
        state="clean",
        name='"; drop\r\n.html',
        original_path="",
        clean_path="bersih.png",
        cleaned_at=timezone.now(),
    )


def test_agent_gets_the_cleaned_image(agent, screenshot):
    answer = agent.get(url(screenshot))

    assert b"".join(answer.streaming_content) == b"isi gambar"
    headers = ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy")
    policy = "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert [answer[name] for name in headers] == ["image/png", "nosniff", policy]
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


def test_file_name_is_ours(agent, screenshot):
    answer = agent.get(url(screenshot))

    assert (
        answer["Content-Disposition"]
        == f'inline; filename="{screenshot.ticket.reference}-{screenshot.pk}.png"'
    )


def test_anonymous_gets_nothing(client, screenshot):
    assert client.get(url(screenshot)).status_code == 302
    assert views().count() == 0


def test_staff_without_the_right_gets_nothing(nobody, screenshot):
    assert nobody.get(url(screenshot)).status_code == 403
    assert views().count() == 0


def test_tickets_alone_do_not_open_screenshots(agent, screenshot):
    Group.objects.get(name="agent").permissions.remove(Permission.objects.get(codename="view_screenshot"))

    assert agent.get(url(screenshot)).status_code == 403


def test_every_look_is_in_the_history(agent, lead, screenshot):
    agent.get(url(screenshot))
    lead.get(url(screenshot))

    assert [(event.actor, event.data) for event in views()] == [
        (agent.user, {"screenshot": screenshot.pk}),
        (lead.user, {"screenshot": screenshot.pk}),
    ]


def test_looks_of_one_agent_within_minutes_are_one(agent, screenshot):
    agent.get(url(screenshot))
    agent.get(url(screenshot))
    views().update(created_at=timezone.now() - timedelta(minutes=6))
    agent.get(url(screenshot))

    assert views().count() == 2


@pytest.mark.parametrize("state", ["received", "unreadable"])
def test_what_is_not_cleaned_is_not_served(agent, settings, state):
    settings.SCREENSHOT_DIR.mkdir(parents=True)
    (settings.SCREENSHOT_DIR / "asli.png").write_bytes(b"asli")
    screenshot = ScreenshotFactory(state=state, original_path="asli.png")

    assert agent.get(url(screenshot)).status_code == 404


def test_screenshot_of_another_ticket_is_404(agent, screenshot):
    other = TicketFactory()
    address = reverse("admin:tickets_ticket_screenshot", args=[other.pk, screenshot.public_id])

    assert agent.get(address).status_code == 404


def test_a_lost_file_is_404_and_no_look(agent, screenshot, settings):
    (settings.SCREENSHOT_DIR / "bersih.png").unlink()

    assert agent.get(url(screenshot)).status_code == 404
    assert views().count() == 0
