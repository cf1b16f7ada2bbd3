import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.factories import AgentFactory, MessageFactory, TicketFactory
from tickets import desk, intake, lifecycle, merging, sla
from tickets.actors import SYSTEM
from tickets.lifecycle import ForbiddenTransition
from tickets.merging import NotMerged, SameTicket, TakesNoneIn, TooManyMerged
from tickets.models import Merge, Message, Ticket
from tickets.standing import standing_answer

pytestmark = pytest.mark.django_db


def hours(count):
    return timezone.now() + timedelta(hours=count)


def columns(ticket):
    """Every column but those that no undoing can give back."""
    row = Ticket.objects.filter(pk=ticket.pk).values().get()
    del row["updated_at"]
    return row


def told(ticket):
    return ticket.messages.filter(purpose="merged")


@pytest.fixture
def rina():
    return AgentFactory(role="agent")


@pytest.fixture
def lead():
    return AgentFactory(role="lead")


def test_merge_lets_the_ticket_go_on_in_the_other(rina):
    ticket, into = TicketFactory(open=True), TicketFactory(open=True)

    merging.merge(ticket, into=into, by=rina)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.merged_into, ticket.due_at) == ("merged", into, None)
    moved, joined = ticket.events.get(), into.events.get()
    assert (moved.data["reference"], moved.actor) == (into.reference, rina)
    assert (joined.kind, joined.data) == ("joined", {"other": ticket.pk, "reference": ticket.reference})


def test_merge_moves_no_row(rina):
    ticket, into = TicketFactory(open=True), TicketFactory(open=True)
    message = MessageFactory(ticket=ticket)

    merging.merge(ticket, into=into, by=rina)

    message.refresh_from_db()
    assert message.ticket == ticket


def test_merge_gives_the_higher_priority_and_the_clock_that_has_run_longer(rina):
    ticket = TicketFactory(open=True, priority=2, clock_used=timedelta(hours=3), breached="response")
    into = TicketFactory(open=True, priority=3, clock_used=timedelta(hours=1))

    merging.merge(ticket, into=into, by=rina)

    into.refresh_from_db()
    assert (into.priority, into.clock_used, into.queued_at) == (2, ticket.clock_used, ticket.queued_at)
    assert into.breached == "response"
    assert columns(into) == columns(into) | sla.counted(into)


def test_merge_of_one_that_asks_for_less_changes_no_deadline(rina):
    ticket = TicketFactory(open=True, priority=4)
    into = TicketFactory(open=True, priority=2, clock_used=timedelta(hours=1))
    before = columns(into)

    merging.merge(ticket, into=into, by=rina)

    assert columns(into) == before


def test_merge_leaves_a_kept_promise_as_it_is(rina):
    kept = hours(-2)
    ticket = TicketFactory(open=True, clock_used=timedelta(hours=9))
    into = TicketFactory(open=True, response_due_at=kept, first_agent_reply_at=hours(-2.5))

    merging.merge(ticket, into=into, by=rina)

    into.refresh_from_db()
    assert (into.response_due_at, into.clock_used) == (kept, ticket.clock_used)


def test_merge_lets_a_clock_that_stood_still_run(rina):
    ticket, into = TicketFactory(open=True), TicketFactory(held=True, clock_used=timedelta(hours=2))

    merging.merge(ticket, into=into, by=rina)

    into.refresh_from_db()
    assert (into.status, into.clock_used) == ("open", timedelta(hours=2))
    assert into.queued_at >= ticket.queued_at


@pytest.mark.parametrize(
    ("ticket", "into", "status"),
    [
        ("open", "open", "open"),
        ("open", "held", "open"),
        ("open", "pending", "open"),
        ("held", "open", "open"),
        ("held", "held", "self_fix"),
        ("held", "pending", "open"),
        ("pending", "pending", "pending"),
        ("pending", "held", "open"),
    ],
)
def test_merge_brings_what_stood_differently_before_an_agent(ticket, into, status, rina):
    ticket, into = TicketFactory(**{ticket: True}), TicketFactory(**{into: True})

    merging.merge(ticket, into=into, by=rina)

    into.refresh_from_db()
    assert into.status == status


@pytest.mark.parametrize("state", ["resolved", "closed", "spam", "new", "merged"])
def test_merge_into_what_takes_none_in_is_refused(state, rina):
    into = in_state(state)
    ticket = TicketFactory(open=True)
    before = columns(ticket), columns(into)

    with pytest.raises(TakesNoneIn):
        merging.merge(ticket, into=into, by=rina)

    assert (columns(ticket), columns(into)) == before


