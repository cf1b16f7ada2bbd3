import pytest
from django.urls import reverse

from tests.factories import AgentFactory, TicketFactory
from tickets import saved_views
from tickets.models import SavedView

pytestmark = pytest.mark.django_db

VIEWS = reverse("admin:tickets_saved_views")
QUEUE = reverse("admin:tickets_ticket_changelist")


def change(client, view, action, **data):
    return client.post(reverse("admin:tickets_saved_view", args=[view.pk]), {"action": action, **data})


def saved(client, name="OTP", query="tab=open", **columns):
    return SavedView.objects.create(user=client.user, name=name, query=query, **columns)


def test_present_filters_are_saved_and_stand_above_the_queue_with_a_count(agent):
    TicketFactory.create_batch(2, open=True, channel="api")
    TicketFactory(open=True)

    answer = agent.post(VIEWS, {"name": "  Dari   API ", "query": "channel=api&tab=open&after=1_2_3&x=y"})

    page = agent.get(answer.url)
    assert answer.url == f"{QUEUE}?tab=open&channel=api"
    assert [(each["view"].name, each["count"], each["is_here"]) for each in page.context["saved"]] == [
        ("Dari API", "2", True)
    ]


@pytest.mark.parametrize(
    "query", ["", "javascript:alert(1)", "tab=x&category=<script>", "&" * 50, "q=" + "a" * 5000]
)
def test_only_what_the_queue_itself_would_spell_is_kept(agent, query):
    agent.post(VIEWS, {"name": "aneh", "query": query})

    kept = SavedView.objects.get().query
    assert kept.startswith(("tab=open", "q=a"))
    assert len(kept) < 300


@pytest.mark.parametrize("name", ["", "   ", "\x00", "x" * 41, "OTP", "otp"])
def test_a_name_that_does_not_do_is_refused_and_given_back(agent, name):
    saved(agent, "OTP")

    answer = agent.post(VIEWS, {"name": name, "query": "tab=mine"})

    assert answer.status_code == 409
    assert answer.context["typed"] == {"name": name[:40], "query": "tab=mine"}
    assert SavedView.objects.count() == 1


def test_the_limit_is_told(agent, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 1)
    saved(agent)

    answer = agent.post(VIEWS, {"name": "dua", "query": "tab=mine"})

    assert "Anda sudah punya 1 daftar tersimpan" in answer.content.decode()


def test_views_are_renamed_moved_and_deleted(agent):
    one, two = saved(agent, "satu", position=0), saved(agent, "dua", position=1)

    change(agent, one, "rename", name="pertama")
    change(agent, two, "up")
    in_order = [view.name for view in agent.get(VIEWS).context["own"]]
    change(agent, one, "delete")

    assert in_order == ["dua", "pertama"]
    assert list(SavedView.objects.all()) == [two]


def test_leads_share_and_everybody_sees(agent, lead):
    view = saved(lead, "Untuk semua")

    change(lead, view, "share")
    seen = agent.get(QUEUE).context["saved"]
    refused = change(agent, saved(agent, "sendiri"), "share")
    change(lead, view, "unshare")

    assert [each["view"].name for each in seen] == ["Untuk semua"]
    assert (refused.status_code, SavedView.objects.filter(is_shared=True).exists()) == (409, False)


@pytest.mark.parametrize("action", ["rename", "up", "down", "share", "delete"])
def test_views_of_others_do_not_exist(agent, lead, action):
    view = saved(lead, is_shared=True)

    assert change(agent, view, action, name="x").status_code == 404
    assert SavedView.objects.get().name == "OTP"


def test_an_unknown_action_changes_nothing(agent):
    assert change(agent, saved(agent), "explode").status_code == 404


def test_a_view_of_what_is_gone_still_opens_with_a_word_about_it(agent):
    ticket = TicketFactory(open=True)
    view = saved(agent, query="tab=open&category=sudah_dihapus")

    page = agent.get(f"{QUEUE}?{view.query}")

    assert [row.ticket for row in page.context["rows"]] == [ticket]
    assert page.context["gone"] == ["Kategori"]


def test_number_of_queries_does_not_depend_on_the_views(agent, django_assert_num_queries):
    for number in range(3):
        saved(agent, f"tampilan {number}", query="tab=open&channel=api")
        with django_assert_num_queries(10):  # no rows, nothing beside them
            agent.get(QUEUE)


def test_views_are_for_who_sees_the_queue(nobody):
    view = SavedView.objects.create(user=AgentFactory(), name="x", query="tab=open")

    assert nobody.get(VIEWS).status_code == 403
    assert change(nobody, view, "delete").status_code == 403
