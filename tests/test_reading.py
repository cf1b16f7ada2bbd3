from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.factories import ScreenshotFactory, TicketFactory
from tests.screens import ERROR, install, needs_tesseract, remove
from tickets import ocr, pipeline, reading, sealing
from tickets.models import Reading, Ticket
from tickets.models.reading import ReadingState
from tickets.search import matching
from tickets.turns import turn

pytestmark = pytest.mark.django_db


def state(found):
    found.refresh_from_db()
    return found.state


@needs_tesseract
def test_read_screenshot_keeps_text_and_places(clean):
    found = clean()

    assert reading.read_screenshot(found.pk)

    found.refresh_from_db()
    assert (found.state, found.text, len(found.lines)) == ("read", ERROR, 1)
    assert found.confidence > 0.9
    assert found.lease_until is None
    assert list(matching(Ticket.objects.all(), "terdaftar email")) == [found.screenshot.ticket]


def test_read_screenshot_happens_once(clean, printed):
    printed(("Kode salah", 90.0))
    found = clean()

    first, second = reading.read_screenshot(found.pk), reading.read_screenshot(found.pk)

    assert (first, second) == (True, False)


def test_all_screens_of_a_ticket_are_kept_in_their_order(clean, printed):
    ticket = TicketFactory(open=True)
    first, second = clean(ticket=ticket), clean(ticket=ticket)
    printed(("Layar kedua", 90.0))
    reading.read_screenshot(second.pk)
    printed(("Layar pertama", 90.0))
    reading.read_screenshot(first.pk)

    ticket.refresh_from_db()
    assert ticket.screens == ("Layar pertama", "Layar kedua")
    assert pipeline.report_of(ticket, kin=[], domain_accepts_mail=None).screens == ticket.screens


def test_what_is_stored_has_passed_the_masking(clean, printed):
    printed(("Kode OTP Anda 482913", 90.0), ("Masukkan kode", 90.0))
    found = clean()

    reading.read_screenshot(found.pk)

    found.refresh_from_db()
    secret = found.screenshot.ticket.secrets.get()
    assert found.numbered_lines[0][0] == f"Kode OTP Anda [OTP ••• {secret.number}]"
    assert (secret.source, sealing.unseal(bytes(secret.sealed))) == ("screenshot", "482913")
    with connection.cursor() as cursor:
        cursor.execute("SELECT screen_text FROM tickets_ticket")
        assert "482913" not in cursor.fetchone()[0]


def test_lines_whose_number_has_changed_have_no_place():
    found = Reading(text="satu\ndua", lines=[{"box": [0, 0, 1, 1], "confidence": 1}])

    assert found.numbered_lines == [("satu", None), ("dua", None)]


def test_a_screen_without_text_is_marked(clean, printed):
    printed(("~", 20.0))
    found = clean()

    reading.read_screenshot(found.pk)

    assert state(found) == "unreadable"


def test_a_hostile_picture_is_marked_and_not_tried_again(clean, printed):
    printed(("Kode salah", 90.0))
    found = clean(data=b"\x89PNG\r\n\x1a\nrusak")

    reading.read_screenshot(found.pk)

    assert (state(found), found.attempts) == ("unreadable", 1)


def test_a_lost_file_is_marked(clean, printed, settings):
    printed(("Kode salah", 90.0))
    found = clean()
    (settings.SCREENSHOT_DIR / found.screenshot.clean_path).unlink()

    reading.read_screenshot(found.pk)

    assert state(found) == "unreadable"


def test_a_tesseract_that_hangs_is_killed_and_tried_again_later(clean, settings, tmp_path, monkeypatch):
    settings.OCR_SECONDS = 1
    install(tmp_path, monkeypatch, reads="sleep 60")
    found = clean()

    reading.read_screenshot(found.pk)

    assert (state(found), found.attempts) == ("waiting", 1)
    assert found.lease_until > timezone.now()


def test_one_that_keeps_being_interrupted_is_given_up(clean, settings, tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, reads="kill -9 $$")
    found = clean(attempts=settings.MAX_ATTEMPTS)

    reading.read_screenshot(found.pk)

    assert state(found) == "unreadable"


def test_without_tesseract_it_is_skipped(clean, tmp_path, monkeypatch):
    remove(tmp_path, monkeypatch)
    found = clean()

    reading.read_screenshot(found.pk)

    assert state(found) == "skipped"


def test_without_a_turn_no_attempt_is_lost(clean, printed):
    printed(("Kode salah", 90.0))
    found = clean()

    with turn():
        was_read = reading.read_screenshot(found.pk)

    assert (was_read, state(found), found.attempts) == (False, "waiting", 0)
    assert reading.next_waiting() == [found.pk]


def test_a_reader_that_was_overtaken_writes_nothing(clean, printed, monkeypatch):
    printed(("Kode salah", 90.0))
    found = clean()
    read = ocr.read

    def slow_read(data):
        Reading.objects.filter(pk=found.pk).update(attempts=2)
        return read(data)

    monkeypatch.setattr(ocr, "read", slow_read)

    reading.read_screenshot(found.pk)

    assert (state(found), found.text) == ("waiting", "")


def test_the_database_holds_text_only_for_what_was_read(clean):
    found = clean()

    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.filter(pk=found.pk).update(
            state=ReadingState.SKIPPED, text="x", ended_at=timezone.now()
        )


def test_migration_has_the_screenshots_of_unfinished_tickets_read():
    ready = {"state": "clean", "clean_path": "x", "cleaned_at": timezone.now()}
    wanted = ScreenshotFactory(ticket=TicketFactory(open=True), **ready)
    ScreenshotFactory(ticket=TicketFactory(resolved=True), **ready)
    ScreenshotFactory(ticket=wanted.ticket)
    migration = import_module("tickets.migrations.0004_screenshot_reading")

    migration.read_what_is_open(apps, None)

    assert list(Reading.objects.values_list("pk", "state")) == [(wanted.pk, "waiting")]