@pytest.mark.parametrize("state", ["resolved", "closed", "spam", "new", "merged"])
def test_merge_of_what_cannot_go_in_is_refused(state, rina):
    ticket = in_state(state)

    with pytest.raises(ForbiddenTransition):
        merging.merge(ticket, into=TicketFactory(open=True), by=rina)


def in_state(state):
    if state == "merged":
        return TicketFactory(status="merged", merged_into=TicketFactory(open=True))
    return TicketFactory(status=state) if state in {"spam", "new"} else TicketFactory(**{state: True})


def test_merge_into_itself_is_refused(rina):
    ticket = TicketFactory(open=True)

    with pytest.raises(SameTicket):
        merging.merge(ticket, into=ticket, by=rina)


def test_a_circle_is_refused(rina):
    ticket, into = TicketFactory(open=True), TicketFactory(open=True)
    merging.merge(ticket, into=into, by=rina)

    with pytest.raises(TakesNoneIn):
        merging.merge(into, into=ticket, by=rina)


def test_too_many_are_refused(rina, monkeypatch):
    monkeypatch.setattr(merging, "MOST_MERGED", 1)
    into = TicketFactory(open=True)
    merging.merge(TicketFactory(open=True), into=into, by=rina)

    with pytest.raises(TooManyMerged):
        merging.merge(TicketFactory(open=True), into=into, by=rina)


@pytest.mark.parametrize("taken", ["ticket", "into"])
def test_merge_is_for_who_may_work_both(taken, rina, lead):
    pair = {"ticket": TicketFactory(open=True), "into": TicketFactory(open=True)}
    desk.take(pair[taken], by=lead)

    with pytest.raises(desk.NotYours) as refused:
        merging.merge(pair["ticket"], into=pair["into"], by=rina)

    assert (refused.value.ticket, Merge.objects.count()) == (pair[taken], 0)
    merging.merge(pair["ticket"], into=pair["into"], by=lead)
    with pytest.raises(desk.NotYours):
        merging.undo_merge(pair["ticket"], by=rina)


def test_merge_is_one_row_at_a_time_for_the_database(rina):
    ticket, into = TicketFactory(open=True), TicketFactory(open=True)
    merging.merge(ticket, into=into, by=rina)
    again = {"ticket": ticket, "into": into, "ticket_was": {}, "into_was": {}, "into_made": {}}

    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.create(**again)
    with pytest.raises(IntegrityError), transaction.atomic():
        Merge.objects.create(**{**again, "ticket": into})


# ---- Of one that holds others


def test_merge_of_one_that_holds_others_takes_them_along(rina):
    first, second, third = (TicketFactory(open=True) for _ in range(3))
    merging.merge(first, into=second, by=rina)

    merging.merge(second, into=third, by=rina)

    first.refresh_from_db()
    assert first.merged_into == third
    assert first.events.last().data == {"other": third.pk, "reference": third.reference}


def test_undo_gives_it_back_what_it_held(rina):
    tickets = [TicketFactory(open=True) for _ in range(4)]
    for ticket, into in itertools.pairwise(tickets):
        merging.merge(ticket, into=into, by=rina)

    merging.undo_merge(tickets[2], by=rina)

    assert list(Ticket.objects.order_by("pk").values_list("merged_into", flat=True)) == [
        tickets[2].pk,
        tickets[2].pk,
        None,
        None,
    ]


def test_undo_of_one_that_was_taken_along_leaves_the_others(rina):
    first, second, third = (TicketFactory(open=True) for _ in range(3))
    merging.merge(first, into=second, by=rina)
    merging.merge(second, into=third, by=rina)

    merging.undo_merge(first, by=rina)
    merging.undo_merge(second, by=rina)

    assert set(Ticket.objects.values_list("status", "merged_into")) == {("open", None)}


# ---- Undo


def test_undo_of_none_is_refused(rina):
    with pytest.raises(NotMerged):
        merging.undo_merge(TicketFactory(open=True), by=rina)


def test_undo_of_a_merge_nobody_remembers_brings_it_before_the_agents(rina):
    ticket = TicketFactory(status="merged", merged_into=TicketFactory(open=True))

    merging.undo_merge(ticket, by=rina)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.merged_into) == ("open", None)


