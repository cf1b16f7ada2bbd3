"""The pages about triage: weeks, models, and the decision on a candidate."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from tests.factories import TicketFactory
from tests.triage.conftest import small_model, store  # noqa: F401 (fixtures)
from tickets import drift
from tickets.models import ShadowAssessment, TriageWeek
from triage.versions import PAGE, candidate, listed, put_in_use, replace_file, set_candidate

pytestmark = pytest.mark.django_db

WEEKS = reverse("admin:tickets_triageweek_changelist")
CANDIDATE = reverse("admin:tickets_candidate")
DECISION = reverse("admin:tickets_candidate_decision")


@pytest.fixture
def models(store):  # noqa: F811
    put_in_use(store, "aa1")
    set_candidate(store, "bb2")
    return store


def week(weeks_ago=0, category="other", *, triaged=10, abstained=2, corrected=4):
    monday = drift.latest_weeks(1)[0] - timedelta(weeks=weeks_ago)
    return TriageWeek.objects.create(
        week=monday, category=category, triaged=triaged, abstained=abstained, corrected=corrected
    )


def shadowed(live="other", tried="self_typo", **ticket):
    return ShadowAssessment.objects.create(
        ticket=TicketFactory(open=True, category=live, **ticket),
        version="bb2",
        category=tried,
        confidence=0.8,
        route="agent",
        live_category=live,
        live_route="agent",
    )


class Styles(HTMLParser):
    """Collects what a strict policy would refuse."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        if tag == "style" or "style" in names or any(name.startswith("on") for name in names):
            self.found.append(tag)


@pytest.mark.parametrize("path", [WEEKS, CANDIDATE])
def test_pages_are_for_leads_and_administrators(models, path, agent, lead, administrator):
    assert [client.get(path).status_code for client in (agent, lead, administrator)] == [403, 200, 200]


def test_navigation_offers_the_pages_only_to_those_who_may_see_them(agent, lead):
    queue = reverse("admin:tickets_ticket_changelist")

    assert [WEEKS in client.get(queue).content.decode() for client in (agent, lead)] == [False, True]


def test_weeks_show_shares_of_what_was_triaged_and_named(lead):
    week()
    week(1, triaged=30, abstained=3)

    page = lead.get(WEEKS)

    assert [
        (each.triaged, each.abstained_percent, each.corrected_percent) for each in page.context["weeks"]
    ] == [
        (10, 20, 50),
        (30, 10, 15),
    ]
    assert page.context["total"].triaged == 40


def test_weeks_of_one_category(lead):
    week()
    week(category="self_typo", triaged=6)

    page = lead.get(WEEKS, {"category": "self_typo"})

    assert (page.context["total"].triaged, page.context["chosen"]) == (6, "self_typo")


@pytest.mark.parametrize("category", ["", "nonsense", "' OR 1=1"])
def test_unknown_category_shows_all(lead, category):
    week()

    assert lead.get(WEEKS, {"category": category}).context["total"].triaged == 10


def test_weeks_without_anything_counted_say_so(lead):
    assert "chart__line" not in lead.get(WEEKS).content.decode()


@pytest.mark.parametrize("path", [WEEKS, CANDIDATE])
def test_pages_need_no_inline_style(lead, models, path):
    week()
    shadowed()

    page = lead.get(path)

    assert Styles(page.content.decode()).found == []
    assert "unsafe" not in page["Content-Security-Policy"]


def test_number_of_queries_does_not_depend_on_the_rows(lead, models, django_assert_num_queries):
    week()
    shadowed()
    with django_assert_num_queries(7):
        lead.get(WEEKS)
    with django_assert_num_queries(9):
        lead.get(CANDIDATE)

    week(1)
    week(category="self_typo")
    shadowed()
    shadowed()
    with django_assert_num_queries(7):
        lead.get(WEEKS)
    with django_assert_num_queries(9):
        lead.get(CANDIDATE)


def test_candidate_page_shows_where_they_differ(lead, models):
    differing = shadowed(description="salah ketik waktu daftar")
    shadowed(tried="other")

    page = lead.get(CANDIDATE)

    assert [row["ticket"] for row in page.context["differing"]] == [differing.ticket]
    assert [share["figure"] for share in page.context["shares"]][:2] == [2, "50 %"]
    assert "salah ketik waktu daftar" in page.content.decode()


def test_candidate_page_lists_the_models(lead, models):
    shown = lead.get(CANDIDATE).context["models"]

    assert [(each["version"], each["is_in_use"], each["is_candidate"]) for each in shown] == [
        ("aa1", True, False),
        ("bb2", False, True),
    ]


def test_candidate_page_without_any_model_is_a_page(lead, settings, tmp_path):
    settings.TRIAGE_MODEL_DIR = tmp_path / "nothing"

    assert lead.get(CANDIDATE).status_code == 200


def test_lead_puts_the_candidate_in_use_and_the_log_says_so(lead, models):
    answer = lead.post(DECISION, {"version": "bb2", "decision": "promote"}, follow=True)

    entry = LogEntry.objects.get()
    assert (listed(models), candidate(models)) == (["bb2", "aa1"], "")
    assert (entry.user, entry.object_id, entry.change_message) == (lead.user, "bb2", "promote")
    assert [each["version"] for each in answer.context["decisions"]] == ["bb2"]


def test_administrator_discards_the_candidate(administrator, models):
    administrator.post(DECISION, {"version": "bb2", "decision": "discard"})

    assert (listed(models), candidate(models)) == (["aa1"], "")
    assert LogEntry.objects.get().change_message == "discard"


@pytest.mark.parametrize("who", ["agent", "nobody", "client"])
def test_others_decide_nothing(request, models, who):
    answer = request.getfixturevalue(who).post(DECISION, {"version": "bb2", "decision": "promote"})

    assert answer.status_code in {302, 403}
    assert (listed(models), candidate(models), LogEntry.objects.count()) == (["aa1"], "bb2", 0)


def test_looking_at_the_address_decides_nothing(lead, models):
    assert lead.get(DECISION, {"version": "bb2", "decision": "promote"}).status_code == 405
    assert candidate(models) == "bb2"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"version": "cc3", "decision": "promote"}, 302),
        ({"version": "../aa1", "decision": "discard"}, 302),
        ({"decision": "promote"}, 302),
        ({"version": "bb2", "decision": "delete"}, 404),
        ({"version": "bb2"}, 404),
    ],
)
def test_decision_on_anything_else_changes_nothing(lead, models, data, status):
    assert lead.post(DECISION, data).status_code == status
    assert (listed(models), candidate(models), LogEntry.objects.count()) == (["aa1"], "bb2", 0)


def test_page_of_a_model_is_framed_by_its_own_policy(lead, models):
    replace_file(models / "bb2" / PAGE, b"<title>bb2</title>")

    answer = lead.get(reverse("admin:tickets_triage_model", args=["bb2"]))

    assert answer.content == b"<title>bb2</title>"
    assert "script" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("version", ["cc3", "aa1"])
def test_page_of_no_model_in_the_list_is_not_found(lead, models, version):
    replace_file(models / "cc3" / PAGE, b"not listed")

    assert lead.get(reverse("admin:tickets_triage_model", args=[version])).status_code == 404
