"""The clock of what is promised, on a Monday to Friday from 8 to 17."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import desk, intake, lifecycle, pipeline, sla
from tickets.actors import SYSTEM, agent
from tickets.models import Ticket
from tickets.models.service import Owed
from tickets.models.ticket import HoldThen, Resolution, Status

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
HOUR = timedelta(hours=1)


def at(day, hour, minute=0):
    """A moment of the week of Monday, 23 November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=JAKARTA)


@pytest.fixture
def clock(monkeypatch):
    """Set what time it is."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(at(23, 9))
    return set_to


@pytest.fixture
def rina():
    return AgentFactory(role="lead")


@pytest.fixture
def queued(clock):
    """A ticket of normal priority (4 and 16 hours) that came to the queue on Monday at 9."""

    def make(**columns):
        ticket = TicketFactory(**columns)
        lifecycle.put_in_queue(ticket, because="triaged", by=SYSTEM)
        return ticket

    return make


def deadlines(ticket):
    ticket.refresh_from_db()
    moments = (ticket.response_due_at, ticket.resolution_due_at, ticket.due_at)
    return tuple(moment and moment.astimezone(JAKARTA) for moment in moments)


def test_first_entry_into_the_queue_starts_the_clock(queued):
    ticket = queued()

    assert deadlines(ticket) == (at(23, 13), at(24, 16), at(23, 13))


def test_intake_promises_nothing_yet(clock):
    assert deadlines(TicketFactory()) == (None, None, None)


def test_a_hold_for_self_help_has_its_own_clock_only(clock):
    ticket = TicketFactory()
    lifecycle.hold(ticket, until=at(23, 10), then=HoldThen.QUEUE, by=SYSTEM)
    held = deadlines(ticket)
    clock(at(23, 10))

    lifecycle.put_in_queue(ticket, because="hold_ended", by=SYSTEM)

    assert (held, deadlines(ticket)[0]) == ((None, None, None), at(23, 14))


def test_night_and_weekend_count_nothing(clock, queued):
    clock(at(27, 16))

    assert deadlines(queued()) == (at(30, 11), at(30, 11) + timedelta(days=1, hours=3), at(30, 11))


@pytest.mark.parametrize(
    ("priority", "response", "resolution"),
    [
        (1, at(23, 9, 30), at(23, 13)),
        (2, at(23, 10), at(23, 17)),
        (3, at(23, 13), at(24, 16)),
        (4, at(23, 17), at(27, 13)),
    ],
)
def test_targets_follow_the_priority(queued, priority, response, resolution):
    assert deadlines(queued(priority=priority)) == (response, resolution, response)


def test_only_a_humans_answer_meets_the_first_promise(queued, clock, rina, model):
    ticket = TicketFactory(description="kode otp belum masuk sudah 1 jam", tried_waiting=True)
    pipeline.triage(ticket.pk)
    ticket.refresh_from_db()
    assert ticket.first_auto_reply_at
    assert sla.owed(ticket) == Owed.RESPONSE
    clock(at(23, 9, 10))

    desk.reply_and_wait(ticket, body="Kode dikirim ulang.", by=rina)

    ticket.refresh_from_db()
    assert (ticket.first_agent_reply_at, sla.owed(ticket)) == (at(23, 9, 10), Owed.RESOLUTION)
    assert Ticket.objects.filter(sla.ANSWERED_IN_TIME).get() == ticket


def test_a_second_answer_moves_nothing(queued, clock, rina):
    ticket = queued()
    desk.reply_and_wait(ticket, body="Sudah kami kirim ulang.", by=rina)
    clock(at(24, 9))

    desk.reply_and_wait(ticket, body="Apakah sudah masuk?", by=rina)

    ticket.refresh_from_db()
    assert ticket.first_agent_reply_at == at(23, 9)
    assert deadlines(ticket)[0] == at(23, 13)


def test_clock_stands_still_while_the_requester_is_awaited(queued, clock, rina):
    ticket = queued()
    clock(at(23, 11))
    desk.reply_and_wait(ticket, body="Sudah kami kirim ulang.", by=rina)
    waiting = deadlines(ticket)
    clock(at(26, 10))

    intake.add_information(ticket, body="belum masuk juga")

    # 2 of 16 hours are used: 14 more from Thursday at 10.
    assert (waiting[2], ticket.clock_used) == (None, 2 * HOUR)
    assert deadlines(ticket) == (at(23, 13), at(27, 15), at(27, 15))


def test_an_agents_hold_keeps_what_is_left(queued, clock, rina):
    ticket = queued()
    clock(at(23, 12))
    desk.hold(ticket, until=at(24, 9), by=rina)
    clock(at(24, 9))

    desk.reopen(ticket, by=rina)

    assert deadlines(ticket)[0] == at(24, 10)


def test_what_was_late_comes_back_as_late(queued, clock, rina):
    ticket = queued()
    clock(at(23, 15))
    desk.hold(ticket, until=at(25, 9), by=rina)
    clock(at(25, 10))

    desk.reopen(ticket, by=rina)

    # Two hours of opening time ago.
    assert deadlines(ticket)[0] == at(25, 8)
    assert sla.left(ticket, at=at(25, 10)) == -2 * HOUR


def test_higher_priority_gives_credit_for_the_time_used(queued, clock, rina):
    ticket = queued()
    clock(at(23, 9, 40))

    desk.categorise(ticket, category="account_restricted", by=rina)

    ticket.refresh_from_db()
    target = sla.target_of(ticket)
    assert ticket.priority < 3
    assert deadlines(ticket)[0] == at(23, 9) + target.response


def test_priority_of_a_waiting_ticket_counts_when_it_comes_back(queued, clock, rina):
    ticket = queued()
    desk.reply_and_wait(ticket, body="Sudah kami kirim ulang.", by=rina)
    desk.categorise(ticket, category="otp_not_received", by=rina)
    Ticket.objects.filter(pk=ticket.pk).update(priority=4)
    clock(at(23, 12))

    intake.add_information(ticket, body="belum masuk juga")

    assert deadlines(ticket)[1] == at(27, 16)


def test_who_says_that_it_still_fails_is_promised_by_the_priority_they_come_back_with(queued, clock, rina):
    ticket = queued()
    clock(at(23, 10))
    desk.reply_and_wait(ticket, body="Sudah kami kirim ulang.", by=rina)
    clock(at(24, 8))

    intake.report_still_failing(ticket)

    ticket.refresh_from_db()
    # High: 8 hours, one of them used.
    assert (ticket.priority, deadlines(ticket)[2]) == (2, at(24, 15))


def resolved(ticket, clock, rina, moment):
    clock(moment)
    desk.reply_and_resolve(ticket, body="Sudah kami perbaiki.", by=rina)


def test_reopening_goes_on_with_what_was_left(queued, clock, rina):
    ticket = queued()
    resolved(ticket, clock, rina, at(23, 11))
    clock(at(26, 8))

    intake.add_information(ticket, body="kambuh lagi")

    assert deadlines(ticket)[2] == at(27, 13)


def test_reopening_leaves_the_time_of_a_first_answer_at_least(queued, clock, rina):
    ticket = queued()
    resolved(ticket, clock, rina, at(24, 15, 55))
    clock(at(26, 8))

    intake.add_information(ticket, body="kambuh lagi")

    assert deadlines(ticket)[2] == at(26, 12)


def test_reopening_keeps_late_what_was_resolved_late(queued, clock, rina):
    ticket = queued()
    resolved(ticket, clock, rina, at(25, 9))
    clock(at(26, 8))

    intake.add_information(ticket, body="kambuh lagi")

    assert deadlines(ticket)[2] < at(26, 8)


def test_reopening_what_no_human_has_answered_promises_the_answer_anew(queued, clock, rina):
    ticket = queued()
    clock(at(23, 12, 55))
    intake.confirm_fixed(ticket)
    clock(at(24, 8))

    intake.report_still_failing(ticket)

    assert deadlines(ticket)[0] == at(24, 9)


def test_a_closed_ticket_keeps_the_deadlines_it_was_resolved_by(queued, clock, rina):
    ticket = queued()
    resolved(ticket, clock, rina, at(25, 9))
    before = deadlines(ticket)
    clock(at(30, 9))
    ticket.refresh_from_db()

    lifecycle.close(ticket, by=SYSTEM)

    assert (deadlines(ticket), before) == ((at(23, 13), at(24, 16), None),) * 2


def test_silence_after_an_answer_in_time_is_resolved_in_time(queued, clock, rina):
    ticket = queued()
    clock(at(23, 11))
    desk.reply_and_wait(ticket, body="Apakah sudah masuk?", by=rina)
    clock(at(30, 11))
    ticket.refresh_from_db()

    lifecycle.resolve(ticket, resolution=Resolution.ASSUMED, by=SYSTEM)

    assert Ticket.objects.filter(sla.RESOLVED_IN_TIME).get() == ticket


def test_silence_after_an_answer_too_late_is_resolved_late(queued, clock, rina):
    ticket = queued()
    clock(at(25, 9))
    desk.reply_and_wait(ticket, body="Apakah sudah masuk?", by=rina)
    clock(at(30, 11))
    ticket.refresh_from_db()

    lifecycle.resolve(ticket, resolution=Resolution.ASSUMED, by=SYSTEM)

    now = timezone.now()
    assert Ticket.objects.filter(sla.resolved_late(now=now)).get() == ticket
    assert Ticket.objects.filter(sla.answered_late(now=now)).get() == ticket
    assert not Ticket.objects.filter(sla.RESOLVED_IN_TIME | sla.ANSWERED_IN_TIME).exists()


def test_what_the_requester_fixes_while_held_is_in_no_figure(clock):
    ticket = TicketFactory(held=True)

    lifecycle.resolve(ticket, resolution=Resolution.REQUESTER, by=SYSTEM)

    figures = sla.RESOLVED_IN_TIME | sla.ANSWERED_IN_TIME
    late = sla.resolved_late(now=timezone.now()) | sla.answered_late(now=timezone.now())
    assert not Ticket.objects.filter(figures | late).exists()


def test_open_and_overdue_is_late_without_being_resolved(queued, clock):
    overdue, _ = queued(priority=1), queued(priority=4)
    clock(at(23, 11))

    assert Ticket.objects.filter(sla.answered_late(now=timezone.now())).get() == overdue
    assert not Ticket.objects.filter(sla.resolved_late(now=timezone.now())).exists()


def test_resolved_without_an_answer_is_answered_late_only_when_it_was_overdue(queued, clock, rina):
    in_time, late = queued(), queued(priority=1)
    clock(at(23, 10))
    for ticket in (in_time, late):
        desk.resolve(ticket, by=rina)

    assert Ticket.objects.filter(sla.answered_late(now=timezone.now())).get() == late


def test_an_answer_to_a_held_ticket_is_measured_by_what_was_left(queued, clock, rina):
    ticket = queued()
    clock(at(23, 12))
    desk.hold(ticket, until=at(25, 9), by=rina)
    clock(at(24, 16))

    desk.reply_and_wait(ticket, body="Sudah kami kirim ulang.", by=rina)

    assert Ticket.objects.filter(sla.ANSWERED_IN_TIME).get() == ticket


def test_an_answer_before_the_queue_promises_nothing_about_answers(clock, rina):
    ticket = TicketFactory(held=True)
    desk.reply_and_wait(ticket, body="Kami cek dulu.", by=rina)

    intake.add_information(ticket, body="baik kak")

    assert deadlines(ticket) == (None, at(24, 16), at(24, 16))


def test_spam_that_was_none_goes_on_where_it_stopped(queued, clock, rina):
    ticket = queued()
    clock(at(23, 10))
    desk.mark_spam(ticket, by=rina)
    clock(at(24, 8))

    desk.reopen(ticket, by=rina)

    assert deadlines(ticket)[0] == at(24, 11)


@pytest.mark.parametrize("to", [Status.PENDING, Status.RESOLVED, Status.SPAM, Status.SELF_FIX])
def test_every_way_out_of_the_queue_stops_the_clock(queued, clock, rina, to):
    ticket = queued()
    clock(at(23, 10))
    columns = {
        Status.PENDING: {"pending_since_at": at(23, 10)},
        Status.RESOLVED: {"resolved_at": at(23, 10), "resolution": "agent"},
        Status.SELF_FIX: {"hold_until": at(23, 11), "hold_then": "queue"},
    }

    lifecycle._move(ticket, to, by=agent(rina), **columns.get(to, {}))

    ticket.refresh_from_db()
    assert (ticket.due_at, ticket.clock_used) == (None, HOUR)


def test_counting_twice_gives_the_same(queued, clock):
    ticket = queued()
    clock(at(25, 16))

    assert sla.counted(ticket) == sla.counted(ticket)
    assert sla.counted(ticket)["due_at"] == ticket.due_at