def test_undo_takes_no_hold_up_again_that_has_run_out(rina):
    ticket = TicketFactory(held=True)
    into = TicketFactory(held=True)
    merging.merge(ticket, into=into, by=rina)
    merge = Merge.objects.get()
    merge.ticket_was["hold_until"] = hours(-1).isoformat()
    merge.save()

    merging.undo_merge(ticket, by=rina)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.hold_until) == ("open", None)
    assert ticket.events.last().data["because"] == "unmerged_queued"


@pytest.mark.parametrize("state", ["held", "pending"])
def test_undo_lets_nobody_wait_who_wrote_meanwhile(state, rina):
    ticket, into = TicketFactory(**{state: True}), TicketFactory(**{state: True})
    merging.merge(ticket, into=into, by=rina)
    intake.add_information(ticket, body="masih belum")

    merging.undo_merge(ticket, by=rina)

    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_undo_leaves_what_the_other_one_has_become_since(rina):
    ticket, into = TicketFactory(open=True, priority=1), TicketFactory(held=True, priority=3)
    merging.merge(ticket, into=into, by=rina)
    desk.reply_and_wait(into, body="Sudah kami kirim ulang.", by=rina)
    desk.categorise(into, category="other", by=rina)
    into.refresh_from_db()
    chosen = into.priority

    merging.undo_merge(ticket, by=rina)

    into.refresh_from_db()
    assert (into.status, into.priority) == ("pending", chosen)


def test_undo_of_the_first_of_two_leaves_what_the_second_gave(rina):
    into = TicketFactory(open=True, priority=4)
    first = TicketFactory(open=True, priority=2, clock_used=timedelta(hours=9))
    second = TicketFactory(open=True, priority=3, clock_used=timedelta(hours=5))
    before = columns(into)
    for ticket in (first, second):
        merging.merge(ticket, into=into, by=rina)

    merging.undo_merge(first, by=rina)
    into.refresh_from_db()
    without_first = into.priority, into.clock_used
    merging.undo_merge(second, by=rina)

    assert without_first == (3, second.clock_used)
    assert columns(into) == before


def test_undo_counts_deadlines_anew_when_that_was_done_meanwhile(rina):
    ticket, into = TicketFactory(open=True, priority=1), TicketFactory(open=True, priority=3)
    merging.merge(ticket, into=into, by=rina)
    Ticket.objects.filter(pk=into.pk).update(resolution_due_at=hours(1))

    merging.undo_merge(ticket, by=rina)

    into.refresh_from_db()
    assert into.priority == 3
    assert columns(into) == columns(into) | sla.counted(into)


def test_undo_of_the_first_of_two_that_ask_the_same_leaves_it(rina):
    into = TicketFactory(open=True, priority=4)
    tickets = [TicketFactory(open=True, priority=2) for _ in range(2)]
    for ticket in tickets:
        merging.merge(ticket, into=into, by=rina)

    merging.undo_merge(tickets[0], by=rina)

    into.refresh_from_db()
    assert into.priority == 2


LATER = st.datetimes(datetime(2030, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))
LATELY = st.timedeltas(timedelta(minutes=1), timedelta(days=3)).map(lambda age: timezone.now() - age)


@st.composite
def unfinished(draw):
    state = draw(st.sampled_from(["open", "held", "pending"]))
    row = {
        state: True,
        "priority": draw(st.integers(1, 4)),
        "clock_used": draw(st.timedeltas(timedelta(), timedelta(hours=30))),
        "first_agent_reply_at": draw(st.none() | LATELY),
        "breached": draw(st.sampled_from(["", "response", "resolution"])),
        "attention": draw(st.sampled_from(["", "mail_failed"])),
    }
    if state == "open":
        return {**row, "queued_at": draw(LATELY)}
    if state == "held":
        row |= {"hold_until": draw(LATER), "hold_then": draw(st.sampled_from(["queue", "resolve"]))}
    return {**row, "response_due_at": draw(st.none() | LATELY), "resolution_due_at": draw(st.none() | LATELY)}


@given(rows=st.lists(unfinished(), min_size=2, max_size=4), order=st.randoms(use_true_random=False))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_merges_that_are_undone_in_any_order_leave_every_column_as_it_was(rows, order, rina):
    tickets = [TicketFactory(**row) for row in rows]
    before = [columns(each) for each in tickets]
    into, *others = tickets

    for ticket in others:
        merging.merge(ticket, into=into, by=rina)
    merged, now = Ticket.objects.get(pk=into.pk), timezone.now()
    assert merged.priority == min(each["priority"] for each in before)
    assert all(sla.used(merged, at=now) >= sla.used(each, at=now) for each in tickets)
    for ticket in order.sample(others, k=len(others)):
        merging.undo_merge(ticket, by=rina)

    assert [columns(each) for each in tickets] == before


