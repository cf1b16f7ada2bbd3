"""The separate process: what it makes of pictures, what it may use, when it is ended."""

import errno
import io
import os
import resource
import subprocess
import sys
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from PIL import Image

from tests import images
from tickets import sandbox, screenshots
from tickets.image_structure import Refused
from tickets.sandbox import CODE_DIR
from tickets.screenshots import Uncleanable, clean

PILLOW_JPEG_HEADER = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def cleaned_image(data, tmp_path):
    source, destination = tmp_path / "source", tmp_path / "clean" / "picture"
    source.write_bytes(data)
    cleaned = clean(source, destination)
    return cleaned, Image.open(io.BytesIO(destination.read_bytes()))


def reason_of(source, destination):
    with pytest.raises(Uncleanable) as caught:
        clean(source, destination)
    return caught.value.reason


def is_red_above_blue(image):
    rgb = image.convert("RGB")
    middle, height = rgb.width // 2, rgb.height
    top, bottom = rgb.getpixel((middle, height // 4)), rgb.getpixel((middle, height * 3 // 4))
    return top[0] > 180 > 80 > top[2] and bottom[2] > 180 > 80 > bottom[0]


@pytest.mark.parametrize(
    "kind", [kind for kind in images.GOOD if kind not in {"interlaced", "50 scans", "one pixel"}]
)
def test_clean_leaves_pixels_only(kind, tmp_path):
    cleaned, image = cleaned_image(images.GOOD[kind][0](), tmp_path)

    assert (cleaned.width, cleaned.height) == image.size == (108, 234)
    assert cleaned.format == image.format.lower()
    assert set(image.info) <= PILLOW_JPEG_HEADER
    assert dict(image.getexif()) == {}
    assert images.SECRET.encode() not in (tmp_path / "clean" / "picture").read_bytes()


def test_nothing_is_opened_that_there_is_no_room_for(tmp_path, monkeypatch):
    (tmp_path / "source").write_bytes(images.sideways_jpeg())
    monkeypatch.setattr(os, "statvfs", lambda folder: SimpleNamespace(f_bavail=0, f_frsize=4096))
    opened = Mock()
    monkeypatch.setattr(sandbox, "run", opened)

    with pytest.raises(OSError, match="No space left"):
        clean(tmp_path / "source", tmp_path / "clean" / "picture")

    assert not opened.called
    assert list((tmp_path / "clean").iterdir()) == []


def test_a_full_disk_is_not_the_pictures_fault():
    with open("/dev/full", "wb") as full, pytest.raises(OSError, match="No space left") as caught:
        sandbox.run(
            images.sideways_jpeg(), image_format="jpeg", cpu_seconds=5, wall_seconds=20, output=full.fileno()
        )

    assert caught.value.errno == errno.ENOSPC


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_clean_turns_upright(orientation, tmp_path):
    _cleaned, image = cleaned_image(images.sideways_jpeg(orientation=orientation), tmp_path)

    assert image.size == (108, 234)
    assert is_red_above_blue(image)


@pytest.mark.parametrize("kind", ["heic", "cmyk", "palette", "mpo", "animated webp", "animated gif"])
def test_clean_keeps_the_first_picture(kind, tmp_path):
    _cleaned, image = cleaned_image(images.GOOD[kind][0](), tmp_path)

    assert is_red_above_blue(image)


def test_clean_turns_a_heic_once(tmp_path):
    lying = images.screen().transpose(Image.Transpose.ROTATE_90)

    _cleaned, image = cleaned_image(images.heic(lying, exif=images.exif(orientation=6).tobytes()), tmp_path)

    assert image.size == (108, 234)
    assert is_red_above_blue(image)


def test_clean_scales_16_bit_grey(tmp_path):
    grey = Image.new("I;16", (20, 20), 128 * 256)

    _cleaned, image = cleaned_image(images.png(grey), tmp_path)

    assert image.convert("L").getpixel((5, 5)) == 128


def test_clean_applies_the_colour_profile(tmp_path):
    swapped = images.jpeg(icc_profile=images.swapped_profile())

    _cleaned, image = cleaned_image(swapped, tmp_path)

    assert not is_red_above_blue(image)


def test_clean_survives_a_broken_profile(tmp_path):
    _cleaned, image = cleaned_image(images.jpeg(icc_profile=b"not a profile"), tmp_path)

    assert is_red_above_blue(image)


def test_clean_keeps_transparency(tmp_path):
    glass = images.screen(mode="RGBA")
    glass.putalpha(128)

    cleaned, image = cleaned_image(images.png(glass), tmp_path)

    assert (cleaned.format, image.mode) == ("png", "RGBA")


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1_080, 2_340), (1_080, 2_340)),
        ((4_000, 3_000), (2_560, 1_920)),
        ((1_440, 3_200), (1_152, 2_560)),
        ((1_080, 9_000), (720, 6_000)),
        ((1, 9_000), (1, 9_000)),
    ],
)
def test_clean_limits_the_size_but_keeps_text_readable(size, expected, tmp_path):
    cleaned, _image = cleaned_image(images.blank_png(*size), tmp_path)

    assert (cleaned.width, cleaned.height) == expected


