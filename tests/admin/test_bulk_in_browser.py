"""A change to many tickets in a real browser: ticked, chosen, followed to its end, undone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import AgentFactory, TicketFactory
from tickets.bulk import work
from tickets.models import BulkJob, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def statuses():
    return list(Ticket.objects.order_by("pk").values_list("status", flat=True))


def test_ticked_tickets_are_resolved_and_brought_back(windows):
    TicketFactory.create_batch(4, open=True)
    page = windows.open(user=AgentFactory(role="agent"), locale="id-ID")
    page.goto(reverse("admin:tickets_ticket_changelist"))
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()

    ticks = page.locator("tbody input[type=checkbox]")
    ticks.nth(0).check()
    ticks.nth(2).click(modifiers=["Shift"])  # and the one between
    expect(bar.locator("[data-ticked]")).to_have_text("3")
    page.get_by_role("button", name="Ubah yang dicentang …").click()
    page.locator("[name=kind][value=resolve]").check()
    page.get_by_role("button", name="Ubah 3 tiket").click()
    page.wait_for_url("**/bulkjob/**")
    job = BulkJob.objects.get()
    work.work(job.pk)
    expect(page.get_by_role("button", name="Batalkan perubahan 3 tiket")).to_be_visible(timeout=20_000)
    resolved = statuses()
    page.get_by_role("button", name="Batalkan perubahan 3 tiket").click()
    page.wait_for_load_state()
    work.work(job.pk)

    assert resolved == ["resolved"] * 3 + ["open"]
    assert statuses() == ["open"] * 4
    assert windows.complaints == []
