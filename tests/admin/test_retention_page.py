from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import TicketFactory
from tickets.models import Retention, Ticket
from tickets.privacy import retention

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:tickets_retention_changelist")


def rows(client):
    return {
        rule.setting or str(rule.what): (kept, row) for rule, kept, row in client.get(PAGE).context["rules"]
    }


def test_page_says_how_long_each_kind_is_kept_and_what_went(lead, settings):
    settings.SPAM_KEPT = timedelta(0)
    ticket = TicketFactory(closed=True)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=timezone.now() - timedelta(days=400))
    before = rows(lead)

    retention.run()

    after = rows(lead)
    assert (before["SECRETS_KEPT_DAYS"][0], before["SPAM_KEPT_DAYS"]) == ("30 hari", ("selamanya", None))
    assert before["SECRETS_KEPT_DAYS"][1] is None
    assert (after["SECRETS_KEPT_DAYS"][1].removed, after["SPAM_KEPT_DAYS"][1]) == (0, None)
    assert Retention.objects.get(total=1).rule == "tickets"
    assert "Dihapus seluruhnya" in lead.get(PAGE).content.decode()


def test_every_rule_is_shown(lead):
    assert [rule for rule, _kept, _row in lead.get(PAGE).context["rules"]] == list(retention.RULES.values())
    assert "12 jam" in lead.get(PAGE).content.decode()


def test_rule_that_failed_or_is_behind_is_marked(lead):
    retention.run()
    Retention.objects.filter(pk="tickets").update(has_failed=True)
    Retention.objects.filter(pk="spam").update(is_behind=True)

    page = lead.get(PAGE).content.decode()

    assert ("gagal, lihat log" in page, "masih ada lagi" in page) == (True, True)


def test_number_of_queries_does_not_depend_on_the_rules(lead, django_assert_num_queries):
    with django_assert_num_queries(7):
        lead.get(PAGE)