def test_clean_chooses_png_for_screens_and_jpeg_for_photographs(tmp_path):
    screen, _image = cleaned_image(images.jpeg(images.screen()), tmp_path)
    photograph, _image = cleaned_image(images.png(images.photograph()), tmp_path)

    assert (screen.format, photograph.format) == ("png", "jpeg")


def test_clean_stops_at_the_cpu_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(screenshots, "CLEAN_CPU_SECONDS", 1)
    source = tmp_path / "source"
    source.write_bytes(images.jpeg_of_scans(8_000))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime

    reason = reason_of(source, tmp_path / "picture")

    assert reason == "too_complex"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2.5


def test_clean_stops_at_the_clock_and_kills(tmp_path, monkeypatch):
    monkeypatch.setattr(screenshots, "CLEAN_SECONDS", 0.3)
    source = tmp_path / "source"
    source.write_bytes(images.jpeg_of_scans(8_000))

    with images.no_child_left():
        reason = reason_of(source, tmp_path / "picture")

    assert reason == "busy"


def test_clean_asks_for_another_attempt_when_it_was_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox.sys, "executable", "/bin/false")
    source = tmp_path / "source"
    source.write_bytes(images.png())

    with pytest.raises(sandbox.Stopped):
        clean(source, tmp_path / "picture")


def test_clean_of_50_megapixels_stays_below_512_mib(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(images.blank_png(7_000, 7_000, colour=6, channels=4))
    # From a small process: what a child of pytest is charged with begins with pytest's own memory.
    script = (
        "import os, resource, sys; from tickets import sandbox;"
        "out = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT);"
        "sandbox.run(open(sys.argv[1], 'rb').read(), image_format='png',"
        " cpu_seconds=15, wall_seconds=20, output=out);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )

    peak = run_python(script, str(source), str(tmp_path / "picture"))

    assert int(peak) < 512 * 1024  # KiB


def test_decoding_does_not_import_django():
    script = "import sys, tickets.decoding; print([name for name in sys.modules if 'django' in name])"

    modules = run_python(script)

    assert modules.strip() == "[]"


def test_decoding_sees_nothing_of_the_environment(tmp_path, monkeypatch):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\nenv > "$0.env"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sandbox.sys, "executable", str(python))
    monkeypatch.setenv("DATABASE_URL", images.SECRET)

    with pytest.raises(Refused):
        sandbox.run(b"", image_format="png", cpu_seconds=1, wall_seconds=5, output=None)

    assert images.SECRET not in (tmp_path / "python.env").read_text()


def run_python(script, *arguments):
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=CODE_DIR, capture_output=True, text=True, check=True).stdout
