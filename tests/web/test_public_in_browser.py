"""Every public page, in every state and on every screen: for everybody to use, within the policy."""

import json

import pytest

from tests.screen_checks import SCREENS, faults, faults_under_a_thumb, speak
from tests.web.public_states import STATES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What some states are about.
MEANT = ("Failed to load resource: the server responded with a status of", "net::ERR_INTERNET_DISCONNECTED")


@pytest.mark.parametrize("screen", SCREENS)
def test_every_state_of_the_public_pages_is_sound(windows, album, screen):
    found = {}

    for name, lead in STATES.items():
        page = windows.open(**SCREENS[screen])
        speak(page, SCREENS[screen])
        with pytest.MonkeyPatch.context() as patch:
            lead(page, patch)
            album.add(page, f"public-{name}", screen)
            of_page = [each for each in windows.complaints if not any(words in each for words in MEANT)]
            of_page += faults(page, SCREENS[screen]) + faults_under_a_thumb(page)
        windows.complaints.clear()  # also of what axe has tried
        page.context.close()
        if of_page:
            found[name] = of_page

    assert found == {}, json.dumps(found, indent=1)
