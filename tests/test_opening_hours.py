from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.opening_hours import END_OF_DAY, Calendar, Hours, Span

JAKARTA = ZoneInfo("Asia/Jakarta")
WORK = (Span(time(8), time(17)),)
OFFICE = Hours("Asia/Jakarta", (WORK,) * 5 + ((), ()))
FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)

clocks = st.times(max_value=END_OF_DAY).map(lambda clock: clock.replace(second=0, microsecond=0))
# Overlapping, touching and empty ones too: rows may be written by other hands than the form's.
spans = st.lists(st.tuples(clocks, clocks), max_size=3).map(
    lambda pairs: tuple(Span(*sorted(pair)) for pair in pairs)
)
dates = st.dates(FIRST - timedelta(days=3), LAST + timedelta(days=3))
hours = st.builds(
    Hours,
    st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "Asia/Kathmandu"]),
    st.lists(spans, min_size=7, max_size=7).map(tuple),
    st.lists(st.tuples(dates, spans), max_size=5).map(tuple),
)
moments = st.datetimes(datetime(2026, 9, 1), datetime(2027, 2, 1), timezones=st.just(UTC))
durations = st.timedeltas(timedelta(days=-30), timedelta(days=30))


def made(rule, first=FIRST, last=LAST):
    return Calendar(rule, first=first, last=last)


def local(*parts):
    return datetime(*parts, tzinfo=JAKARTA)


@given(hours, moments, durations)
def test_between_measures_what_add_has_added(rule, moment, worktime):
    calendar = made(rule)

    assert calendar.between(moment, calendar.add(moment, worktime)) == worktime


@given(hours, moments, moments)
def test_add_leads_where_between_has_measured_to(rule, start, end):
    calendar = made(rule)
    # The same opening time may end on both sides of a night: what lies between counts nothing.
    there = calendar.add(start, calendar.between(start, end))

    assert calendar.between(there, end) == timedelta()


@given(hours, moments, durations, durations)
def test_add_is_monotone(rule, moment, some, other):
    calendar, (less, more) = made(rule), sorted([some, other])

    assert calendar.add(moment, less) <= calendar.add(moment, more)


@given(hours, moments, moments, durations)
def test_who_comes_later_is_not_due_earlier(rule, some, other, worktime):
    calendar, (early, late) = made(rule), sorted([some, other])

    assert calendar.add(early, worktime) <= calendar.add(late, worktime)


@given(hours, moments, moments, moments)
def test_between_adds_up(rule, start, middle, end):
    calendar = made(rule)

    assert calendar.between(start, middle) + calendar.between(middle, end) == calendar.between(start, end)
    assert calendar.between(start, end) == -calendar.between(end, start)


def is_open(rule, moment):
    """Whether the wall clock stands in a span of its day, or at one of its ends."""
    there = moment.astimezone(ZoneInfo(rule.zone))
    days = [there] if there.time() != time() else [there, there - timedelta(microseconds=1)]
    for now in days:
        day = dict(rule.exceptions).get(now.date(), rule.week[now.weekday()])
        clock = now.time() if now is there else END_OF_DAY
        if any(span.opens <= clock <= span.closes or _is_last_minute(span, clock) for span in day):
            return True
    return False


def _is_last_minute(span, clock):
    return span.closes == END_OF_DAY and clock >= span.opens


@given(
    st.builds(Hours, st.just("Asia/Jakarta"), hours.map(lambda rule: rule.week), st.just(())),
    moments,
    durations,
)
def test_nothing_falls_due_in_closed_time(rule, moment, worktime):
    due_at = made(rule).add(moment, worktime)

    inside = local(2026, 10, 1) < due_at < local(2027, 1, 1)
    assert not inside or is_open(rule, due_at)


@pytest.mark.parametrize(
    ("moment", "worktime", "due_at"),
    [
        (local(2026, 11, 23, 9), timedelta(hours=4), local(2026, 11, 23, 13)),
        # Over the night, and over the weekend.
        (local(2026, 11, 23, 16), timedelta(hours=4), local(2026, 11, 24, 11)),
        (local(2026, 11, 27, 16, 50), timedelta(minutes=30), local(2026, 11, 30, 8, 20)),
        # What ends with the day is due at its close, not the next morning.
        (local(2026, 11, 23, 16), timedelta(hours=1), local(2026, 11, 23, 17)),
        # From closed time the clock starts with the next opening.
        (local(2026, 11, 28, 12), timedelta(minutes=30), local(2026, 11, 30, 8, 30)),
        (local(2026, 11, 28, 12), timedelta(), local(2026, 11, 30, 8)),
        (local(2026, 11, 28, 12), timedelta(hours=-1), local(2026, 11, 27, 16)),
    ],
)
def test_office_hours(moment, worktime, due_at):
    assert made(OFFICE).add(moment, worktime) == due_at


def test_holidays_and_own_hours_outdo_the_weekday():
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    rule = Hours("Asia/Jakarta", OFFICE.week, ((monday, ()), (tuesday, (Span(time(10), time(11)),))))

    assert made(rule).add(local(2026, 11, 20, 16), timedelta(hours=3)) == local(2026, 11, 25, 9)


def test_a_lunch_break_counts_nothing():
    split = (Span(time(13), time(17)), Span(time(8), time(12)))
    calendar = made(Hours("Asia/Jakarta", (split,) * 7))

    assert calendar.between(local(2026, 11, 23, 11), local(2026, 11, 23, 14)) == timedelta(hours=2)


def test_the_last_minute_of_a_day_stands_for_midnight():
    always = (Span(time(), END_OF_DAY),)
    calendar = made(Hours("Asia/Jakarta", (always,) * 7))

    assert calendar.between(local(2026, 11, 23), local(2026, 11, 25)) == timedelta(days=2)


def test_the_end_of_summer_time_makes_a_night_longer():
    night = (Span(time(), time(6)),)
    calendar = made(Hours("Europe/Berlin", (night,) * 7))
    before, after = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)

    assert calendar.between(before, after) == timedelta(hours=7)


@given(moments, durations)
def test_no_hours_at_all_count_nothing_within_the_calendar_and_end(moment, worktime):
    closed = made(Hours("Asia/Jakarta", ((),) * 7))

    assert closed.between(moment, closed.add(moment, worktime)) == worktime
    assert closed.between(local(2026, 10, 1), local(2027, 1, 1)) == timedelta()


@given(moments, durations)
def test_round_the_clock_counts_all_time(moment, worktime):
    assert Calendar.round_the_clock().add(moment, worktime) == moment + worktime


@pytest.mark.parametrize("worktime", [timedelta.max // 2, -(timedelta.max // 2)])
def test_time_beyond_all_calendars_ends_at_the_edge_of_time(worktime):
    assert made(OFFICE).add(local(2026, 11, 23), worktime).year in (1, 9999)


def test_pieces_of_a_day_add_up_to_the_day():
    calendar, start = made(OFFICE), local(2026, 11, 23)
    steps = [start + timedelta(minutes=7 * number) for number in range(300)]

    pieces = [calendar.between(*pair) for pair in pairwise(steps)]

    assert sum(pieces, timedelta()) == calendar.between(steps[0], steps[-1])
