"""Every page of the desk in Chromium: for everybody to use, within the policy, no wider than the screen."""

import pytest

from tests.admin.desk_urls import addresses, rows_of
from tests.admin.test_who_may_what import TABLE
from tests.factories import AgentFactory
from tests.screen_checks import SCREENS, faults, speak

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Asked for by scripts, or shown inside another page.
NO_PAGE = {
    "admin:jsi18n",
    "admin:tickets_bulkjob_progress",
    "admin:tickets_identity_picture",
    "admin:tickets_message_html",
    "admin:tickets_presence",
    "admin:tickets_queue_news",
    "admin:tickets_ticket_macros",
    "admin:tickets_ticket_screenshot",
}


def shown_to_administrators() -> list[str]:
    names = [name for name, (get, _post) in TABLE.items() if get.split()[-1] == "200"]
    return [name for name in names if name not in NO_PAGE]


@pytest.mark.parametrize("screen", ["desktop", "phone-dark"])
def test_every_page_of_the_desk_is_sound(windows, album, screen):
    administrator = AgentFactory(role="administrator")
    pages = addresses(rows_of(administrator))
    page = windows.open(user=administrator, **SCREENS[screen])
    speak(page, SCREENS[screen])
    found = {}

    for name in shown_to_administrators():
        answer = page.goto(pages[name])
        album.add(page, f"desk-{name.removeprefix('admin:')}", screen)
        of_page = [] if answer.ok else [f"status {answer.status}"]
        of_page += windows.complaints
        of_page += faults(page, SCREENS[screen])
        windows.complaints.clear()  # also of what axe has tried
        if of_page:
            found[name] = of_page

    assert found == {}


@pytest.mark.parametrize("screen", ["desktop", "phone-dark"])
def test_sign_in_is_sound(windows, album, screen):
    page = windows.open(**SCREENS[screen])
    speak(page, SCREENS[screen])
    page.goto("/desk/login/")
    album.add(page, "desk-sign-in", screen)

    assert faults(page, SCREENS[screen]) + windows.complaints == []
