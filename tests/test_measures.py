"""What each figure counts, and what it leaves out."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import AgentFactory, TicketFactory
from tickets import desk, intake, lifecycle
from tickets.actors import SYSTEM
from tickets.measures import MEASURES, Tally, answers_by_agent, count_window
from tickets.models import Event, Ticket
from tickets.models.ticket import HoldThen, Resolution
from tickets.periods import Window
from tickets.sketch import ACCURACY

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def rina():
    return AgentFactory(role="agent")


def counted(*, ago=timedelta(), width=HOUR):
    """All counts of the window around now, or around so long ago, by (category, column)."""
    middle = timezone.now() - ago
    tally = count_window(Window(middle - width / 2, middle + width / 2))
    return Counter(
        {
            (category, column): number
            for category, counts in tally.counts.items()
            for column, number in counts.items()
            if number
        }
    )


def median(column, *, category="otp_not_received"):
    now = timezone.now()
    tally = count_window(Window(now - HOUR, now + HOUR))
    return tally.times[category][column].quantile(0.5)


def shift(ticket, by):
    """Move what has happened to a ticket so far into the past."""
    columns = [field.name for field in Ticket._meta.fields if field.name.endswith("_at")]
    for name in columns:
        if value := getattr(Ticket.objects.get(pk=ticket.pk), name):
            Ticket.objects.filter(pk=ticket.pk).update(**{name: value - by})
    for event in ticket.events.all():
        Event.objects.filter(pk=event.pk).update(created_at=event.created_at - by)


def held():
    return TicketFactory(held=True)


def test_arrivals_are_counted_by_category_without_spam():
    TicketFactory(open=True)
    TicketFactory(open=True)
    TicketFactory(category="")
    TicketFactory(status="spam", category="otp_not_received")
    TicketFactory(open=True, created_at=timezone.now() - DAY)

    assert counted() == {("otp_not_received", "arrived"): 2, ("", "arrived"): 1}


def test_windows_touch_without_overlap():
    at = timezone.now().replace(minute=0, second=0, microsecond=0)
    TicketFactory(open=True, created_at=at)

    numbers = [
        count_window(Window(start, start + HOUR)).counts["otp_not_received"]["arrived"]
        for start in (at - HOUR, at)
    ]

    assert numbers == [0, 1]


def test_automatic_and_human_first_answers_are_never_mixed(rina):
    now = timezone.now()
    ticket = TicketFactory(open=True, created_at=now - 40 * MINUTE, first_auto_reply_at=now - 39 * MINUTE)
    desk.reply_and_wait(ticket, body="Sudah kami kirim ulang.", by=rina)

    assert median("first_auto") == pytest.approx(60, rel=ACCURACY)
    assert median("first_human") == pytest.approx(40 * 60, rel=ACCURACY)


def test_only_the_first_answer_of_an_agent_is_a_first_answer(rina):
    now = timezone.now()
    ticket = TicketFactory(open=True, created_at=now - 3 * DAY)
    desk.reply_and_wait(ticket, body="Sebentar.", by=rina)
    shift(ticket, 2 * DAY)

    desk.reply_and_wait(ticket, body="Sudah.", by=rina)

    assert median("first_human") is None
    tally = answers_by_agent(Window(now - HOUR, now + HOUR))
    assert (tally.counts[rina.pk]["answered"], tally.times[rina.pk]) == (1, {})


def test_answers_of_each_agent(rina):
    andi = AgentFactory(role="agent")
    now = timezone.now()
    for agent, age in ((rina, HOUR), (rina, 3 * HOUR), (rina, 5 * HOUR), (andi, DAY)):
        desk.reply_and_resolve(TicketFactory(open=True, created_at=now - age), body="Sudah.", by=agent)

    tally = answers_by_agent(Window(now - HOUR, now + HOUR))

    assert {agent: tally.counts[agent]["answered"] for agent in tally.keys} == {rina.pk: 3, andi.pk: 1}
    assert tally.times[rina.pk]["first_human"].quantile(0.5) == pytest.approx(3 * 3600, rel=ACCURACY)


def test_resolutions_are_told_apart_by_who_said_so(rina):
    desk.resolve(TicketFactory(open=True), by=rina)
    intake.confirm_fixed(TicketFactory(pending=True))
    lifecycle.resolve(TicketFactory(pending=True), resolution=Resolution.ASSUMED, by=SYSTEM)

    found = counted()

    assert [found["otp_not_received", f"resolved_{who}"] for who in ("agent", "requester", "assumed")] == [
        1,
        1,
        1,
    ]


def test_resolution_that_an_agent_took_back_is_none(rina):
    ticket = TicketFactory(open=True)
    desk.resolve(ticket, by=rina)
    desk.reopen(ticket, by=rina)

    assert counted()["otp_not_received", "resolved_agent"] == 0


def test_resolution_that_was_closed_by_time_stays_one(rina):
    ticket = TicketFactory(open=True)
    desk.resolve(ticket, by=rina)
    lifecycle.close(Ticket.objects.get(pk=ticket.pk), by=SYSTEM)

    assert counted()["otp_not_received", "resolved_agent"] == 1


def test_requester_who_writes_again_has_come_back(rina):
    ticket = TicketFactory(open=True)
    desk.resolve(ticket, by=rina)
    intake.add_information(Ticket.objects.get(pk=ticket.pk), body="masih belum bisa")

    found = counted()

    assert (found["otp_not_received", "resolved_agent"], found["otp_not_received", "came_back"]) == (1, 1)


def test_requester_who_reports_again_has_come_back(rina):
    ticket = TicketFactory(open=True, registered_email="budi.s@gmail.com")
    desk.resolve(ticket, by=rina)
    TicketFactory(open=True, registered_email="budis+baru@gmail.com", category="other")

    assert counted()["otp_not_received", "came_back"] == 1


def test_the_thanks_of_another_person_and_spam_are_no_coming_back(rina):
    ticket = TicketFactory(open=True)
    desk.resolve(ticket, by=rina)
    TicketFactory(open=True)
    TicketFactory(status="spam", registered_email=ticket.registered_email)

    assert counted()["otp_not_received", "came_back"] == 0


@pytest.mark.parametrize(("later", "came_back"), [(71 * HOUR, 1), (73 * HOUR, 0)])
def test_coming_back_is_counted_for_72_hours(rina, later, came_back):
    ticket = TicketFactory(open=True)
    desk.resolve(ticket, by=rina)
    shift(ticket, later)
    intake.add_information(Ticket.objects.get(pk=ticket.pk), body="masih belum bisa")

    assert counted(ago=later)["otp_not_received", "came_back"] == came_back


def test_people_without_a_key_are_not_one_person(rina):
    ticket = TicketFactory(open=True, requester_key="")
    desk.resolve(ticket, by=rina)
    TicketFactory(open=True, requester_key="")

    assert counted()["otp_not_received", "came_back"] == 0


def test_confirmed_and_assumed_fixes_are_apart():
    intake.confirm_fixed(held())
    ticket = held()
    lifecycle.resolve(ticket, resolution=Resolution.ASSUMED, by=SYSTEM)
    intake.report_still_failing(held())
    intake.add_information(held(), body="sudah saya coba, tetap tidak bisa")
    lifecycle.put_in_queue(held(), because="hold_ended", by=SYSTEM)

    found = counted()

    kinds = ("confirmed", "assumed", "failed", "silent")
    assert [found["self_otp_waiting", f"fix_{kind}"] for kind in kinds] == [1, 1, 2, 1]


def test_what_says_nothing_about_the_fix_is_no_fix(rina):
    desk.reopen(held(), by=rina)
    lifecycle.put_in_queue(held(), because="mail_failed", by=SYSTEM)
    intake.confirm_fixed(TicketFactory(pending=True))
    ticket = TicketFactory(open=True)
    desk.hold(ticket, until=timezone.now() + HOUR, by=rina)
    lifecycle.hold(TicketFactory(open=True), until=timezone.now(), then=HoldThen.QUEUE, by=SYSTEM)

    assert [column for _, column in counted() if column.startswith("fix")] == []


def test_answer_by_the_promised_time_keeps_the_promise(rina):
    for due_in in (HOUR, -MINUTE):
        due_at = timezone.now() + due_in
        ticket = TicketFactory(open=True, response_due_at=due_at, created_at=timezone.now() - 2 * HOUR)
        desk.reply_and_wait(ticket, body="Sudah.", by=rina)

    found = counted()

    assert found["otp_not_received", "response_met"] == 1
    assert found["otp_not_received", "response_breached"] == 1


def test_promise_is_broken_when_its_time_passes_without_an_answer():
    due = {"response_due_at": timezone.now() - MINUTE}
    TicketFactory(open=True, **due)
    TicketFactory(open=True, response_due_at=timezone.now() + 5 * MINUTE)
    TicketFactory(status="spam", **due)
    TicketFactory(held=True, **due)

    assert counted()["otp_not_received", "response_breached"] == 1
    assert counted()["self_otp_waiting", "response_breached"] == 0


@pytest.mark.parametrize(("minutes_late", "breached"), [(-5, 0), (5, 1)])
def test_ticket_resolved_without_an_answer_owes_one_only_until_then(minutes_late, breached):
    due_at = timezone.now() - 10 * MINUTE
    TicketFactory(resolved=True, response_due_at=due_at, resolved_at=due_at + minutes_late * MINUTE)

    assert counted()["otp_not_received", "response_breached"] == breached


def test_resolution_promise_is_decided_once():
    now = timezone.now()
    queued = {"queued_at": now - DAY}
    TicketFactory(resolved=True, resolution_due_at=now + HOUR, **queued)
    TicketFactory(resolved=True, resolution_due_at=now - 5 * MINUTE, **queued)
    TicketFactory(open=True, resolution_due_at=now - 5 * MINUTE)
    TicketFactory(pending=True, resolution_due_at=now - 5 * MINUTE, **queued)
    TicketFactory(resolved=True, **queued)  # no promise

    found = counted()

    assert found["otp_not_received", "resolution_met"] == 1
    assert found["otp_not_received", "resolution_breached"] == 2


def test_every_measure_says_how_it_counts():
    assert [name for name, measure in MEASURES.items() if not str(measure.hint)] == []


def test_counting_takes_the_same_queries_for_any_number_of_tickets(rina, django_assert_num_queries):
    now = timezone.now()
    window = Window(now - HOUR, now + HOUR)
    with django_assert_num_queries(9):
        count_window(window)

    for _ in range(4):
        desk.reply_and_resolve(TicketFactory(open=True), body="Sudah.", by=rina)
        intake.confirm_fixed(held())
    with django_assert_num_queries(9):
        count_window(window)


def test_tally_knows_what_was_counted_and_what_was_timed():
    tally = Tally()
    tally.count("arrived", "other")
    tally.time("first_auto", "self_typo", MINUTE)

    assert tally.keys == {"other", "self_typo"}
