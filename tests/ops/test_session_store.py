import pytest
from django.contrib.sessions.models import Session

from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db

# What a browser sends for "abcdefgh", a NUL and "i".
WITH_NUL = r'sessionid="abcdefgh\000i"'


def test_cookie_with_a_nul_opens_no_session(client):
    answer = client.generic("GET", "/desk/", HTTP_COOKIE=WITH_NUL)

    assert (answer.status_code, answer["Location"]) == (302, "/desk/login/?next=/desk/")


def test_who_comes_with_a_nul_can_sign_in(client):
    agent = AgentFactory(role="agent")
    typed = f"username={agent.username}&password=rahasia-sekali-123".encode()

    answer = client.generic(
        "POST", "/desk/login/", typed, "application/x-www-form-urlencoded", HTTP_COOKIE=WITH_NUL
    )

    assert answer.status_code == 302
    assert "\0" not in Session.objects.get().pk
