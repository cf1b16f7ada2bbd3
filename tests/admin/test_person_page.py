"""The pages of one person's data: named by POST, shown, exported, erased, with a receipt."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tests.privacy.conftest import ADDRESS, PHONE, budi, make_ticket  # noqa: F401 - a fixture
from tickets.models import Erasure, Ticket

pytestmark = pytest.mark.django_db

PERSONS = reverse("admin:tickets_erasure_changelist")
ERASE = {"action": "erase", "reason": "asked", "sure": "1"}


def page_of(client, who=ADDRESS):
    return client.post(PERSONS, {"who": who}).url


def test_address_of_the_page_names_nobody(lead, budi):  # noqa: F811
    page = page_of(lead)

    assert [word for word in ("budi", "santoso", "contoh", "@", "%40") if word in page] == []
    assert ADDRESS in lead.get(page).content.decode()


def test_page_shows_what_there_is_and_changes_nothing(lead, budi):  # noqa: F811
    page = lead.get(page_of(lead)).content.decode()

    assert budi.reference in page
    assert ("Tiket" in page, "Hapus untuk selamanya" in page) == (True, True)
    assert Ticket.objects.filter(pk=budi.pk).exists()


def test_ticket_page_leads_there(lead, budi):  # noqa: F811
    link = f"{reverse('admin:tickets_person')}?ticket={budi.pk}"

    assert link in lead.get(reverse("admin:tickets_ticket_change", args=[budi.pk])).content.decode()
    assert lead.get(link).context["title"] == ADDRESS


def test_lead_erases_and_gets_a_receipt(lead, budi, caplog):  # noqa: F811
    answer = lead.post(page_of(lead), ERASE, follow=True)

    receipt = Erasure.objects.get()
    words = answer.content.decode()
    assert (receipt.by, Ticket.objects.count()) == (lead.user, 0)
    assert (receipt.number in words, receipt.digest in words, "Sari" in words) == (True, True, True)
    assert [word for word in (ADDRESS, PHONE) if word in words + caplog.text] == []
    assert receipt.number in lead.get(PERSONS).content.decode()


@pytest.mark.parametrize(
    "left_out", [{"reason": ""}, {"reason": "x"}, {"sure": ""}, {"action": "x", "reason": ""}]
)
def test_nothing_is_erased_without_reason_and_confirmation(lead, budi, left_out):  # noqa: F811
    answer = lead.post(page_of(lead), {**ERASE, **left_out})

    assert (answer.status_code, bool(answer.context["refusal"])) == (400, True)
    assert (Ticket.objects.count(), Erasure.objects.count()) == (1, 0)


def test_nothing_is_erased_by_a_forged_form(lead, budi):  # noqa: F811
    page = page_of(lead)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(lead.user)

    assert strict.post(page, ERASE).status_code == 403
    assert Ticket.objects.count() == 1


def test_agents_neither_see_export_nor_erase(agent, lead, budi):  # noqa: F811
    page = page_of(lead)

    answers = [
        agent.get(page),
        agent.post(page, ERASE),
        agent.post(page, {"action": "export"}),
        agent.post(PERSONS, {"who": ADDRESS}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("right", "action"), [("add_erasure", ERASE), ("export_person", {"action": "export"})]
)
def test_who_may_look_may_not_do_more(db, lead, budi, right, action):  # noqa: F811
    lead.user.groups.get().permissions.remove(*lead.user.groups.get().permissions.filter(codename=right))

    assert lead.post(page_of(lead), action).status_code == 403
    assert Ticket.objects.count() == 1


def test_export_is_a_zip_that_is_named_after_nobody_and_kept_nowhere(lead, budi):  # noqa: F811
    answer = lead.post(page_of(lead), {"action": "export"})

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "data.json" in archive.namelist()
    assert "budi" not in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert budi.events.get(kind="exported").actor == lead.user


def test_nobody_known_is_said(lead):
    page = page_of(lead, "siti@contoh.id")

    assert lead.get(page).context["found"].is_empty is True
    assert lead.post(page, {"action": "export"}).status_code == 400


@pytest.mark.parametrize("of", ["", "x", "é", "gAAAAAB" + "x" * 80, "x" * 5000])
def test_what_is_no_seal_of_ours_leads_to_the_search(lead, of):
    answer = lead.get(reverse("admin:tickets_person"), {"of": of})

    assert (answer.status_code, answer.url) == (303, PERSONS)


@pytest.mark.parametrize("who", ["", "budi", "12", "@", "x" * 5000])
def test_what_names_nobody_is_refused_with_what_was_typed(lead, who):
    answer = lead.post(PERSONS, {"who": who})

    assert (answer.status_code, answer.context["who"]) == (400, who)


def test_others_contact_and_erasure_before_are_pointed_out(lead):
    make_ticket()
    lead.post(page_of(lead), ERASE)
    TicketFactory(registered_email="siti@contoh.id", reply_email=ADDRESS)
    AgentFactory(email=ADDRESS)

    page = lead.get(page_of(lead))

    found = page.context["found"]
    assert ([each.is_for_other for each in found.theirs], found.is_staff) == ([True], True)
    assert Erasure.objects.get().number in page.content.decode()
