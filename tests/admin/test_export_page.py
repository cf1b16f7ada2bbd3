"""The export: who may, what is written down about it, and bad input."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db

EXPORT = reverse("admin:tickets_export")


@pytest.fixture(autouse=True)
def english(lead):
    lead.cookies["django_language"] = "en"


def asked(**changes):
    today = timezone.localdate()
    return {"what": "tickets", "first": today - timedelta(days=6), "last": today, "category": "", **changes}


def body(answer):
    return b"".join(answer.streaming_content).decode()


def logged():
    return json.loads(LogEntry.objects.get().change_message)


def test_export_is_for_leads_and_administrators(agent, lead, administrator, nobody):
    answers = [client.post(EXPORT, asked()) for client in (agent, nobody, lead, administrator)]

    assert [answer.status_code for answer in answers] == [403, 403, 200, 200]
    assert LogEntry.objects.count() == 2


def test_export_is_a_file_for_excel(lead):
    TicketFactory(open=True)

    answer = lead.post(EXPORT, asked())

    text = body(answer)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="tickets_')
    assert text.startswith('\ufeff"Number";"Received (WIB)"')
    assert text.count("\r\n") == 2


def test_export_is_written_down_with_who_what_and_how_much(lead):
    TicketFactory.create_batch(2, open=True, category="other")

    body(lead.post(EXPORT, asked(category="other")))

    today = timezone.localdate()
    assert LogEntry.objects.get().user == lead.user
    assert logged() == {
        "what": "tickets",
        "first": (today - timedelta(days=6)).isoformat(),
        "last": today.isoformat(),
        "category": "other",
        "rows": 2,
        "is_whole": True,
    }


def test_export_that_was_broken_off_is_written_down_as_that(lead):
    TicketFactory(open=True)
    answer = lead.post(EXPORT, asked())
    assert logged().get("rows") is None

    next(iter(answer.streaming_content))
    for close in answer._resource_closers:  # all that answer.close() does, but for the connection
        close()

    assert (logged()["rows"], logged()["is_whole"]) == (0, False)
    assert "not finished" in lead.get(EXPORT).content.decode()


def test_figures_can_be_exported_too(lead):
    text = body(lead.post(EXPORT, asked(what="figures")))

    assert text.startswith('\ufeff"Day";"Category"')


def test_form_takes_over_what_the_page_showed(lead):
    page = lead.get(EXPORT, {"period": "30d", "category": "other"})

    today = timezone.localdate()
    initial = page.context["form"].initial
    assert (initial["first"], initial["last"]) == (today - timedelta(days=29), today)
    assert '<option value="other" selected>' in page.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "kemarin"},
        {"first": ""},
        {"first": "2026-11-28", "last": "2026-11-01"},
        {"category": "nonsense"},
        {"what": "passwords"},
        {"first": "99999-01-01"},
    ],
)
def test_bad_input_gets_a_sentence_and_the_typed_text_back(lead, wrong):
    answer = lead.post(EXPORT, asked(**wrong))

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Nothing was exported" in text
    if wrong.get("first"):
        assert f'value="{wrong["first"]}"' in text
    assert LogEntry.objects.count() == 0


def test_days_to_come_are_left_out(lead):
    answer = lead.post(EXPORT, asked(last="9999-12-31"))

    assert body(answer).count("\r\n") == 1
    assert logged()["last"] == timezone.localdate().isoformat()


def test_range_that_lies_in_the_future_exports_nothing(lead):
    assert body(lead.post(EXPORT, asked(first="9999-01-01", last="9999-12-31"))).count("\r\n") == 1


def test_looking_at_the_page_exports_nothing(lead):
    lead.get(EXPORT, asked())

    assert LogEntry.objects.count() == 0


def test_number_of_queries_does_not_depend_on_the_exports(lead, django_assert_num_queries):
    body(lead.post(EXPORT, asked()))
    with django_assert_num_queries(7):
        lead.get(EXPORT)

    for _ in range(2):
        body(lead.post(EXPORT, asked()))
    with django_assert_num_queries(7):
        lead.get(EXPORT)