# ---- What the requester is told


def test_requester_is_told_once(rina, rung, django_capture_on_commit_callbacks):
    ticket = TicketFactory(open=True, registered_email="budi@contoh.id")
    into, other = (TicketFactory(open=True, registered_email="budi@contoh.id") for _ in range(2))

    with django_capture_on_commit_callbacks(execute=True):
        merging.merge(ticket, into=into, by=rina)

    notice = told(ticket).get()
    assert (notice.delivery, notice.recipient, notice.kind) == ("queued", "budi@contoh.id", "auto_reply")
    assert into.reference in notice.body
    assert rung == [("deliver_message", notice.pk)]
    told(ticket).update(delivery="sent", sent_at=timezone.now())
    for _ in range(2):
        merging.undo_merge(ticket, by=rina)
        merging.merge(ticket, into=other, by=rina)
    assert told(ticket).get() == notice


def test_requester_is_not_told_of_what_is_undone_before_the_mail_went_out(rina):
    ticket, into = TicketFactory(open=True), TicketFactory(open=True)
    merging.merge(ticket, into=into, by=rina)

    merging.undo_merge(ticket, by=rina)

    assert told(ticket).count() == 0
    merging.merge(ticket, into=into, by=rina)
    assert told(ticket).get().delivery == "queued"


def test_requester_is_not_mailed_again_when_the_same_mailbox_was_just_told(rina):
    into = TicketFactory(open=True, registered_email="budi@contoh.id")
    first, second = (TicketFactory(open=True, registered_email="budi@contoh.id") for _ in range(2))

    for ticket in (first, second):
        merging.merge(ticket, into=into, by=rina)

    notices = [told(ticket).get() for ticket in (first, second)]
    assert [(each.delivery, each.suppressed_because) for each in notices] == [
        ("queued", ""),
        ("suppressed", "just_told"),
    ]


def test_requester_whose_advice_went_out_this_hour_is_told_all_the_same(rina):
    ticket = TicketFactory(open=True, registered_email="budi@contoh.id")
    MessageFactory(ticket=ticket, outgoing=True, delivery="sent", sent_at=timezone.now())

    merging.merge(ticket, into=TicketFactory(open=True), by=rina)

    assert told(ticket).get().delivery == "queued"


def test_requester_without_an_address_finds_it_on_the_page(rina):
    ticket = TicketFactory(open=True, registered_email="", registered_phone="+6281234567890")

    merging.merge(ticket, into=TicketFactory(open=True), by=rina)

    assert (told(ticket).get().delivery, told(ticket).get().suppressed_because) == (
        "suppressed",
        "no_address",
    )


def test_a_mailbox_is_not_flooded_by_notices(rina, settings):
    settings.AUTO_REPLIES_PER_ADDRESS_DAY = 2
    tickets = [TicketFactory(open=True, registered_email="budi@contoh.id") for _ in range(3)]

    for ticket in tickets:
        merging.merge(ticket, into=TicketFactory(open=True), by=rina)

    assert [told(ticket).get().suppressed_because for ticket in tickets] == ["", "", "address_day"]


# ---- What is written to a merged ticket


@pytest.mark.parametrize("state", ["held", "pending"])
def test_addition_to_a_merged_ticket_is_heard_on_the_other(state, rina):
    ticket, into = TicketFactory(**{state: True}), TicketFactory(**{state: True})
    merging.merge(ticket, into=into, by=rina)

    carrier = intake.add_information(ticket, body="masih belum masuk")

    into.refresh_from_db()
    ticket.refresh_from_db()
    assert (carrier, ticket.status, into.status) == (ticket, "merged", "open")
    assert (ticket.messages.last().body, into.messages.count()) == ("masih belum masuk", 0)


def test_addition_to_a_merged_ticket_whose_other_is_closed_opens_a_new_one(rina):
    ticket, into = TicketFactory(open=True), TicketFactory(open=True)
    merging.merge(ticket, into=into, by=rina)
    desk.resolve(into, by=rina)
    into.refresh_from_db()
    lifecycle.close(into, by=SYSTEM)

    successor = intake.add_information(ticket, body="kambuh lagi")

    assert (successor.follows, successor.status) == (ticket, "new")


