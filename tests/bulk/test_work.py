from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import desk
from tickets.bulk import jobs, tasks, work
from tickets.models import BulkItem, BulkJob, Macro, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def rina():
    return AgentFactory(role="agent")


@pytest.fixture
def sari():
    return AgentFactory(role="lead", first_name="Sari")


def pks(tickets):
    return [ticket.pk for ticket in tickets]


def done(job):
    """Work until nothing is left; then the job, and the state of each item in the order of tickets."""
    while work.work(job.pk):
        pass
    job.refresh_from_db()
    return job.state, list(job.items.order_by("ticket").values_list("state", flat=True))


def test_work_changes_every_ticket_and_ends(sari, rina):
    tickets = TicketFactory.create_batch(3, open=True)
    job = jobs.start(kind="assign", choice=str(rina.pk), pks=pks(tickets), by=sari)

    outcome = done(job)

    assert outcome == ("finished", ["done"] * 3)
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {rina.pk}
    assert [ticket.events.get().actor for ticket in tickets] == [sari] * 3


def test_work_refuses_what_one_alone_would_be_refused(rina, sari):
    theirs = TicketFactory(open=True, assignee=sari)
    over = TicketFactory(closed=True)
    free = TicketFactory(open=True)
    job = jobs.start(kind="resolve", choice="", pks=pks([theirs, over, free]), by=rina)

    outcome = done(job)

    assert outcome == ("finished", ["refused", "refused", "done"])
    assert list(job.items.order_by("ticket").values_list("because", flat=True)) == ["not_yours", "status", ""]
    theirs.refresh_from_db()
    assert theirs.status == "open"


def test_work_tells_what_was_so_already(sari, rina):
    ticket = TicketFactory(open=True, assignee=rina)
    job = jobs.start(kind="assign", choice=str(rina.pk), pks=[ticket.pk], by=sari)

    assert done(job) == ("finished", ["same"])


def test_work_changes_nothing_once_the_right_is_lost(sari):
    ticket = TicketFactory(open=True)
    job = jobs.start(kind="spam", choice="", pks=[ticket.pk], by=sari)
    sari.is_active = False
    sari.save()

    assert done(job) == ("finished", ["refused"])
    assert job.items.get().because == "no_right"


def test_work_gives_nothing_to_a_colleague_who_has_left(sari, rina):
    ticket = TicketFactory(open=True)
    job = jobs.start(kind="assign", choice=str(rina.pk), pks=[ticket.pk], by=sari)
    rina.groups.clear()

    assert done(job) == ("finished", ["refused"])
    assert job.items.get().because == "gone"


def test_work_goes_on_behind_a_ticket_that_breaks_it(sari, monkeypatch):
    first, second = TicketFactory.create_batch(2, open=True)
    real = desk.lifecycle.mark_spam

    def breaks(ticket, **kwargs):
        if ticket.pk == first.pk:
            raise RuntimeError
        real(ticket, **kwargs)

    monkeypatch.setattr(desk.lifecycle, "mark_spam", breaks)
    job = jobs.start(kind="spam", choice="", pks=pks([first, second]), by=sari)

    assert done(job) == ("finished", ["refused", "done"])
    assert job.items.get(ticket=first).because == "failed"


def test_work_takes_a_list_as_it_was_at_the_start(sari):
    inside = TicketFactory.create_batch(3, open=True)
    TicketFactory(open=True, category="form_rejected")
    TicketFactory(held=True, category="otp_not_received")
    query = {"tab": "open", "category": "otp_not_received"}
    job = jobs.start_on_list(kind="resolve", choice="", query=query, by=sari)
    TicketFactory(open=True)

    outcome = done(job)

    assert outcome == ("finished", ["done"] * 3)
    assert set(Ticket.objects.filter(status="resolved").values_list("pk", flat=True)) == set(pks(inside))


def test_work_takes_no_more_of_a_list_than_the_limit(sari, monkeypatch):
    monkeypatch.setattr(work, "LIMIT", 3)
    monkeypatch.setattr(work, "GATHERED_AT_ONCE", 2)
    tickets = TicketFactory.create_batch(4, open=True)
    job = jobs.start_on_list(kind="resolve", choice="", query={"tab": "open"}, by=sari)

    assert done(job) == ("finished", ["done"] * 3)
    assert set(job.items.values_list("ticket", flat=True)) == set(pks(tickets[:3]))


def test_work_stops_when_somebody_stops_it(sari):
    tickets = TicketFactory.create_batch(3, open=True)
    job = jobs.start(kind="resolve", choice="", pks=pks(tickets), by=sari)

    jobs.stop(job)

    assert done(job) == ("stopped", ["waiting"] * 3)


def test_work_is_one_workers_at_a_time(sari):
    job = jobs.start(kind="resolve", choice="", pks=[TicketFactory(open=True).pk], by=sari)
    BulkJob.objects.claim(job.pk)

    assert work.work(job.pk) is False
    assert job.items.get().state == "waiting"


def test_work_leaves_out_the_ticket_at_which_its_workers_died(sari, settings):
    tickets = TicketFactory.create_batch(2, open=True)
    job = jobs.start(kind="resolve", choice="", pks=pks(tickets), by=sari)
    long_ago = timezone.now() - timedelta(hours=1)
    BulkJob.objects.update(attempts=settings.MAX_ATTEMPTS, lease_until=long_ago)

    assert done(job) == ("finished", ["refused", "done"])


def test_task_rings_again_while_something_is_left(sari, rung, monkeypatch):
    job = jobs.start(kind="resolve", choice="", pks=pks(TicketFactory.create_batch(2, open=True)), by=sari)
    monkeypatch.setattr(work, "TURN", 0.0)

    tasks.work_bulk_job(job.pk)

    assert rung == [("tickets.bulk.tasks.work_bulk_job", job.pk)]


