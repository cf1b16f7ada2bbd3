"""Screenshots: refused or accepted at the door, stored, cleaned in a process that can be killed."""

import io
import os
import resource
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from tests import images
from tickets import full_decode, sandbox, screenshots
from tickets.sandbox import CODE_DIR
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

PILLOW_JPEG_HEADER = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}

GOOD = {
    "png": (images.png, "png", (108, 234)),
    "jpeg": (images.jpeg, "jpeg", (108, 234)),
    "webp": (images.webp, "webp", (108, 234)),
    "gif": (images.gif, "gif", (108, 234)),
    "heic": (images.heic, "heic", (108, 234)),
    "mpo": (images.mpo, "jpeg", (108, 234)),
    "sideways": (images.sideways_jpeg, "jpeg", (234, 108)),
    "progressive": (lambda: images.jpeg(progressive=True), "jpeg", (108, 234)),
    "cmyk": (lambda: images.jpeg(images.screen(mode="CMYK")), "jpeg", (108, 234)),
    "16-bit": (lambda: images.png(images.screen(mode="I;16")), "png", (108, 234)),
    "one-bit": (lambda: images.png(images.screen(mode="1")), "png", (108, 234)),
    "palette": (images.transparent_palette_png, "png", (108, 234)),
    "interlaced": (images.interlaced_png, "png", (8, 8)),
    "talkative": (images.talkative_png, "png", (108, 234)),
    "animated png": (lambda: images.animated("PNG"), "png", (108, 234)),
    "animated gif": (lambda: images.animated("GIF"), "gif", (108, 234)),
    "animated webp": (lambda: images.animated("WEBP"), "webp", (108, 234)),
    "one pixel": (lambda: images.png(images.screen((1, 1))), "png", (1, 1)),
    "polyglot": (lambda: images.png() + images.HTML, "png", (108, 234)),
    "motion photo": (lambda: images.jpeg() + b"\xff\xda" * 5_000, "jpeg", (108, 234)),
    "greedy exif": (images.jpeg_of_greedy_exif, "jpeg", (108, 234)),
    "50 scans": (lambda: images.jpeg_of_scans(50, size=(400, 300)), "jpeg", (400, 300)),
}

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


def cleaned_image(data, tmp_path):
    source, destination = tmp_path / "source", tmp_path / "clean" / "picture"
    source.write_bytes(data)
    cleaned = clean(source, destination)
    return cleaned, Image.open(io.BytesIO(destination.read_bytes()))


