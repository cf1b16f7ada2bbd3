from datetime import date, time

import pytest
from django.urls import reverse
from django.utils import timezone

from tickets import promises
from tickets.models import OpeningHours, ServicePolicy, ServiceTarget, SpecialDay

pytestmark = pytest.mark.django_db

LIST = reverse("admin:tickets_servicepolicy_changelist")
PAGE = reverse("admin:tickets_servicepolicy_change", args=[1])
HISTORY = reverse("admin:tickets_servicepolicy_history", args=[1])
DAYS = reverse("admin:tickets_specialday_changelist")
NEW_DAY = reverse("admin:tickets_specialday_add")


@pytest.fixture(autouse=True)
def from_the_rows():
    promises.forget()


def filled_in(*, hours=(), **changes):
    """The form as the page shows it, with `hours` appended as (weekday, opens, closes)."""
    targets, spans = list(ServiceTarget.objects.all()), list(OpeningHours.objects.all())
    data = {
        "due_soon_minutes": 30,
        "has_national_holidays": "on",
        "targets-TOTAL_FORMS": len(targets),
        "targets-INITIAL_FORMS": len(targets),
        "hours-TOTAL_FORMS": len(spans) + len(hours),
        "hours-INITIAL_FORMS": len(spans),
    }
    for number, target in enumerate(targets):
        data |= {
            f"targets-{number}-id": target.pk,
            f"targets-{number}-policy": 1,
            f"targets-{number}-response_minutes": target.response_minutes,
            f"targets-{number}-resolution_minutes": target.resolution_minutes,
        }
    rows = [(span.pk, span.weekday, span.opens, span.closes) for span in spans]
    for number, (pk, weekday, opens, closes) in enumerate([*rows, *(("", *each) for each in hours)]):
        data |= {
            f"hours-{number}-id": pk,
            f"hours-{number}-policy": 1,
            f"hours-{number}-weekday": weekday,
            f"hours-{number}-opens": f"{opens:%H:%M}",
            f"hours-{number}-closes": f"{closes:%H:%M}",
        }
    return data | changes


def test_list_leads_to_the_one_row(lead):
    ServicePolicy.objects.all().delete()

    page = lead.get(LIST, follow=True)

    assert (page.redirect_chain[-1][0], page.status_code) == (PAGE, 200)


