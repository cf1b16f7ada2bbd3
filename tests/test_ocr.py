import os
import time

import pytest

from tests.screens import DARK, ERROR, LIGHT, install, needs_tesseract, remove, screen, table
from tickets import ocr


def texts(data):
    return [line.text for line in ocr.read(data)]


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@needs_tesseract
@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("image_format", ["PNG", "JPEG"])
def test_read_returns_the_lines_of_a_screen(colours, image_format):
    data = screen(ERROR, "Gunakan email lain", colours=colours, image_format=image_format)

    assert texts(data) == [ERROR, "Gunakan email lain"]


@needs_tesseract
def test_read_says_where_a_line_stands():
    line = ocr.read(screen(ERROR))[0]

    left, top, width, height = line.box
    assert left == pytest.approx(80 / 720, abs=0.01)
    assert 370 / 1480 < top < top + height < 420 / 1480
    assert 0.3 < width < 0.8
    assert line.confidence > 0.9


@needs_tesseract
def test_read_finds_nothing_on_an_empty_screen():
    assert ocr.read(screen()) == []


@needs_tesseract
@pytest.mark.parametrize("data", [b"", b"rusak", screen(ERROR)[:2000]])
def test_read_refuses_what_is_no_picture(data):
    with pytest.raises(ocr.Unreadable):
        ocr.read(data)


def test_read_kills_a_tesseract_that_hangs_and_what_it_has_started(settings, tmp_path, monkeypatch):
    settings.OCR_SECONDS = 2
    pids = tmp_path / "pids"
    install(tmp_path, monkeypatch, reads=f"sleep 60 & echo $$ $! > {pids}; wait")
    began = time.monotonic()

    with pytest.raises(ocr.Interrupted):
        ocr.read(screen(ERROR))

    assert time.monotonic() - began < 5
    found = pids.read_text().split()
    until = time.monotonic() + 5
    while any(is_running(pid) for pid in found) and time.monotonic() < until:
        time.sleep(0.05)
    assert (len(found), [pid for pid in found if is_running(pid)]) == (2, [])


def test_read_blames_the_picture_for_too_much_work(settings, tmp_path, monkeypatch):
    settings.OCR_SECONDS = 30
    monkeypatch.setattr(ocr, "CPU_SHARE", 1 / 30)
    install(tmp_path, monkeypatch, reads="while :; do :; done")

    with pytest.raises(ocr.Unreadable):
        ocr.read(screen(ERROR))


def test_read_does_not_blame_the_picture_for_a_kill(tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, reads="kill -9 $$")

    with pytest.raises(ocr.Interrupted):
        ocr.read(screen(ERROR))


def test_read_gives_tesseract_nothing_of_our_environment(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user:password@db/name")
    install(tmp_path, monkeypatch, reads=f"env > {tmp_path}/seen; exit 1")

    with pytest.raises(ocr.Unreadable):
        ocr.read(screen(ERROR))

    assert "password" not in (tmp_path / "seen").read_text()
    assert "OMP_THREAD_LIMIT=1" in (tmp_path / "seen").read_text()


def test_without_tesseract_nothing_is_read(tmp_path, monkeypatch):
    remove(tmp_path, monkeypatch)

    assert not ocr.is_available()
    with pytest.raises(ocr.Absent):
        ocr.read(screen(ERROR))


def test_switched_off_it_is_not_available(settings, tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, reads="exit 1")
    before = ocr.is_available()

    settings.OCR = "off"

    assert (before, ocr.is_available()) == (True, False)


def test_languages_are_ours_that_tesseract_knows(tmp_path, monkeypatch, settings):
    settings.OCR_LANGUAGES = ["jav", "ind"]
    install(tmp_path, monkeypatch, reads="exit 1")

    assert ocr.languages() == ("ind",)


def test_lines_leave_out_scraps_that_tesseract_does_not_believe():
    found = ocr.lines(table(("Kode salah", 91.0), ("ae", 31.0), ("~", 95.0), ("x1y2", 12.0)))

    assert [(line.text, line.box, line.confidence) for line in found] == [
        ("Kode salah", (0.1, 0.05, 0.19, 0.02), 0.91)
    ]


def test_lines_hold_no_control_or_direction_characters():
    found = ocr.lines(table(("Kode\u202e\x00\u2028\x0csalah", 91.0)))

    assert [line.text for line in found] == ["Kodesalah"]


@pytest.mark.parametrize("tsv", ["", "level\n", "1\t2\n", "kepala\n" + "\t" * 11 + "\n"])
def test_lines_of_a_table_that_is_none_are_none(tsv):
    assert ocr.lines(tsv) == []


def test_lines_are_limited():
    found = ocr.lines(table(*[("panjang" * 100, 90.0)] * 500))

    assert (len(found), len(found[0].text)) == (ocr.MAX_LINES, ocr.MAX_LINE)


def test_the_reader_dies_with_its_worker(tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, reads=f"echo $$ > {tmp_path}/pid; exec sleep 60")
    data = screen(ERROR)
    worker = os.fork()
    if worker == 0:
        try:
            ocr.read(data)
        finally:
            os._exit(0)
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        time.sleep(0.05)

    os.kill(worker, 9)
    os.waitpid(worker, 0)

    until = time.monotonic() + 5
    pid = (tmp_path / "pid").read_text().strip()
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(pid)