def is_red_above_blue(image):
    rgb = image.convert("RGB")
    middle, height = rgb.width // 2, rgb.height
    top, bottom = rgb.getpixel((middle, height // 4)), rgb.getpixel((middle, height * 3 // 4))
    return top[0] > 180 > 80 > top[2] and bottom[2] > 180 > 80 > bottom[0]


# At the door


@pytest.mark.parametrize("kind", GOOD)
def test_inspect_accepts(kind):
    make, image_format, size = GOOD[kind]

    inspected = inspect(ContentFile(make()), name="screenshot.png")

    assert (inspected.format, (inspected.width, inspected.height)) == (image_format, size)


@pytest.mark.parametrize("kind", BAD)
def test_inspect_refuses_in_time(kind):
    expected, make = BAD[kind]
    data = make()
    started = time.monotonic()

    code = code_of(data)

    assert code == expected
    assert time.monotonic() - started < 1.0


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


def test_inspect_reads_50_megapixels_without_keeping_them():
    data = images.blank_png(7_000, 7_000, colour=6, channels=4)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    inspected = inspect(ContentFile(data), name="a.png")

    assert (inspected.width, inspected.height) == (7_000, 7_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024  # KiB


def test_inspect_stops_a_heavy_file_in_its_own_process(monkeypatch):
    monkeypatch.setattr(full_decode, "CPU_SECONDS", 1)
    monkeypatch.setattr(full_decode, "LIGHT_JPEG_WORK", 0)
    data = images.jpeg_of_scans(100, size=(7_000, 7_000))

    code = code_of(data)

    assert code == "too_complex"
    assert children() == []


def test_inspect_is_busy_when_no_slot_gets_free(monkeypatch):
    monkeypatch.setattr(screenshots, "DOOR_SECONDS", 0.1)

    with full_decode._slots, full_decode._slots:
        code = code_of(images.png())

    assert code == "busy"
    assert inspect(ContentFile(images.png()), name="a.png").format == "png"


def test_inspect_is_busy_when_time_runs_out(monkeypatch):
    monkeypatch.setattr(screenshots, "DOOR_SECONDS", 0.01)

    codes = code_of(images.webp()), code_of(images.blank_png(7_000, 7_000))

    assert codes == ("busy", "busy")
    assert children() == []


def test_inspect_is_busy_when_no_process_can_be_started(monkeypatch):
    monkeypatch.setattr(sandbox.sys, "executable", "/nonexistent/python")

    assert code_of(images.webp()) == "busy"


def test_inspect_five_at_once_agree():
    data = [images.phone_screenshot(), images.webp(), images.jpeg(), images.heic(), images.gif()]

    with ThreadPoolExecutor(5) as pool:
        inspected = list(pool.map(lambda image: inspect(ContentFile(image), name="a.png"), data))

    assert [each.format for each in inspected] == ["png", "webp", "jpeg", "heic", "gif"]


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.data())
def test_inspect_answers_any_damage_here(data):
    kinds = [images.png, images.talkative_png, images.transparent_palette_png]
    kinds += [images.jpeg, images.sideways_jpeg, images.mpo]

    is_answered(data, data.draw(st.sampled_from(kinds))())


@hypothesis_settings(max_examples=20, deadline=None)
@given(st.data())
def test_inspect_answers_any_damage_apart(data):
    is_answered(data, data.draw(st.sampled_from([images.webp, images.heic, images.gif]))())


def is_answered(data, image):
    damaged = bytearray(image)
    places = st.integers(0, len(image) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        damaged[place] = byte
    damaged = damaged[: data.draw(st.one_of(st.none(), places))]

    try:
        answer = inspect(ContentFile(bytes(damaged)), name="a.png")
    except ScreenshotRejected as error:
        answer = error

    assert isinstance(answer, Inspected) or answer.code in MESSAGES


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

    assert [str(error) for error in caught.value.errors] == ["You chose 6 files. Choose 5 at most."]


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


@pytest.mark.parametrize(
    "kind", [kind for kind in GOOD if kind not in {"interlaced", "50 scans", "one pixel"}]
)
def test_clean_leaves_pixels_only(kind, tmp_path):
    cleaned, image = cleaned_image(GOOD[kind][0](), tmp_path)

    assert (cleaned.width, cleaned.height) == image.size == (108, 234)
    assert cleaned.format == image.format.lower()
    assert set(image.info) <= PILLOW_JPEG_HEADER
    assert dict(image.getexif()) == {}
    assert images.SECRET.encode() not in (tmp_path / "clean" / "picture").read_bytes()


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_clean_turns_upright(orientation, tmp_path):
    _cleaned, image = cleaned_image(images.sideways_jpeg(orientation=orientation), tmp_path)

    assert image.size == (108, 234)
    assert is_red_above_blue(image)


@pytest.mark.parametrize("kind", ["heic", "cmyk", "palette", "mpo", "animated webp", "animated gif"])
def test_clean_keeps_the_first_picture(kind, tmp_path):
    _cleaned, image = cleaned_image(GOOD[kind][0](), tmp_path)

    assert is_red_above_blue(image)


def test_clean_turns_a_heic_once(tmp_path):
    lying = images.screen().transpose(Image.Transpose.ROTATE_90)

    _cleaned, image = cleaned_image(images.heic(lying, exif=images.exif(orientation=6)), tmp_path)

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


def test_clean_writes_a_private_file_of_the_stated_size(tmp_path):
    cleaned, _image = cleaned_image(images.png(), tmp_path)

    path = tmp_path / "clean" / "picture"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size == cleaned.size
    assert list(path.parent.iterdir()) == [path]


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

    reason = reason_of(source, tmp_path / "picture")

    assert reason == "busy"
    assert children() == []


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


def test_decoding_knows_neither_django_nor_the_environment(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", images.SECRET)
    script = "import sys, tickets.decoding; print([name for name in sys.modules if 'django' in name.lower()])"

    modules = run_python(script)

    assert modules.strip() == "[]"


def run_python(script, *arguments):
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=CODE_DIR, capture_output=True, text=True, check=True).stdout


def children():
    """The processes this one has started and that still are there."""
    tasks = Path("/proc/self/task").glob("*/children")
    return [pid for task in tasks for pid in task.read_text().split()]