def test_lead_sets_targets_and_hours_and_open_tickets_wait_to_be_counted(
    lead, django_capture_on_commit_callbacks
):
    ServicePolicy.objects.update(recount_after=None)
    data = filled_in(
        hours=[(5, time(8), time(12))], **{"targets-0-response_minutes": 15, "due_soon_minutes": 45}
    )

    with django_capture_on_commit_callbacks(execute=True):
        answer = lead.post(PAGE, data)

    assert answer.status_code == 302
    assert promises.current().targets[1].response.total_seconds() == 15 * 60
    assert promises.current().due_soon.total_seconds() == 45 * 60
    assert OpeningHours.objects.get(weekday=5).closes == time(12)
    assert ServicePolicy.objects.get().recount_after == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"hours": [(0, time(16), time(18))]}, "Senin: 08.00–17.00 dan 16.00–18.00 bertumpang tindih"),
        ({"hours": [(0, time(9), time(10))]}, "Senin: 08.00–17.00 dan 09.00–10.00 bertumpang tindih"),
        ({"hours": [(5, time(12), time(8))]}, "Jam tutup harus setelah jam buka"),
        ({"targets-0-response_minutes": 300}, "penyelesaian tidak lebih singkat dari itu"),
        ({"targets-0-response_minutes": 0}, "paling sedikit satu menit"),
        ({"targets-0-resolution_minutes": 99999}, "paling lama 1000 jam buka"),
        ({"due_soon_minutes": 0}, "antara satu menit dan satu minggu"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(lead, changes, words):
    before = list(OpeningHours.objects.values_list("weekday", "opens"))

    page = lead.post(PAGE, filled_in(**changes))

    assert page.status_code == 200
    assert words in page.content.decode()
    assert list(OpeningHours.objects.values_list("weekday", "opens")) == before
    assert ServicePolicy.objects.get().changed_at is None


def test_spans_that_touch_are_no_overlap(lead):
    lead.post(PAGE, filled_in(hours=[(0, time(17), time(20))]))

    assert OpeningHours.objects.filter(weekday=0).count() == 2


def test_a_span_that_is_deleted_makes_room_for_another(lead):
    data = filled_in(hours=[(0, time(9), time(15))], **{"hours-0-DELETE": "on"})

    lead.post(PAGE, data)

    assert OpeningHours.objects.get(weekday=0).opens == time(9)


def test_saving_what_was_there_writes_no_history(lead):
    histories = (ServicePolicy.history, ServiceTarget.history, OpeningHours.history)
    before = [history.count() for history in histories]

    lead.post(PAGE, filled_in())

    assert [history.count() for history in histories] == before


def test_history_tells_who_changed_what(lead):
    lead.post(PAGE, filled_in(hours=[(5, time(8), time(12))], **{"targets-0-response_minutes": 15}))

    page = lead.get(HISTORY).content.decode()

    assert "Sari" in page
    assert "Sabtu 08.00–12.00" in page
    assert "Mendesak: jawaban pertama dalam 15 mnt, penyelesaian dalam 4 jam" in page


def test_the_next_two_weeks_show_what_counts(lead, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: date(2026, 12, 21))
    SpecialDay.objects.create(date=date(2026, 12, 28), name="Rapat kerja")
    OpeningHours.objects.create(weekday=4, opens=time(20), closes=time(23, 59))

    days = {day.date.day: day for day in lead.get(PAGE).context["days"]}

    assert len(days) == 14
    assert (days[21].label, days[21].hours) == ("Senin, 21 Des", "08.00–17.00")
    assert (days[25].hours, days[25].because) == ("", "Hari Raya Natal")
    assert (days[28].hours, days[28].because) == ("", "Rapat kerja")
    assert days[1].because.startswith("Tahun Baru")
    assert days[26].hours == ""


def test_a_desk_that_never_opens_is_told_so(lead):
    OpeningHours.objects.all().delete()

    assert "dihitung 24 jam sehari" in lead.get(PAGE).content.decode()


@pytest.mark.parametrize("url", [LIST, PAGE, HISTORY, DAYS, NEW_DAY])
def test_agents_do_not_set_what_is_promised(agent, url):
    assert agent.get(url).status_code == 403
    assert agent.post(url, filled_in()).status_code == 403


def test_special_day_is_added_changed_and_removed(lead, django_capture_on_commit_callbacks):
    ServicePolicy.objects.update(recount_after=None)
    lead.post(NEW_DAY, {"date": "2026-12-07", "name": "Cuti kantor"})
    day = SpecialDay.objects.get()
    counted = ServicePolicy.objects.get().recount_after
    lead.post(
        reverse("admin:tickets_specialday_change", args=[day.pk]),
        {"date": "2026-12-07", "name": "Cuti kantor", "opens": "08:00", "closes": "11:30"},
    )
    day.refresh_from_db()
    kinds = list(day.history.values_list("history_type", flat=True))
    page = lead.get(DAYS).content.decode()
    lead.post(reverse("admin:tickets_specialday_delete", args=[day.pk]), {"post": "yes"})

    assert (counted, day.closes, kinds) == (0, time(11, 30), ["~", "+"])
    assert "08.00–11.30" in page
    assert not SpecialDay.objects.exists()


@pytest.mark.parametrize("times", [{"opens": "08:00"}, {"opens": "11:00", "closes": "08:00"}])
def test_special_day_is_closed_or_has_both_times(lead, times):
    page = lead.post(NEW_DAY, {"date": "2026-12-07", "name": "Cuti kantor", **times})

    assert "Kosongkan kedua jamnya" in page.content.decode()
    assert not SpecialDay.objects.exists()


@pytest.mark.parametrize("url", [PAGE, HISTORY, DAYS, NEW_DAY])
def test_pages_carry_no_inline_style_or_script(lead, url):
    text = lead.get(url).content.decode()

    assert all(trap not in text for trap in (" style=", "<style", " onclick=", "<script>"))
