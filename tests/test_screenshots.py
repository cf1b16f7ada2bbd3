"""Screenshots: refused or accepted at the door, named, stored, cleaned into a file."""

import os
import stat
import time

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests import images
from tickets import screenshots
from tickets.screenshots import (
    MESSAGES,
    MIB,
    Inspected,
    ScreenshotRejected,
    ScreenshotsRejected,
    Uncleanable,
    clean,
    discard,
    inspect,
    inspect_all,
    new_path,
    path_of,
    safe_name,
    store,
)

BAD = {
    "zero bytes": ("empty", bytes),
    "text": ("wrong_type", lambda: b"kode otp belum masuk"),
    "html": ("wrong_type", lambda: images.HTML),
    "svg": ("wrong_type", lambda: images.SVG),
    "pdf": ("wrong_type", lambda: images.PDF),
    "bmp": ("wrong_type", lambda: images.saved(images.screen(), "BMP")),
    "tiff": ("wrong_type", lambda: images.saved(images.screen(), "TIFF")),
    "avif": ("wrong_type", lambda: images.saved(images.screen(), "AVIF")),
    "truncated png": ("unreadable", lambda: images.phone_screenshot()[:150_000]),
    "truncated jpeg": ("unreadable", lambda: images.jpeg(images.photograph())[:9_000]),
    "truncated webp": ("unreadable", lambda: images.webp(images.photograph())[:3_000]),
    "truncated gif": ("unreadable", lambda: images.gif(images.photograph())[:3_000]),
    "truncated heic": ("unreadable", lambda: images.heic(images.photograph())[:3_000]),
    "png signature": ("unreadable", lambda: images.PNG_SIGNATURE),
    "jpeg signature": ("unreadable", lambda: b"\xff\xd8\xff"),
    "webp signature": ("unreadable", lambda: b"RIFF\x00\x00\x00\x00WEBP"),
    "heic signature": ("unreadable", lambda: b"\x00\x00\x00\x18ftypheic"),
    "html in png": ("unreadable", lambda: images.PNG_SIGNATURE + images.HTML),
    "wrong checksum": ("unreadable", lambda: images.with_wrong_checksum(images.png())),
    "wrong filter": ("unreadable", images.png_with_wrong_filter),
    "rows missing": ("unreadable", images.png_without_rows),
    "palette missing": ("unreadable", images.png_without_palette),
    "only padding": ("unreadable", lambda: b"\xff\xd8" + b"\xff" * (10 * MIB - 2)),
    "png bomb": ("too_many_pixels", lambda: images.blank_png(20_000, 20_000, depth=1, colour=0, channels=1)),
    "png of 178 MP": ("too_many_pixels", lambda: images.png_header(13_000, 13_000) + images.png()[33:]),
    "gif bomb": ("too_many_pixels", lambda: images.gif_of_size(60_000, 60_000)),
    "webp bomb": ("too_many_pixels", lambda: images.webp_of_size(16_000, 16_000)),
    "long edge": ("too_long_edge", lambda: images.blank_png(1, 20_001)),
    "8,000 scans": ("too_complex", lambda: images.jpeg_of_scans(8_000)),
    "many segments": ("too_complex", images.jpeg_of_segments),
    "padding": ("too_complex", images.jpeg_of_padding),
    "many chunks": ("too_complex", images.png_of_many_chunks),
    "many profiles": ("too_complex", images.png_of_profiles),
}


def upload(data, name="screenshot.png"):
    return SimpleUploadedFile(name, data)


def code_of(data, name="screenshot.png"):
    with pytest.raises(ScreenshotRejected) as caught:
        inspect(ContentFile(data), name=name)
    return caught.value.code


# At the door


@pytest.mark.parametrize("kind", images.GOOD)
def test_inspect_accepts(kind):
    make, image_format, size = images.GOOD[kind]

    inspected = inspect(ContentFile(make()), name="screenshot.png")

    assert (inspected.format, (inspected.width, inspected.height)) == (image_format, size)


@pytest.mark.parametrize("kind", BAD)
def test_inspect_refuses_in_time(kind):
    expected, make = BAD[kind]
    data = make()
    started = time.monotonic()

    code = code_of(data)

    assert code == expected
    assert time.monotonic() - started < 2.0


def test_inspect_describes_the_file():
    data = images.png()

    inspected = inspect(ContentFile(data), name="IMG_0001.jpeg")

    assert inspected == Inspected(
        format="png",
        width=108,
        height=234,
        size=len(data),
        sha256=images.sha256(data),
        extension="png",
    )


@pytest.mark.parametrize(
    "name", ["a.svg", "a.png.exe", "a.html", "png", "", ".", "a.png/", "a.png\u202egpj.exe"]
)
def test_inspect_refuses_other_extensions(name):
    assert code_of(images.png(), name=name) == "wrong_type"


@pytest.mark.parametrize(
    "name", ["A.PNG", "a.jpeg", "a.heif", "C:\\fakepath\\a.jpg", "a.b.webp", "a.png\u202e"]
)
def test_inspect_accepts_image_extensions(name):
    assert inspect(ContentFile(images.png()), name=name).extension == "png"


