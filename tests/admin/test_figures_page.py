"""The page Numbers: who sees what of it, and that it shows what was counted."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import backlog, counting, desk, drift, weekly
from tickets.admin.figures_page import PERIODS
from tickets.models import Figures, OpenWork, SolvedDay, TriageWeek
from tickets.models.figures import ALL, Grain
from tickets.periods import latest

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:tickets_figures_changelist")
CHOICE = reverse("admin:tickets_weekly")


@pytest.fixture(autouse=True)
def english(agent, lead, administrator):
    for client in (agent, lead, administrator):
        client.cookies["django_language"] = "en"


def count():
    """What the task does once a minute, for the days and hours the tests look at."""
    for grain in Grain:
        counting.count(grain, latest(grain, 1)[0])
    backlog.take_stock()


def figures(days_ago=0, *, category=ALL, **columns):
    start = latest(Grain.DAY, days_ago + 1)[0]
    return Figures.objects.create(
        grain=Grain.DAY, start=start, category=category, counted_at=timezone.now(), **columns
    )


def tiles(page):
    return {tile.label: (tile.figure, tile.beside) for tile in page.context["tiles"]}


def panel(page, slug):
    return next(panel for panel in page.context["panels"] if panel.slug == slug)


class Styles(HTMLParser):
    """Collects what a strict policy would refuse."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        names = {name for name, _ in attrs}
        if (tag in {"style", "script"} and "src" not in names) or "style" in names:
            self.found.append(tag)
        self.found += [name for name in names if name.startswith("on")]


def test_page_is_for_every_role_and_for_nobody_else(agent, lead, administrator, nobody):
    assert [client.get(PAGE).status_code for client in (agent, lead, administrator, nobody)] == [
        200,
        200,
        200,
        403,
    ]


def test_new_installation_is_told_when_there_will_be_figures(agent):
    page = agent.get(PAGE)

    assert page.context["is_new"] is True
    assert "Nothing counted yet" in page.content.decode()


def test_page_shows_what_was_counted(agent, noon):
    TicketFactory(open=True)
    ticket = TicketFactory(open=True, created_at=noon - timedelta(minutes=40))
    desk.reply_and_resolve(ticket, body="Sudah.", by=agent.user)
    count()

    page = agent.get(PAGE)

    shown = tiles(page)
    assert shown["Needs an agent now"][0] == "1"
    assert (shown["Came in"][0], shown["Resolved"][0]) == ("2", "1")
    assert shown["First answer by an agent"] in {("40 min", "median of 1"), ("41 min", "median of 1")}


def test_page_says_as_of_when(agent):
    TicketFactory(open=True)
    count()

    page = agent.get(PAGE)

    assert page.context["is_late"] is False
    assert "counted <time" in page.content.decode()


def test_figures_that_nobody_counts_any_more_say_so(agent):
    TicketFactory(open=True)
    count()
    OpenWork.objects.update(taken_at=timezone.now() - timedelta(minutes=11))

    assert "Perhaps no worker or beat is running" in agent.get(PAGE).content.decode()


@pytest.mark.parametrize("period", PERIODS)
def test_every_period_has_its_hours_or_days(agent, period):
    count()

    page = agent.get(PAGE, {"period": period})

    assert page.context["period"] == period
    assert page.status_code == 200


@pytest.mark.parametrize("query", [{"period": "1y"}, {"category": "' OR 1=1"}, {"period": "<script>"}])
def test_what_is_no_choice_counts_as_not_asked_for(agent, query):
    page = agent.get(PAGE, query)

    assert (page.context["period"], page.context["category"]) == ("7d", "")


def test_category_narrows_all_of_it(agent):
    TicketFactory(open=True)
    TicketFactory(open=True, category="other")
    TicketFactory(open=True, category="other")
    count()

    page = agent.get(PAGE, {"category": "other"})

    assert (tiles(page)["Came in"][0], tiles(page)["Needs an agent now"][0]) == ("2", "2")
    assert [row.slug for row in page.context["open_table"].rows] == ["other"]


def test_confirmed_and_assumed_self_help_are_never_added_up(agent):
    figures(fix_confirmed=3, fix_assumed=5, fix_failed=1, fix_silent=1)

    page = agent.get(PAGE)

    assert tiles(page)["Self-help confirmed"] == ("30 %", "3 of 10")
    assert [(key.name, key.figure) for key in panel(page, "self_fix").keys] == [
        ("confirmed", "3"),
        ("assumed", "5"),
        ("failed", "1"),
        ("silent", "1"),
    ]


def test_automatic_and_human_answers_have_charts_of_their_own(agent):
    figures(first_auto={"40": 9}, first_human={"200": 1})

    page = agent.get(PAGE)

    assert panel(page, "first_auto").rows[-1][1] == "9"
    assert panel(page, "first_human").rows[-1][1] == "1"


def test_promises_without_any_say_so(agent):
    figures(arrived=1, resolution_met=3, resolution_breached=1)

    page = agent.get(PAGE)

    assert panel(page, "response_promise").chart is None
    assert panel(page, "resolution_promise").said == "75 % kept: 3 of 4."
    assert tiles(page)["First answers as promised"][0] == "–"


