"""A candidate model reads along, and nothing it does reaches a ticket."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tests.triage.conftest import small_model, store  # noqa: F401 (fixtures)
from tickets import desk, pipeline, shadow
from tickets.models import ShadowAssessment, Ticket
from triage import classifier
from triage.versions import put_in_use, set_candidate

pytestmark = pytest.mark.django_db


@pytest.fixture
def models(store, monkeypatch):  # noqa: F811
    monkeypatch.setattr(classifier, "LOOK_EVERY", 0)
    put_in_use(store, "aa1")
    return store


def row(live, candidate, *, human="", **columns):
    ticket = TicketFactory(open=True, category=human or live, confidence=None if human else 0.9)
    return ShadowAssessment.objects.create(
        ticket=ticket,
        version="bb2",
        category=candidate,
        confidence=0.8,
        route="agent",
        live_category=live,
        live_route="agent",
        **columns,
    )


def test_without_a_candidate_nothing_is_stored(models):
    pipeline.triage(TicketFactory().pk)

    assert ShadowAssessment.objects.count() == 0


def test_candidate_reads_what_the_model_in_use_reads(models):
    set_candidate(models, "bb2")
    ticket = TicketFactory()

    pipeline.triage(ticket.pk)

    said, live = ShadowAssessment.objects.get(), ticket.assessments.get()
    assert (said.ticket, said.version, said.live_category, said.live_route) == (
        ticket,
        "bb2",
        live.category,
        live.route,
    )
    assert (said.category, said.confidence) == (live.category, live.confidence)
    assert live.model_version == "aa1"


def test_candidate_is_not_asked_about_what_was_not_written(models, monkeypatch):
    set_candidate(models, "bb2")
    ticket, compose = TicketFactory(), pipeline.compose

    def slow_compose(*args, **kwargs):
        Ticket.objects.filter(pk=ticket.pk).update(status="spam")
        return compose(*args, **kwargs)

    monkeypatch.setattr(pipeline, "compose", slow_compose)

    pipeline.triage(ticket.pk)

    assert (ticket.assessments.count(), ShadowAssessment.objects.count()) == (0, 0)


@pytest.mark.parametrize("broken", ["assess_by", "ShadowAssessment", "classifier"])
def test_candidate_that_fails_costs_the_ticket_nothing(models, monkeypatch, broken):
    set_candidate(models, "bb2")
    monkeypatch.setattr(shadow, broken, None)
    ticket = TicketFactory()

    message = pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.category, message is None) == ("open", "otp_not_received", False)


def test_comparison_counts_where_they_differ():
    row("other", "other")
    row("other", "self_typo")
    row("other", "self_typo")

    found = shadow.compare("bb2")

    assert (found.count, found.agreed, found.pairs["other", "self_typo"]) == (3, 1, 2)
    assert [each.candidate for each in found.differing] == ["self_typo", "self_typo"]


def test_verdicts_are_of_tickets_an_agent_has_categorised():
    row("other", "self_typo")
    row("other", "self_typo", human="self_typo")
    row("other", "self_typo", human="other")
    row("other", "self_typo", human="form_rejected")
    row("other", "other", human="form_rejected")

    assert shadow.compare("bb2").verdicts == {"candidate": 1, "live": 1, "neither": 1}


def test_comparison_is_of_one_candidate_and_bounded(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(shadow, "WINDOW", 2)
    for _ in range(3):
        row("other", "self_typo")

    with django_assert_num_queries(2):
        assert (shadow.compare("bb2").count, shadow.compare("aa1").count) == (2, 0)


def test_agent_sides_with_the_candidate_by_the_desk(models):
    set_candidate(models, "bb2")
    ticket = TicketFactory()
    pipeline.triage(ticket.pk)
    ShadowAssessment.objects.update(category="self_typo")

    desk.categorise(Ticket.objects.get(pk=ticket.pk), category="self_typo", by=AgentFactory())

    assert shadow.compare("bb2").verdicts == {"candidate": 1}


def test_old_rows_are_discarded():
    row("other", "other", created_at=timezone.now() - shadow.KEPT_FOR - timedelta(days=1))
    kept = row("other", "other")

    assert shadow.discard_old() == 1
    assert ShadowAssessment.objects.get() == kept
