import errno
import os
import time
from datetime import timedelta
from unittest.mock import Mock

import pytest
import time_machine
from django.core.files.base import ContentFile

from tests import images
from tests.factories import ScreenshotFactory
from tests.screens import install, remove
from tickets import cleaning, sandbox, screenshots
from tickets.models import Reading, Screenshot

pytestmark = pytest.mark.django_db


def received(data=None, **columns):
    file = ContentFile(data or images.sideways_jpeg(), name="foto.jpg")
    path = screenshots.store(file, screenshots.inspect(file, name="foto.jpg"))
    return ScreenshotFactory(original_path=path, **columns)


def test_clean_screenshot_keeps_the_clean_one_and_drops_the_original(settings):
    screenshot = received()
    original = settings.SCREENSHOT_DIR / screenshot.original_path

    cleaning.clean_screenshot(screenshot.pk)

    screenshot.refresh_from_db()
    clean = settings.SCREENSHOT_DIR / screenshot.clean_path
    assert (screenshot.state, screenshot.original_path, original.exists()) == ("clean", "", False)
    assert clean.stat().st_mode & 0o777 == 0o600
    assert screenshot.size == clean.stat().st_size
    assert images.SECRET.encode() not in clean.read_bytes()


def test_what_is_clean_is_to_be_read(tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, reads="exit 1")
    screenshot = received()

    is_to_be_read = cleaning.clean_screenshot(screenshot.pk)

    assert (is_to_be_read, Reading.objects.get().state) == (True, "waiting")


def test_where_nothing_is_read_nothing_waits(tmp_path, monkeypatch):
    remove(tmp_path, monkeypatch)
    screenshot = received()

    is_to_be_read = cleaning.clean_screenshot(screenshot.pk)

    assert (is_to_be_read, Reading.objects.get().state) == (False, "skipped")


def test_clean_screenshot_happens_once():
    screenshot = received()

    cleaning.clean_screenshot(screenshot.pk)
    cleaning.clean_screenshot(screenshot.pk)

    screenshot.refresh_from_db()
    assert screenshot.attempts == 1


def test_clean_screenshot_marks_what_cannot_be_read(settings):
    screenshot = received()
    (settings.SCREENSHOT_DIR / screenshot.original_path).write_bytes(b"rusak")

    cleaning.clean_screenshot(screenshot.pk)

    screenshot.refresh_from_db()
    assert (screenshot.state, screenshot.original_path) == ("unreadable", "")


@pytest.mark.parametrize(
    ("error", "counted"),
    [(OSError(errno.ENOSPC, "full"), 0), (OSError(errno.EIO, "broken"), 1), (sandbox.Stopped("SIGKILL"), 1)],
)
def test_what_is_not_the_pictures_fault_is_tried_again_later(error, counted, monkeypatch, settings):
    screenshot = received()
    monkeypatch.setattr(screenshots, "clean", Mock(side_effect=error))

    with time_machine.travel(screenshot.created_at, tick=False):
        cleaning.clean_screenshot(screenshot.pk)
        was_due = Screenshot.objects.due().exists()
    with time_machine.travel(screenshot.created_at + cleaning.RETRY_AFTER + timedelta(seconds=1)):
        is_due = Screenshot.objects.due().exists()

    screenshot.refresh_from_db()
    assert (was_due, is_due) == (False, True)
    assert (screenshot.state, screenshot.attempts) == ("received", counted)
    assert (settings.SCREENSHOT_DIR / screenshot.original_path).is_file()


def test_clean_screenshot_gives_up_on_one_that_keeps_killing_its_worker(settings):
    screenshot = received(attempts=settings.MAX_ATTEMPTS)

    cleaning.clean_screenshot(screenshot.pk)

    screenshot.refresh_from_db()
    assert screenshot.state == "unreadable"
    assert (settings.SCREENSHOT_DIR / screenshot.original_path).is_file()


def test_discard_orphan_files_goes_on_when_a_file_goes_away_meanwhile(settings):
    orphan = received()
    path = settings.SCREENSHOT_DIR / orphan.original_path
    type(orphan).objects.all().delete()
    long_ago = time.time() - cleaning.ORPHAN_AFTER - 60
    os.utime(path, (long_ago, long_ago))
    # Listed, and gone when it is looked at: what a worker that cleans leaves for a moment.
    (path.parent / "pergi.png").symlink_to(path.parent / "tidak-ada.png")

    removed = cleaning.discard_orphan_files()

    assert (removed, path.exists()) == (1, False)


def test_discard_orphan_files_removes_only_old_files_without_a_row(settings):
    known, young, old = received(), received(), received()
    for screenshot in (young, old):
        type(screenshot).objects.filter(pk=screenshot.pk).delete()
    paths = [settings.SCREENSHOT_DIR / screenshot.original_path for screenshot in (known, young, old)]
    long_ago = time.time() - cleaning.ORPHAN_AFTER - 60
    for path in (paths[0], paths[2]):
        os.utime(path, (long_ago, long_ago))

    removed = cleaning.discard_orphan_files()

    assert (removed, [path.exists() for path in paths]) == (1, [True, True, False])