def test_inspect_refuses_a_large_file_unread():
    file = ContentFile(b"")
    file.size = 10 * MIB + 1

    with pytest.raises(ScreenshotRejected) as caught:
        inspect(file, name="a.png")

    assert caught.value.code == "too_large"


def test_inspect_all_returns_each_in_order():
    inspected = inspect_all([upload(images.png()), upload(images.jpeg(), "b.jpg")])

    assert [each.format for each in inspected] == ["png", "jpeg"]


def test_inspect_all_collects_the_error_of_every_file():
    uploads = [upload(images.PDF, "a.png"), upload(images.png(), "b.png"), upload(b"", "c.png")]

    with pytest.raises(ScreenshotsRejected) as caught:
        inspect_all(uploads)

    assert [(error.code, error.params["name"]) for error in caught.value.errors] == [
        ("wrong_type", "a.png"),
        ("empty", "c.png"),
    ]


def test_inspect_all_counts_files():
    with pytest.raises(ScreenshotsRejected) as caught:
        inspect_all([upload(images.png())] * 6)

    assert [str(error) for error in caught.value.errors] == ["Anda memilih 6 berkas. Pilih paling banyak 5."]


def test_inspect_all_counts_bytes():
    with pytest.raises(ScreenshotsRejected) as caught:
        inspect_all([upload(bytes(9 * MIB))] * 3)

    assert [error.code for error in caught.value.errors] == ["total_too_large"]


@pytest.mark.parametrize("code", MESSAGES)
def test_rejection_says_which_file_and_leaves_no_gap(code):
    with translation.override("en"):
        message = str(ScreenshotRejected(code, name="otp.png", count=6))

    assert "otp.png" in message or code in {"too_many", "total_too_large"}
    assert "None" not in message


# Names


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("otp.png", "otp.png"),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\budi\\otp.png", "otp.png"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("a\x00b\r\nc\u2028.png", "abc.png"),
        ("  layar   otp.png ", "layar otp.png"),
        ("\ud800.png", ".png"),
        ("tangkapan layar ✓ é.png", "tangkapan layar ✓ é.png"),
        ("x" * 300 + ".png", "x" * 96 + ".png"),
        ("x." + "y" * 300, "x." + "y" * 49),
        ("", "-"),
    ],
)
def test_safe_name_shows(name, shown):
    assert safe_name(name) == shown


@given(st.text())
def test_safe_name_is_short_and_printable(name):
    shown = safe_name(name)

    assert 0 < len(shown) <= 100
    assert shown.isprintable() or "\xa0" in shown or " " in shown
    assert "/" not in shown


# On the disk


def test_store_keeps_the_bytes_private(settings):
    data = images.png()
    file = ContentFile(data)
    inspected = inspect(file, name="a.png")

    path = path_of(store(file, inspected))

    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent, settings.SCREENSHOT_DIR)]
    assert path.read_bytes() == data
    assert modes == [0o600, 0o700, 0o700]


def test_store_leaves_nothing_when_the_disk_is_full(settings, monkeypatch):
    file = ContentFile(images.png())
    inspected = inspect(file, name="a.png")
    monkeypatch.setattr(screenshots.os, "fsync", no_space_left)

    with pytest.raises(OSError, match="No space left"):
        store(file, inspected)

    assert [path for path in settings.SCREENSHOT_DIR.rglob("*") if path.is_file()] == []


def no_space_left(descriptor):
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(28, "No space left on device")


def test_new_path_never_repeats():
    paths = {new_path("png") for _ in range(1_000)}

    assert len(paths) == 1_000
    assert {len(path) for path in paths} == {len("2026/11/22/") + 32 + len(".png")}


def test_path_of_stays_inside():
    with pytest.raises(SuspiciousFileOperation):
        path_of("../settings.py")


def test_discard_removes_and_is_quiet_when_there_is_nothing():
    file = ContentFile(images.png())
    relative = store(file, inspect(file, name="a.png"))

    discard(relative)
    discard(relative)

    assert not path_of(relative).exists()


# In the worker


def test_clean_writes_a_private_file_of_the_stated_size(tmp_path):
    source, destination = tmp_path / "source", tmp_path / "clean" / "picture"
    source.write_bytes(images.png())

    cleaned = clean(source, destination)

    assert stat.S_IMODE(destination.stat().st_mode) == 0o600
    assert destination.stat().st_size == cleaned.size
    assert list(destination.parent.iterdir()) == [destination]


def reason_of(source, destination):
    with pytest.raises(Uncleanable) as caught:
        clean(source, destination)
    return caught.value.reason


def test_clean_refuses_and_leaves_nothing_behind(tmp_path):
    source, destination = tmp_path / "source", tmp_path / "clean" / "picture"
    source.write_bytes(images.phone_screenshot()[:150_000])

    reasons = reason_of(source, destination), reason_of(tmp_path / "missing", destination)

    assert reasons == ("unreadable", "missing")
    assert list(destination.parent.iterdir()) == []
