"""Nothing of the desk opens to who owes a second factor."""

import pytest
from django.urls import reverse

from tests.admin.conftest import signed_in
from tests.admin.desk_urls import addresses
from tests.factories import AgentFactory
from tests.one_time_codes import give_app
from tickets.admin.second_factor_gate import OPEN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def needed(settings):
    settings.STAFF_NEED_TWO_FACTOR = True


@pytest.fixture
def owing():
    """Everything is allowed to them; only the second factor is missing."""
    return signed_in(AgentFactory(role="administrator", is_superuser=True))


@pytest.mark.parametrize("method", ["get", "post", "head", "put"])
def test_every_page_of_the_desk_leads_to_setting_one_up(owing, method):
    shut = {name: url for name, url in addresses().items() if name not in OPEN}

    answers = {name: getattr(owing, method)(url) for name, url in shut.items()}

    elsewhere = {
        name for name, answer in answers.items() if getattr(answer, "url", "") != reverse("mfa_index")
    }
    assert len(answers) > 30
    assert elsewhere == set()


def test_names_that_stay_open_exist():
    assert set(addresses()) >= OPEN


def test_scripts_and_images_are_refused_rather_than_led(owing):
    answer = owing.get(reverse("admin:tickets_ticket_changelist"), headers={"Sec-Fetch-Mode": "cors"})

    assert (answer.status_code, answer["Content-Type"], answer.content) == (403, "text/plain", b"")


def test_set_up_page_says_why_and_offers_no_dead_ends(owing):
    page = owing.get(reverse("mfa_index")).content.decode()

    assert "kata sandi saja tidak cukup" in page
    assert 'class="desk-nav"' not in page


def test_gate_opens_with_a_second_factor(owing):
    give_app(owing.user)

    assert owing.get(reverse("admin:tickets_ticket_changelist")).status_code == 200


def test_gate_shuts_again_when_it_is_removed(owing):
    give_app(owing.user)
    owing.user.authenticator_set.all().delete()

    assert owing.get(reverse("admin:tickets_ticket_changelist")).url == reverse("mfa_index")


def test_gate_is_open_where_none_is_needed(owing, settings):
    settings.STAFF_NEED_TWO_FACTOR = False

    assert owing.get(reverse("admin:tickets_ticket_changelist")).status_code == 200


def test_public_pages_do_not_ask(owing):
    assert owing.get(reverse("report")).status_code == 200


def test_signing_out_is_always_possible(owing):
    assert owing.post(reverse("admin:logout")).status_code == 200
