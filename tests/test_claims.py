from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tests.factories import TicketFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_claim_takes_the_row_once():
    ticket = TicketFactory()

    first = Ticket.objects.claim(ticket.pk)
    second = Ticket.objects.claim(ticket.pk)

    assert first == ticket
    assert second is None


def test_claim_counts_the_attempt_before_the_work():
    ticket = TicketFactory(attempts=2)

    claimed = Ticket.objects.claim(ticket.pk)

    assert claimed.attempts == 3


def test_claim_takes_over_a_lease_that_ran_out():
    ticket = TicketFactory(lease_until=timezone.now() - timedelta(seconds=1))

    assert Ticket.objects.claim(ticket.pk) == ticket


def test_claim_leaves_work_that_is_done():
    ticket = TicketFactory(open=True)

    assert Ticket.objects.claim(ticket.pk) is None


def test_due_lists_only_what_nobody_holds():
    waiting = TicketFactory()
    TicketFactory(lease_until=timezone.now() + timedelta(seconds=60))
    TicketFactory(open=True)

    assert list(Ticket.objects.due()) == [waiting]


def test_lease_outlives_the_hard_time_limit():
    assert timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT) < settings.LEASE


def test_is_worn_out_after_the_last_attempt_allowed(settings):
    settings.MAX_ATTEMPTS = 5

    assert [TicketFactory.build(attempts=n).is_worn_out for n in (5, 6)] == [False, True]
