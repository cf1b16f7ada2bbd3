"""Successes without a ticket: one per opened form, by day, category and language."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tickets import solved_before
from tickets.models import SolvedDay, SolvedForm

pytestmark = pytest.mark.django_db


def solved(key=None, *, category="self_otp_waiting", language="id"):
    solved_before.count(key or uuid.uuid4(), category=category, language=language)


def test_successes_add_up_by_day_category_and_language():
    solved()
    solved()
    solved(language="en")
    solved(category="self_typo")

    rows = SolvedDay.objects.order_by("category", "language").values_list("category", "language", "number")
    assert list(rows) == [
        ("self_otp_waiting", "en", 1),
        ("self_otp_waiting", "id", 2),
        ("self_typo", "id", 1),
    ]
    assert set(SolvedDay.objects.values_list("day", flat=True)) == {timezone.localdate()}


def test_one_form_counts_once():
    key = uuid.uuid4()

    solved(key)
    solved(key)
    solved(key, category="self_typo")

    assert solved_before.since(timezone.localdate()) == [("self_otp_waiting", 1)]


def test_sums_begin_with_the_day_asked_for():
    SolvedDay.objects.create(day=date(2026, 11, 1), category="self_typo", language="id", number=7)
    SolvedDay.objects.create(day=date(2026, 11, 2), category="self_typo", language="en", number=2)
    SolvedDay.objects.create(day=date(2026, 11, 3), category="self_spam_folder", language="id", number=5)

    assert solved_before.since(date(2026, 11, 2)) == [("self_spam_folder", 5), ("self_typo", 2)]
    assert solved_before.since(date(2026, 11, 2), category="self_typo") == [("self_typo", 2)]


def test_forms_are_forgotten_when_they_cannot_be_sent_any_more():
    solved()
    old = SolvedForm.objects.create(counted_at=timezone.now() - solved_before.KNOWN_FOR - timedelta(hours=1))

    solved_before.discard_old()

    assert not SolvedForm.objects.filter(pk=old.pk).exists()
    assert SolvedForm.objects.count() == 1
