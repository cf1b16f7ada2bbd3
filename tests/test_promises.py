from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from tickets import promises, remembered
from tickets.models import OpeningHours, ServicePolicy, ServiceTarget, SpecialDay
from tickets.promises import NO_HOURS, TOO_FEW_HOURS, Target, current

pytestmark = pytest.mark.django_db

JAKARTA = ZoneInfo("Asia/Jakarta")
# Christmas 2026 is a Friday; the day before is one of joint leave.
EVE, CHRISTMAS = date(2026, 12, 24), date(2026, 12, 25)


@pytest.fixture(autouse=True)
def this_year(monkeypatch):
    """The tests' dates lie in a calendar of 2026, whenever they run."""
    monkeypatch.setattr(promises.timezone, "localdate", lambda: date(2026, 11, 28))
    promises.forget()


def open_on(day):
    start = datetime.combine(day, time(), JAKARTA)
    return current().calendar.between(start, start + timedelta(days=1))


def test_shipped_rows_say_what_the_code_ships():
    assert current().targets == promises.SHIPPED
    assert (current().due_soon, current().fallback) == (timedelta(minutes=30), "")
    assert (open_on(date(2026, 11, 27)), open_on(date(2026, 11, 28))) == (timedelta(hours=9), timedelta())


def test_national_holidays_are_closed_unless_switched_off():
    closed = open_on(CHRISTMAS)
    ServicePolicy.objects.update(has_national_holidays=False)
    promises.forget()

    assert (closed, open_on(CHRISTMAS)) == (timedelta(), timedelta(hours=9))


def test_joint_leave_is_a_workday_unless_switched_on():
    open_before = open_on(EVE)
    ServicePolicy.objects.update(has_joint_leave=True)
    promises.forget()

    assert (open_before, open_on(EVE)) == (timedelta(hours=9), timedelta())


def test_special_day_outdoes_holiday_and_weekday():
    SpecialDay.objects.create(date=CHRISTMAS, name="Piket Natal", opens=time(9), closes=time(11))
    SpecialDay.objects.create(date=date(2026, 11, 30), name="Rapat kerja")

    assert (open_on(CHRISTMAS), open_on(date(2026, 11, 30))) == (timedelta(hours=2), timedelta())


def test_names_of_holidays_come_in_the_language_of_the_page():
    policy = ServicePolicy.objects.get()

    names = [promises.days_off(policy, language=language)[CHRISTMAS] for language in ("id", "en")]

    assert names == ["Hari Raya Natal", "Christmas Day"]


def test_no_opening_hours_count_round_the_clock_and_say_so():
    OpeningHours.objects.all().delete()

    assert (current().fallback, open_on(CHRISTMAS)) == (NO_HOURS, timedelta(days=1))


def test_hours_that_reach_no_promise_within_a_year_count_round_the_clock():
    OpeningHours.objects.exclude(weekday=0).delete()
    OpeningHours.objects.update(opens=time(8), closes=time(8, 30))

    assert current().fallback == TOO_FEW_HOURS


def test_missing_rows_leave_what_was_shipped():
    ServiceTarget.objects.filter(priority=1).delete()
    ServiceTarget.objects.filter(priority=2).update(response_minutes=5)
    ServicePolicy.objects.all().delete()

    assert current().targets[1] == promises.SHIPPED[1]
    assert current().due_soon == timedelta(minutes=30)


def test_answers_are_kept_for_seconds(django_assert_num_queries, monkeypatch):
    current()
    ServiceTarget.objects.filter(priority=1).update(response_minutes=7)

    with django_assert_num_queries(0):
        kept = current().targets[1]
    later = remembered.time.monotonic() + promises.KEPT
    monkeypatch.setattr(remembered.time, "monotonic", lambda: later)
    fresh = current().targets[1]

    assert (kept.response, fresh.response) == (timedelta(minutes=30), timedelta(minutes=7))


def test_a_change_is_known_at_once_where_it_was_made(django_capture_on_commit_callbacks):
    current()
    ServiceTarget.objects.filter(priority=1).update(response_minutes=7)

    with django_capture_on_commit_callbacks(execute=True):
        promises.changed()

    assert current().targets[1] == Target(timedelta(minutes=7), timedelta(hours=4))
    assert ServicePolicy.objects.get().recount_after == 0


@pytest.mark.parametrize(
    "write",
    [
        lambda: ServiceTarget.objects.update(response_minutes=0),
        lambda: ServiceTarget.objects.update(response_minutes=3000),
        lambda: ServiceTarget.objects.update(resolution_minutes=60_001),
        lambda: OpeningHours.objects.update(closes=time(8)),
        lambda: OpeningHours.objects.update(weekday=7),
        lambda: OpeningHours.objects.create(weekday=0, opens=time(8), closes=time(9)),
        lambda: SpecialDay.objects.create(date=EVE, name="x", opens=time(8)),
        lambda: SpecialDay.objects.create(date=EVE, name="x", opens=time(9), closes=time(8)),
        lambda: ServicePolicy.objects.create(pk=2),
        lambda: ServicePolicy.objects.update(due_soon_minutes=0),
    ],
)
def test_constraints_refuse_what_cannot_be_promised(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_history_says_who_changed_a_target(django_user_model):
    lead = django_user_model.objects.create(username="dewi")
    target = ServiceTarget.objects.get(priority=1)
    target.response_minutes, target._history_user = 20, lead

    target.save()

    change = target.history.latest()
    assert (change.history_user, change.response_minutes) == (lead, 20)