def test_sweep_rings_for_jobs_without_a_worker(sari, rung):
    waiting = jobs.start(kind="resolve", choice="", pks=[TicketFactory(open=True).pk], by=sari)
    taken = jobs.start(kind="resolve", choice="", pks=[TicketFactory(open=True).pk], by=sari)
    BulkJob.objects.claim(taken.pk)
    over = jobs.start(kind="resolve", choice="", pks=[TicketFactory(open=True).pk], by=sari)
    done(over)

    tasks.sweep_bulk_jobs()

    assert rung == [("tickets.bulk.tasks.work_bulk_job", waiting.pk)]


def test_reply_fills_in_each_tickets_own_data(sari):
    macro = Macro.objects.create(
        title="Kirim ulang",
        key="coba",
        body_id="{reference}: sudah dikirim.",
        body_en="Sent.",
        after="resolve",
    )
    tickets = TicketFactory.create_batch(2, open=True)
    job = jobs.start(kind="reply", choice=str(macro.pk), pks=pks(tickets), by=sari)

    assert done(job) == ("finished", ["done"] * 2)
    assert [ticket.messages.get().body for ticket in tickets] == [
        f"{ticket.reference}: sudah dikirim." for ticket in tickets
    ]
    assert set(Ticket.objects.values_list("status", flat=True)) == {"resolved"}


def test_reply_with_a_macro_that_was_withdrawn_sends_nothing(sari):
    macro = Macro.objects.create(title="Lama", key="lama", body_id="a", body_en="b", is_active=False)
    ticket = TicketFactory(open=True)
    job = jobs.start(kind="reply", choice=str(macro.pk), pks=[ticket.pk], by=sari)

    assert done(job) == ("finished", ["refused"])
    assert ticket.messages.count() == 0


def test_reply_cannot_be_undone(sari):
    macro = Macro.objects.create(title="Kirim", key="kirim-coba", body_id="a", body_en="b")
    job = jobs.start(kind="reply", choice=str(macro.pk), pks=[TicketFactory(open=True).pk], by=sari)
    done(job)

    with pytest.raises(jobs.NotUndoable):
        jobs.undo(job, by=sari)


# Undoing


def undone(job, *, by):
    jobs.undo(job, by=by)
    return done(job)


def test_undo_gives_back_who_had_the_ticket(sari, rina):
    andi = AgentFactory(role="agent")
    tickets = [TicketFactory(open=True, assignee=andi), TicketFactory(open=True)]
    job = jobs.start(kind="assign", choice=str(rina.pk), pks=pks(tickets), by=sari)
    done(job)

    assert undone(job, by=sari) == ("undone", ["undone"] * 2)
    assert list(Ticket.objects.order_by("pk").values_list("assignee", flat=True)) == [andi.pk, None]


def test_undo_gives_back_category_share_and_priority(sari):
    ticket = TicketFactory(open=True, second_category="form_rejected", second_confidence=0.2, priority=3)
    columns = ("category", "confidence", "second_category", "second_confidence", "priority")
    before = Ticket.objects.values(*columns).get()
    job = jobs.start(kind="categorise", choice="account_restricted", pks=[ticket.pk], by=sari)
    done(job)
    assert Ticket.objects.get().category == "account_restricted"

    undone(job, by=sari)

    assert Ticket.objects.values(*columns).get() == before


@pytest.mark.parametrize(("kind", "trait"), [("resolve", "open"), ("resolve", "pending"), ("spam", "open")])
def test_undo_brings_the_ticket_back(sari, kind, trait):
    ticket = TicketFactory(**{trait: True})
    before = ticket.status
    job = jobs.start(kind=kind, choice="", pks=[ticket.pk], by=sari)
    done(job)

    assert undone(job, by=sari) == ("undone", ["undone"])
    ticket.refresh_from_db()
    assert ticket.status == before


def test_undo_leaves_what_somebody_decided_since(sari, rina):
    ticket = TicketFactory(open=True)
    job = jobs.start(kind="resolve", choice="", pks=[ticket.pk], by=sari)
    done(job)
    desk.reopen(ticket, by=rina)
    desk.resolve(ticket, by=rina)

    assert undone(job, by=sari) == ("undone", ["kept"])
    assert job.items.get().because == "changed"
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_undo_takes_back_what_a_stopped_job_did(sari):
    tickets = TicketFactory.create_batch(2, open=True)
    job = jobs.start(kind="resolve", choice="", pks=pks(tickets), by=sari)
    work._change(job.items.first().pk, job, by=sari)
    jobs.stop(job)

    assert undone(job, by=sari) == ("undone", ["undone", "waiting"])


def test_undo_once_only(sari):
    job = jobs.start(kind="resolve", choice="", pks=[TicketFactory(open=True).pk], by=sari)
    done(job)
    undone(job, by=sari)

    with pytest.raises(jobs.NotUndoable):
        jobs.undo(job, by=sari)


def test_undo_is_refused_while_at_work(sari):
    job = jobs.start(kind="resolve", choice="", pks=[TicketFactory(open=True).pk], by=sari)

    with pytest.raises(jobs.NotUndoable):
        jobs.undo(job, by=sari)


def test_undo_needs_the_right_still(sari):
    job = jobs.start(kind="spam", choice="", pks=[TicketFactory(open=True).pk], by=sari)
    done(job)
    outsider = AgentFactory()
    outsider.user_permissions.add(Permission.objects.get(codename="view_ticket"))

    assert undone(job, by=outsider) == ("undone", ["kept"])
    assert BulkItem.objects.get().because == "no_right"
