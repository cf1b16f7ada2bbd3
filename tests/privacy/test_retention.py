"""What is old goes, what is not stays; whatever stops in between is finished by the next run."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import AgentFactory, MessageFactory, ReadingFactory, TicketFactory
from tests.privacy.conftest import ADDRESS, kept_mail, make_screenshot, make_ticket, traces_of_budi
from tickets import counting, linking, merging, search, suppression, tasks
from tickets.models import (
    Departed,
    Figures,
    IncomingMail,
    RawMail,
    Retention,
    Screenshot,
    SealedSecret,
    SuppressedAddress,
    Ticket,
    Trace,
)
from tickets.models.figures import Grain
from tickets.periods import day_start
from tickets.privacy import deletion, retention

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    def run(*, within=60):
        with django_capture_on_commit_callbacks(execute=True):
            return retention.run(within=within)

    return run


def ago(days):
    return timezone.now() - DAY * days


def closed(days, ticket=None, **columns):
    """A ticket that was closed so many days ago."""
    ticket = ticket or TicketFactory(closed=True, **columns)
    Ticket.objects.filter(pk=ticket.pk).update(
        status="closed", resolution="agent", due_at=None, resolved_at=ago(days), closed_at=ago(days)
    )
    ticket.screenshots.update(created_at=ago(days))
    ticket.refresh_from_db()
    return ticket


@pytest.mark.parametrize(("days", "left"), [(364, 1), (366, 0)])
def test_closed_tickets_go_after_their_time(run, days, left):
    closed(days)

    assert run()["tickets"] == 1 - left
    assert Ticket.objects.count() == left


def test_nothing_of_an_old_ticket_is_left(run):
    closed(366, make_ticket(open=True))
    Ticket.objects.update(created_at=ago(370))
    IncomingMail.objects.update(ended_at=ago(366))
    kept_mail()
    IncomingMail.objects.filter(ticket=None).update(ended_at=ago(366))
    left_in_views = ["santoso", "%40contoh.id"]
    assert len(traces_of_budi()) == 8

    run()

    assert traces_of_budi() == left_in_views  # what an agent keeps for their own eyes


def test_unfinished_tickets_stay_however_old_they_are(run):
    for kind in ("open", "held", "pending", "resolved"):
        ticket = TicketFactory(**{kind: True})
        Ticket.objects.filter(pk=ticket.pk).update(created_at=ago(2000), updated_at=ago(2000))

    run()

    assert Ticket.objects.count() == 4


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_spam_goes_sooner(run, days, left):
    Ticket.objects.filter(pk=TicketFactory(status="spam").pk).update(updated_at=ago(days))

    run()

    assert Ticket.objects.count() == left


def test_merged_tickets_go_with_the_one_they_went_into(run):
    head, other = TicketFactory(open=True), TicketFactory(open=True)
    merging.merge(other, into=head, by=AgentFactory(role="lead"))
    closed(366, head)

    assert run()["tickets"] == 2
    assert Ticket.objects.count() == 0


def test_tickets_go_in_batches_until_time_is_over(run, monkeypatch):
    monkeypatch.setattr(deletion, "AT_ONCE", 2)
    for _ in range(5):
        closed(400)

    assert run(within=-1)["tickets"] == 2
    assert Retention.objects.get(pk="tickets").is_behind is True
    assert run()["tickets"] == 3
    row = Retention.objects.get(pk="tickets")
    assert (row.is_behind, row.removed, row.total) == (False, 3, 5)


def test_zero_is_for_ever(run, settings):
    settings.TICKETS_KEPT = timedelta(0)
    closed(4000)

    run()

    assert Ticket.objects.count() == 1
    assert not Retention.objects.filter(pk="tickets").exists()


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_screenshots_go_before_their_ticket(run, days, left):
    ticket = closed(days, screen_text="Email sudah terdaftar")
    screenshot = make_screenshot(ticket, created_at=ago(days))
    ReadingFactory(screenshot=screenshot)
    assert list(search.matching(Ticket.objects.all(), "terdaftar")) == [ticket]

    run()

    assert Screenshot.objects.count() == left
    assert len(list(settings.SCREENSHOT_DIR.rglob("*.png"))) == left
    assert len(list(search.matching(Ticket.objects.all(), "terdaftar"))) == left
    said = list(ticket.events.filter(kind="discarded").values_list("data", flat=True))
    assert said == ([] if left else [{"count": 1}])


def test_screenshots_of_what_was_merged_into_a_closed_ticket_go_too(run):
    head, other = TicketFactory(open=True), TicketFactory(open=True)
    merging.merge(other, into=head, by=AgentFactory(role="lead"))
    make_screenshot(other, created_at=ago(92))
    closed(91, head)

    assert run()["screenshots"] == 1


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_sealed_secrets_go_before_their_ticket(run, days, left):
    ticket = closed(days)
    SealedSecret.objects.create(
        ticket=ticket, number=1, kind="OTP", sealed=b"x", source="description", created_at=ago(days)
    )

    run()

    assert SealedSecret.objects.count() == left


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_technical_data_goes_after_its_time_whatever_the_ticket_does(run, days, left):
    ticket = TicketFactory(open=True, ip_address="203.0.113.7", user_agent="Mozilla/5.0")
    linking.leave_traces(ticket)
    Ticket.objects.filter(pk=ticket.pk).update(created_at=ago(days))

    run()

    ticket.refresh_from_db()
    assert (ticket.ip_address, ticket.user_agent) == (("203.0.113.7", "Mozilla/5.0") if left else (None, ""))
    assert Trace.objects.filter(kind="device").count() == left
    assert Trace.objects.filter(kind="mailbox").count() == 1


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_words_of_mail_servers_go(run, days, left):
    message = MessageFactory(last_error=f"550 <{ADDRESS}>: unknown", created_at=ago(days))

    run()

    message.refresh_from_db()
    assert bool(message.last_error) == bool(left)


def test_received_mail_loses_its_source_first_and_then_goes(run):
    kept_mail()
    kept_mail(Subject="lain")

    def settle(days):
        IncomingMail.objects.update(ended_at=ago(days))
        run()
        return RawMail.objects.count(), IncomingMail.objects.count()

    assert [settle(days) for days in (89, 91, 366)] == [(2, 2), (0, 2), (0, 0)]


@pytest.mark.parametrize(("days", "left"), [(729, 1), (731, 0)])
def test_addresses_may_be_mailed_again_after_their_time(run, days, left):
    suppression.suppress(ADDRESS, reason="bounce", ticket=None)
    SuppressedAddress.objects.update(created_at=ago(days))

    run()

    assert suppression.is_suppressed(ADDRESS) == bool(left)


def test_figures_of_days_that_are_still_counted_stay(run, settings):
    settings.TICKETS_KEPT = 20 * DAY
    ticket = closed(21)
    Ticket.objects.filter(pk=ticket.pk).update(created_at=ago(22))
    start = day_start(timezone.localdate(ago(22)))
    counting.count(Grain.DAY, start)

    run()
    counting.count(Grain.DAY, start)

    assert Ticket.objects.count() == 0
    assert set(Figures.objects.values_list("arrived", flat=True)) == {1}


def test_old_tickets_leave_no_rows_for_figures(run):
    Ticket.objects.filter(pk=closed(366).pk).update(created_at=ago(370))

    run()

    assert Departed.objects.count() == 0


def test_rule_that_fails_stops_no_other_and_is_shown(run, monkeypatch):
    closed(400)
    Ticket.objects.filter(pk=TicketFactory(status="spam").pk).update(updated_at=ago(400))
    monkeypatch.setitem(retention.RULES, "tickets", failing(retention.RULES["tickets"]))

    removed = run()

    assert removed == {"spam": 1}
    assert Retention.objects.get(pk="tickets").has_failed is True
    assert Retention.objects.get(pk="spam").has_failed is False
    with pytest.raises(CommandError, match="tickets"):
        call_command("discard_old_data")


def failing(rule):
    def fail(before):
        raise RuntimeError

    return type(rule)(rule.what, rule.since, rule.setting, rule.kept, fail)


def test_deletion_that_breaks_leaves_rows_and_files(monkeypatch, run):
    ticket = closed(400)
    make_screenshot(ticket, created_at=ago(400))

    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(deletion.suppression, "forget", fail)
    run()

    assert (Ticket.objects.count(), Screenshot.objects.count()) == (1, 0)  # the screenshot had its own rule
    monkeypatch.undo()
    run()
    assert Ticket.objects.count() == 0


def test_task_runs_every_rule(rung):
    closed(400)

    tasks.discard_old_data()

    assert set(Retention.objects.values_list("rule", flat=True)) == set(retention.RULES)
    assert Ticket.objects.count() == 0


def test_command_goes_on_to_the_end(monkeypatch, capsys):
    monkeypatch.setattr(deletion, "AT_ONCE", 1)
    for _ in range(3):
        closed(400)

    call_command("discard_old_data")

    assert Ticket.objects.count() == 0
    assert "3 tickets" in capsys.readouterr().out


def test_number_of_queries_does_not_depend_on_the_tickets(django_assert_max_num_queries):
    for _ in range(10):
        ticket = closed(400)
        MessageFactory(ticket=ticket)

    with django_assert_max_num_queries(90):
        deletion.delete(list(Ticket.objects.values_list("pk", flat=True)))
