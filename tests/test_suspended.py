"""What becomes of a report that was held back as possible spam."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import clock, desk, intake, lifecycle, links, meters, pipeline, queue_counts, vitals
from tickets.lifecycle import ForbiddenTransition
from tickets.models import Retention, Ticket
from tickets.privacy import retention

pytestmark = pytest.mark.django_db


def counted(outcome):
    meters.keep()
    return meters.read()["kayasupport_suspended_ended_total"].get((outcome,), 0)


@pytest.fixture
def rina():
    return AgentFactory(role="agent")


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "suspended", "suspended_at": None},
        {"status": "suspended", "suspended_because": ""},
        {"status": "open"},
        {"ip_address": None, "network": "198.51.100.0/24"},
    ],
)
def test_columns_that_belong_together_are_held_by_the_database(columns):
    ticket = TicketFactory(suspended=True)

    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(**columns)


def test_no_spam_goes_on_as_if_it_had_just_come(model, rina, rung, django_capture_on_commit_callbacks):
    ticket = TicketFactory(suspended=True, created_at=timezone.now() - timedelta(days=3))

    with django_capture_on_commit_callbacks(execute=True):
        desk.release(ticket, by=rina)
    pipeline.triage(ticket.pk)

    ticket.refresh_from_db()
    assert rung == [("triage_ticket", ticket.pk)]
    assert ticket.status in {"open", "self_fix"}
    assert (ticket.suspended_at, ticket.suspended_because) == (None, "trap links")
    assert ticket.messages.get().delivery == "queued"
    assert counted("no_spam") == 1


def test_time_in_which_it_was_held_back_is_no_delay_of_triage(rina):
    ticket = TicketFactory(suspended=True, created_at=timezone.now() - timedelta(days=3))

    desk.release(ticket, by=rina)

    assert (vitals.untriaged().oldest_at, vitals.untriaged().waiting) == (None, 1)
    assert queue_counts.count_all(rina, views={})["untriaged"] == 0


def test_spam_leaves_the_list_and_can_be_brought_back(rina):
    ticket = TicketFactory(suspended=True)

    desk.mark_spam(ticket, by=rina)
    desk.reopen(ticket, by=rina)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.suspended_at) == ("open", None)
    assert counted("spam") == 1


@pytest.mark.parametrize("step", [desk.reopen, desk.resolve])
def test_nothing_else_is_done_with_it(rina, step):
    ticket = TicketFactory(suspended=True)

    with pytest.raises(ForbiddenTransition):
        step(ticket, by=rina)
    assert not lifecycle.can_categorise(ticket)


def test_only_what_is_held_back_is_released(rina):
    with pytest.raises(ForbiddenTransition):
        desk.release(TicketFactory(open=True), by=rina)


def test_undecided_for_14_days_becomes_spam_and_is_kept_on():
    now = timezone.now()
    old = TicketFactory(suspended=True, suspended_at=now - timedelta(days=14, minutes=1))
    young = TicketFactory(suspended=True, suspended_at=now - timedelta(days=13, hours=23))

    retention.run()

    old.refresh_from_db()
    young.refresh_from_db()
    event = old.events.get()
    assert (old.status, young.status) == ("spam", "suspended")
    assert (event.actor_kind, event.data["because"]) == ("system", "undecided")
    assert Retention.objects.get(pk="suspended").total == 1
    assert counted("undecided") == 1


def test_undecided_is_kept_for_ever_where_the_setting_says_so(settings):
    settings.SUSPENDED_KEPT = timedelta(0)
    TicketFactory(suspended=True, suspended_at=timezone.now() - timedelta(days=400))

    retention.run()

    assert Ticket.objects.get().status == "suspended"


def test_giving_up_takes_a_batch_at_a_time(monkeypatch):
    monkeypatch.setattr(clock, "BATCH", 2)
    TicketFactory.create_batch(3, suspended=True, suspended_at=timezone.now() - timedelta(days=20))

    numbers = [clock.give_up_on_suspended(before=timezone.now()) for _ in range(3)]

    assert numbers == [2, 1, 0]


def test_status_page_says_that_a_person_reads_it(client):
    ticket = TicketFactory(suspended=True)

    page = client.get(links.status_path(ticket)).text

    assert "petugas kami membacanya dulu" in page
    assert ticket.reference in page
    assert "Masih gagal" not in page
    assert "spam" not in page.lower().replace("folder spam", "")


def test_history_of_the_requester_says_that_it_was_read(client, model, rina):
    ticket = TicketFactory(suspended=True)
    desk.release(ticket, by=rina)
    pipeline.triage(ticket.pk)

    assert "Petugas kami sudah membaca laporan Anda." in client.get(links.status_path(ticket)).text


def test_api_says_that_a_person_reads_it(client):
    ticket = TicketFactory(suspended=True)

    url = f"/api/v1/tickets/{ticket.reference}/"
    headers = {"Authorization": f"Bearer {links.token_for(ticket)}", "Accept-Language": "en"}
    answer = client.get(url, headers=headers).json()

    assert (answer["status"], "reads it first" in answer["status_text"]) == ("new", True)


def test_vitals_count_what_waits_for_a_decision():
    since = timezone.now() - timedelta(days=2)
    TicketFactory(suspended=True, suspended_at=since)
    TicketFactory(suspended=True)

    found = vitals.suspended()

    assert (found.waiting, found.oldest_at) == (2, since)


def test_person_held_back_is_not_found_again_among_reports():
    TicketFactory(suspended=True, registered_email="budi@contoh.id")

    assert Ticket.objects.of_person("budi@contoh.id").count() == 0


def test_still_failing_of_spam_still_brings_a_person_to_the_agents(rina):
    ticket = TicketFactory(suspended=True)
    desk.mark_spam(ticket, by=rina)

    intake.report_still_failing(ticket)

    ticket.refresh_from_db()
    assert ticket.status == "open"
