from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import TicketFactory
from tickets.models import Figures, OpenWork

pytestmark = pytest.mark.django_db


def ago(days):
    return (timezone.localdate() - timedelta(days=days)).isoformat()


def test_count_figures_counts_each_day_of_the_range(capsys):
    TicketFactory(open=True, created_at=timezone.now() - timedelta(days=200))

    call_command("count_figures", "--from", ago(201), "--to", ago(199))

    days = Figures.objects.filter(category="*", grain="day").order_by("start")
    assert [row.arrived for row in days] == [0, 1, 0]
    assert "3 days counted" in capsys.readouterr().out


def test_count_figures_counts_the_hours_that_are_shown_too():
    TicketFactory(open=True)

    call_command("count_figures", "--from", ago(0))

    assert Figures.objects.get(category="*", grain="hour", arrived=1).start <= timezone.now()
    assert OpenWork.objects.get().by_category["otp_not_received"]["open"][0] == 1


def test_count_figures_leaves_days_alone_whose_tickets_are_gone_by_age(settings):
    settings.TICKETS_KEPT = timedelta(days=30)

    with pytest.raises(CommandError, match="TICKETS_KEPT_DAYS"):
        call_command("count_figures", "--from", ago(31), "--to", ago(29))

    assert Figures.objects.count() == 0
    settings.TICKETS_KEPT = timedelta(0)
    call_command("count_figures", "--from", ago(31), "--to", ago(31))
    assert Figures.objects.count() == 1


def test_count_figures_asks_for_a_range_that_is_one():
    with pytest.raises(CommandError):
        call_command("count_figures", "--from", ago(1), "--to", ago(2))
    with pytest.raises(CommandError):
        call_command("count_figures", "--from", "kemarin")

    assert Figures.objects.count() == 0
