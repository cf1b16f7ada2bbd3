"""The decode at the door: bounded in time, memory and number, whatever the bytes are."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.base import ContentFile

from tests import images
from tickets import full_decode, sandbox, screenshots
from tickets.screenshots import ScreenshotRejected, inspect


def code_of(data):
    with pytest.raises(ScreenshotRejected) as caught:
        inspect(ContentFile(data), name="a.png")
    return caught.value.code


def test_inspect_reads_50_megapixels_without_keeping_them():
    data = images.blank_png(7_000, 7_000, colour=6, channels=4)
    tracemalloc.start()

    inspected = inspect(ContentFile(data), name="a.png")

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (inspected.width, inspected.height) == (7_000, 7_000)
    assert peak < 2 * 1024 * 1024


def test_inspect_stops_a_heavy_file_in_its_own_process(monkeypatch):
    monkeypatch.setattr(full_decode, "CPU_SECONDS", 1)
    monkeypatch.setattr(full_decode, "LIGHT_JPEG_WORK", 0)
    # On a busy machine one second of CPU takes longer than the door waits.
    monkeypatch.setattr(screenshots, "DOOR_SECONDS", 60)
    data = images.jpeg_of_scans(100, size=(7_000, 7_000))

    with images.no_child_left():
        code = code_of(data)

    assert code == "too_complex"


def test_inspect_is_busy_when_no_slot_gets_free(monkeypatch):
    monkeypatch.setattr(screenshots, "DOOR_SECONDS", 0.1)

    with full_decode._slots, full_decode._slots:
        code = code_of(images.png())

    assert code == "busy"
    assert inspect(ContentFile(images.png()), name="a.png").format == "png"


def test_inspect_is_busy_when_time_runs_out(monkeypatch):
    monkeypatch.setattr(screenshots, "DOOR_SECONDS", 0.01)

    with images.no_child_left():
        codes = code_of(images.webp()), code_of(images.blank_png(7_000, 7_000))

    assert codes == ("busy", "busy")


def test_inspect_is_busy_when_no_process_can_be_started(monkeypatch):
    monkeypatch.setattr(sandbox.sys, "executable", "/nonexistent/python")

    assert code_of(images.webp()) == "busy"


def test_inspect_five_at_once_agree():
    data = [images.phone_screenshot(), images.webp(), images.jpeg(), images.heic(), images.gif()]

    with ThreadPoolExecutor(5) as pool:
        inspected = list(pool.map(lambda image: inspect(ContentFile(image), name="a.png"), data))

    assert [each.format for each in inspected] == ["png", "webp", "jpeg", "heic", "gif"]
