import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

URL = reverse("admin:settings")


def test_settings_offer_what_the_role_may_set(administrator):
    page = administrator.get(URL)

    urls = [place["url"] for place in page.context["places"]]
    assert reverse("admin:auth_user_changelist") in urls
    assert {administrator.get(url, follow=True).status_code for url in urls} == {200}


def test_settings_are_not_for_agents(agent):
    assert agent.get(URL).status_code == 403
    assert URL not in agent.get(reverse("admin:tickets_ticket_changelist")).content.decode()


def test_settings_stand_in_the_navigation(administrator):
    assert f'href="{URL}" aria-current="true"' in administrator.get(URL).content.decode()
