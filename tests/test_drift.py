"""Weeks of triage, counted."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, AssessmentFactory, TicketFactory
from tickets import desk, drift
from tickets.models import TriageWeek

pytestmark = pytest.mark.django_db


def assessed(*, weeks_ago=0, category="other", best=None, abstained=False, **ticket):
    at = timezone.now() - timedelta(weeks=weeks_ago)
    return AssessmentFactory(
        ticket=TicketFactory(open=True, category=category, **ticket),
        category=category,
        abstained=abstained,
        guesses=[[best or category, 0.5], ["self_typo", 0.1]],
        created_at=at,
    )


def counted():
    drift.count_weeks()
    return {
        (row.week, row.category): (row.triaged, row.abstained, row.corrected)
        for row in TriageWeek.objects.all()
    }


def this_week():
    return drift.latest_weeks(1)[0]


@pytest.mark.parametrize("day", [date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 22)])
def test_week_begins_on_monday(day):
    assert drift.week_of(day) == date(2026, 11, 16)


def test_week_counts_what_triage_said():
    assessed()
    assessed(category="self_typo")
    assessed(category="self_typo")

    assert counted() == {(this_week(), "other"): (1, 0, 0), (this_week(), "self_typo"): (2, 0, 0)}


def test_abstention_counts_for_what_it_leaned_to():
    assessed(best="form_rejected", abstained=True)

    assert counted() == {(this_week(), "form_rejected"): (1, 1, 0)}


def test_second_look_counts_instead_of_the_first():
    first = assessed(category="self_typo")
    second = AssessmentFactory(ticket=first.ticket, category="other", guesses=[["other", 0.9]])
    desk.categorise(second.ticket, category="other", by=AgentFactory())

    assert counted() == {(this_week(), "other"): (1, 0, 0)}


def test_correction_is_another_category_than_the_one_named():
    rina = AgentFactory()
    for category in ("other", "self_typo"):
        desk.categorise(assessed(category="self_typo").ticket, category=category, by=rina)
    desk.categorise(assessed(best="self_typo", abstained=True).ticket, category="form_rejected", by=rina)

    assert counted() == {(this_week(), "self_typo"): (3, 1, 1)}


def test_spam_is_not_counted():
    assessed(status="spam", due_at=None)

    assert counted() == {}


def test_ticket_assessed_twice_is_one():
    first = assessed()
    AssessmentFactory(ticket=first.ticket, category="other", guesses=[["other", 0.9]])

    assert counted() == {(this_week(), "other"): (1, 0, 0)}


def test_first_count_goes_back_as_far_as_the_page():
    assessed(weeks_ago=drift.WEEKS - 2)
    assessed(weeks_ago=drift.WEEKS + 2)

    assert len(counted()) == 1


def test_later_counts_leave_settled_weeks_alone():
    assessed(weeks_ago=1)
    assessed(weeks_ago=drift.UNSETTLED + 2)
    counted()
    assessed(weeks_ago=1)
    assessed(weeks_ago=drift.UNSETTLED + 2)

    assert sorted(counted().values()) == [(1, 0, 0), (2, 0, 0)]


def test_category_that_has_left_a_week_leaves_its_row():
    assessment = assessed()
    counted()

    desk.mark_spam(assessment.ticket, by=AgentFactory())

    assert counted() == {}


def test_counting_a_week_takes_the_same_queries_for_any_number_of_tickets(django_assert_num_queries):
    assessed()
    with django_assert_num_queries(6):
        drift.count_week(this_week())

    for _ in range(5):
        assessed()
    with django_assert_num_queries(6):
        drift.count_week(this_week())
