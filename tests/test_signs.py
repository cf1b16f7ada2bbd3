from datetime import timedelta

import pytest
from django.utils import timezone

from tickets import signs
from tickets.models import Pulse, Round

pytestmark = pytest.mark.django_db


def test_give_keeps_one_row_per_process():
    signs.give("worker")
    first = Pulse.objects.get()
    signs.give("worker", started_at=first.started_at)

    row = Pulse.objects.get()
    assert (row.role, row.name, row.started_at) == ("worker", signs.own_name(), first.started_at)
    assert row.seen_at > first.seen_at


def test_who_takes_leave_is_not_missed():
    signs.give("worker")
    Pulse.objects.create(role="beat", name="elsewhere:1")

    signs.take_leave()

    assert [row.name for row in Pulse.objects.all()] == ["elsewhere:1"]


def test_discard_old_forgets_processes_that_are_gone_for_long():
    now = timezone.now()
    Pulse.objects.create(role="worker", name="killed:1", seen_at=now - timedelta(minutes=70))
    Pulse.objects.create(role="worker", name="late:1", seen_at=now - timedelta(minutes=50))

    signs.discard_old()

    assert [row.name for row in Pulse.objects.all()] == ["late:1"]


def test_note_round_keeps_the_last_good_end_beside_trouble():
    signs.note_round("sweep", seconds=0.2)
    good = Round.objects.get()
    signs.note_round("sweep", seconds=9, trouble="OperationalError")
    bad = Round.objects.get()
    signs.note_round("sweep", seconds=0.1)

    assert (bad.ended_at, bad.seconds, bad.trouble) == (good.ended_at, 0.2, "OperationalError")
    assert bad.failed_at is not None
    row = Round.objects.get()
    assert (row.trouble, row.seconds) == ("", 0.1)
    assert row.ended_at > good.ended_at