def test_still_failing_on_a_merged_ticket_is_heard_on_the_other(rina):
    ticket, into = TicketFactory(held=True), TicketFactory(held=True, priority=3)
    merging.merge(ticket, into=into, by=rina)

    intake.report_still_failing(ticket)

    into.refresh_from_db()
    ticket.refresh_from_db()
    assert (ticket.status, into.status, into.priority) == ("merged", "open", 2)


def test_it_works_on_a_merged_ticket_does_not_speak_for_the_other(rina):
    ticket, into = TicketFactory(open=True), TicketFactory(open=True)
    merging.merge(ticket, into=into, by=rina)

    intake.confirm_fixed(ticket)

    into.refresh_from_db()
    assert into.status == "open"


def test_standing_advice_of_before_the_merge_stands_again(rina):
    ticket, into = TicketFactory(held=True), TicketFactory(held=True)
    advice = MessageFactory(ticket=ticket, outgoing=True, advice={"steps": []})
    lifecycle.record(ticket, "moved", by=SYSTEM, after="self_fix", because="")
    merging.merge(ticket, into=into, by=rina)
    told(ticket).update(delivery="sent", sent_at=timezone.now())

    merging.undo_merge(ticket, by=rina)

    moves = ticket.events.filter(kind="moved")
    assert standing_answer(ticket.messages.all(), moves) == advice


# ---- Races


def at_once(*calls):
    """Run the calls at the same moment, each in a thread; return what they raised."""
    together, raised = threading.Barrier(len(calls)), [None] * len(calls)

    def work(place, call):
        together.wait(10)
        try:
            call()
        except Exception as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_merge_both_ways_at_once_merge_one_way():
    lead = AgentFactory(role="lead")
    for _ in range(5):
        one, other = TicketFactory(open=True), TicketFactory(open=True)

        raised = at_once(
            lambda one=one, other=other: merging.merge(one, into=other, by=lead),
            lambda one=one, other=other: merging.merge(other, into=one, by=lead),
        )

        states = sorted(Ticket.objects.filter(pk__in=[one.pk, other.pk]).values_list("status", flat=True))
        assert states == ["merged", "open"]
        assert [type(error) for error in raised if error] == [TakesNoneIn]


@pytest.mark.django_db(transaction=True)
def test_what_is_added_during_a_merge_is_heard():
    lead = AgentFactory(role="lead")
    for _ in range(5):
        ticket, into = TicketFactory(pending=True), TicketFactory(pending=True)

        raised = at_once(
            lambda ticket=ticket, into=into: merging.merge(ticket, into=into, by=lead),
            lambda ticket=ticket: intake.add_information(ticket, body="masih belum"),
        )

        into.refresh_from_db()
        assert raised == [None, None]
        assert (into.status, ticket.messages.filter(body="masih belum").count()) == ("open", 1)


@pytest.mark.django_db(transaction=True)
def test_merges_along_a_chain_at_once_end_at_one_ticket():
    lead = AgentFactory(role="lead")
    for _ in range(5):
        first, second, third = (TicketFactory(open=True) for _ in range(3))

        raised = at_once(
            lambda a=third, b=second: merging.merge(a, into=b, by=lead),
            lambda a=second, b=first: merging.merge(a, into=b, by=lead),
            lambda a=third: intake.add_information(a, body="masih belum"),
        )

        rows = Ticket.objects.filter(pk__in=[first.pk, second.pk, third.pk])
        living = set(rows.exclude(status="merged"))
        assert set(map(type, raised)) <= {type(None), TakesNoneIn}
        assert {row.merged_into for row in rows.filter(status="merged")} <= living


@pytest.mark.django_db(transaction=True)
def test_undo_while_a_reply_is_sent_loses_neither():
    lead = AgentFactory(role="lead")
    for _ in range(5):
        ticket, into = TicketFactory(held=True), TicketFactory(open=True)
        merging.merge(ticket, into=into, by=lead)

        raised = at_once(
            lambda ticket=ticket: merging.undo_merge(ticket, by=lead),
            lambda into=into: desk.reply_and_wait(into, body="Sudah kami kirim ulang.", by=lead),
        )

        rows = Ticket.objects.filter(pk__in=[ticket.pk, into.pk]).order_by("pk")
        assert raised == [None, None]
        assert [row.status for row in rows] == ["self_fix", "pending"]
        assert Message.objects.filter(ticket=into, kind="reply").count() == 1
