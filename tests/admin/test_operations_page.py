from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tickets import readiness, signs, vitals
from tickets.admin import operations_page
from tickets.admin.operations_words import CHECKS, QUEUES, ROUNDS, SAID, STATES
from tickets.models import Pulse, Round

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:tickets_pulse_changelist")


@pytest.fixture(autouse=True)
def house(house_at_work):
    signs.note_round("close_silent_tickets", seconds=0.2)


def look(client):
    readiness.forget()
    vitals.forget()
    return client.get(PAGE)


def test_every_check_queue_and_round_has_words(settings):
    names = {entry["task"].rpartition(".")[2] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert set(CHECKS) == set(SAID) == set(readiness.CHECKS)
    assert {state for said in SAID.values() for state in said} <= set(STATES)
    assert {queue.name for queue in vitals.look().queues} | {"suspended"} == set(QUEUES)
    assert names - {"fetch_mail"} <= set(ROUNDS)


def test_page_says_that_all_is_well(lead):
    page = look(lead)

    assert "Semuanya berjalan sebagaimana mestinya." in page.text
    assert {light.word for light in page.context["lights"]} == {"Berjalan"}
    assert page.headers["Cache-Control"].startswith("max-age=0")


def test_page_says_first_what_is_wrong_and_what_to_do(lead):
    Pulse.objects.filter(role="worker").update(seen_at=timezone.now() - timedelta(minutes=3))
    TicketFactory(created_at=timezone.now() - timedelta(minutes=4))

    page = look(lead)

    assert [str(light.label) for light in page.context["alarms"]] == ["Pekerja", "Triase"]
    assert "2 hal perlu dilihat" in page.text
    assert "Jalankan satu pekerja." in page.text
    assert "tanda terakhir 3 mnt yang lalu" in page.text
    assert "diam selama 3 mnt" in page.text


def test_page_lists_what_waits_and_for_how_long(lead):
    TicketFactory(created_at=timezone.now() - timedelta(seconds=65))
    MessageFactory.create_batch(2, outgoing=True)

    page = look(lead)

    waiting = {str(row["label"]): (row["waiting"], row["oldest"][:5]) for row in page.context["queues"]}
    assert waiting["Laporan yang menunggu triase"] == (3, "1 mnt")
    assert waiting["Pesan yang belum dikirim"][0] == 2
    assert waiting["Surat masuk yang belum diproses"] == (0, "–")


def test_page_marks_rounds_that_fail_and_those_that_are_late(lead):
    signs.note_round("count_figures", seconds=0, trouble="OperationalError")
    Round.objects.filter(pk="close_silent_tickets").update(ended_at=timezone.now() - timedelta(hours=1))
    signs.note_round("erase_old_things", seconds=1.5)

    rows = {str(row["label"]): row for row in look(lead).context["rounds"]}

    assert rows["Penghitungan angka"]["trouble"] == "OperationalError"
    assert [name for name, row in rows.items() if row["is_late"]] == [
        "Penutupan tiket yang lama diam",
        "Penghitungan angka",
    ]
    assert rows["erase old things"]["seconds"] == "2 dtk"


@pytest.mark.parametrize(("hours", "late"), [(30, False), (74, True)])
def test_daily_work_is_late_after_days_only(hours, late):
    ended_at = timezone.now() - timedelta(hours=hours)

    assert operations_page.is_late("discard_orphan_files", ended_at) is late


def test_page_shows_the_mailbox_where_there_is_one(lead, settings):
    every = {"task": "tickets.mail.mailbox_tasks.fetch_mail", "schedule": timedelta(seconds=60)}
    settings.CELERY_BEAT_SCHEDULE = {**settings.CELERY_BEAT_SCHEDULE, "fetch-mail": every}
    signs.note_round("fetch_mail", seconds=0.1)
    signs.note_round("mailbox", seconds=0, trouble="TimeoutError")

    rows = {str(row["label"]): row["trouble"] for row in look(lead).context["rounds"]}

    assert rows["Pemeriksaan kotak surat"] == "TimeoutError"
    assert "fetch mail" not in rows


def test_page_names_versions_and_room(lead, settings):
    settings.RELEASE = "2026.11-abc123"

    text = look(lead).text

    assert "2026.11-abc123" in text
    assert "tersisa" in text
    assert connection.display_name in text


def test_page_shows_breakers_that_work(lead):
    MessageFactory(kind="auto_reply", delivery="suppressed", suppressed_because="everyone_hour")

    assert "Rem darurat bekerja" in look(lead).text


def test_page_costs_as_much_with_three_tickets_as_with_one(lead):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            look(lead)
        return len(captured)

    TicketFactory()
    MessageFactory(outgoing=True)
    queries()
    one = queries()
    TicketFactory.create_batch(2)
    MessageFactory.create_batch(2, outgoing=True)

    assert queries() == one


def test_page_names_nobody(lead):
    ticket = TicketFactory(
        created_at=timezone.now() - timedelta(minutes=4), registered_email="budi@contoh.id"
    )
    MessageFactory(outgoing=True, ticket=ticket)

    text = look(lead).text

    assert "budi@contoh.id" not in text
    assert ticket.reference not in text


def test_settings_lead_to_the_page(lead):
    assert PAGE in lead.get(reverse("admin:settings")).text