def test_coming_back_is_only_told_of_days_that_are_old_enough(agent):
    figures(0, resolved_agent=10, came_back=0)
    figures(5, resolved_agent=4, came_back=1)

    page = agent.get(PAGE)

    assert tiles(page)["Came back within 72 hours"] == ("25 %", "1 of 4")


def test_every_chart_has_its_table_and_its_words(agent):
    figures(
        5,
        arrived=1,
        resolved_agent=1,
        came_back=1,
        fix_failed=1,
        response_met=1,
        resolution_met=1,
        first_auto={"1": 1},
        first_human={"1": 1},
    )

    page = agent.get(PAGE)

    text = page.content.decode()
    charts = [panel for panel in page.context["panels"] if panel.chart]
    assert len(charts) == 7
    for each in charts:
        assert f'aria-label="{each.said}"' in text
        assert len(each.rows[0]) == len(each.head) + 1
    assert text.count("How this is counted") == len(charts) + 3


def test_agent_sees_the_team_and_themselves(agent, andi):
    TicketFactory(open=True, assignee=andi)
    TicketFactory(open=True, assignee=agent.user)
    count()

    page = agent.get(PAGE)

    assert [(row.user, row.open) for row in page.context["agents"]] == [(agent.user, 1)]
    assert tiles(page)["Needs an agent now"][0] == "2"


def test_lead_sees_every_agent_the_busiest_first(lead, agent, andi):
    for _ in range(2):
        TicketFactory(open=True, assignee=andi)
    desk.reply_and_wait(TicketFactory(open=True), body="Sudah.", by=agent.user)
    count()

    rows = lead.get(PAGE).context["agents"]

    assert (rows[0].user, rows[0].open) == (andi, 2)
    assert (rows[1].user, rows[1].pending, rows[1].answered, rows[1].answered_lately) == (agent.user, 1, 1, 1)


def test_triage_is_for_who_may_see_its_page(agent, lead):
    figures(arrived=1)
    TriageWeek.objects.create(
        week=drift.latest_weeks(1)[0], category="other", triaged=12, abstained=2, corrected=1
    )

    assert agent.get(PAGE).context["triage"] is None
    assert lead.get(PAGE).context["triage"]["right_percent"] == 90


def test_only_those_who_may_export_are_offered_it(agent, lead):
    figures(arrived=1)
    link = reverse("admin:tickets_export")

    assert [link in client.get(PAGE).content.decode() for client in (agent, lead)] == [False, True]


def test_lead_chooses_whether_the_summary_comes(lead):
    answer = lead.post(CHOICE, {"choice": "none"}, follow=True)

    assert weekly.choice_of(lead.user) == "none"
    assert 'value="none" selected' in answer.content.decode()


@pytest.mark.parametrize(("who", "choice"), [("agent", "none"), ("administrator", "en"), ("lead", "xx")])
def test_others_and_other_words_choose_nothing(request, who, choice):
    client = request.getfixturevalue(who)

    assert client.post(CHOICE, {"choice": choice}).status_code == 404
    assert weekly.choice_of(client.user) == "id"


def test_looking_at_the_choice_changes_nothing(lead):
    assert lead.get(CHOICE, {"choice": "none"}).status_code == 405
    assert weekly.choice_of(lead.user) == "id"


def test_page_needs_no_inline_style_or_script(lead):
    TicketFactory(open=True)
    count()

    page = lead.get(PAGE)

    assert Styles(page.content.decode()).found == []
    assert "unsafe" not in page["Content-Security-Policy"]


def test_agent_who_lost_the_right_is_refused(agent):
    agent.user.groups.get().permissions.remove(Permission.objects.get(codename="view_figures"))

    assert agent.get(PAGE).status_code == 403


def test_number_of_queries_depends_neither_on_tickets_nor_on_agents(lead, django_assert_num_queries):
    TicketFactory(open=True, assignee=AgentFactory(role="agent"))
    count()
    with django_assert_num_queries(14):
        lead.get(PAGE)

    for _ in range(3):
        ticket = TicketFactory(open=True, category="other")
        desk.reply_and_wait(ticket, body="Sudah.", by=AgentFactory(role="agent"))
    count()
    with django_assert_num_queries(14):
        lead.get(PAGE)


def test_page_tells_who_was_helped_before_reporting(lead):
    today = timezone.localdate()
    count()
    for days, number in ((0, 2), (3, 5), (40, 100)):
        SolvedDay.objects.create(
            day=today - timedelta(days=days), category="self_otp_waiting", language="id", number=number
        )
    SolvedDay.objects.create(day=today, category="self_typo", language="en", number=1)

    solved = lead.get(PAGE).context["solved"]
    of_one = lead.get(PAGE, {"category": "self_typo"}).context["solved"]

    assert solved["number"] == 8
    assert solved["rows"] == [("Code on its way", 7), ("Mistake in the form", 1)]
    assert of_one["number"] == 1
    assert "8 people since" in lead.get(PAGE).content.decode()
