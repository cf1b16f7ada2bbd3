"""Screenshots of any bytes: taken or refused with a known word, no process left, memory within its limit."""

import io
import resource
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from hypothesis import strategies as st
from PIL import Image

from tests import images
from tests.factories import ScreenshotFactory
from tests.fuzz import hostile
from tests.fuzz.answers import assert_fair, stored
from tests.fuzz.budget import fuzzed
from tests.fuzz.mutations import APART, HERE, mutated, with_right_checksums
from tests.fuzz.test_form import USUAL, with_tokens
from tests.fuzz.visitor import Visitor
from tickets import cleaning, screenshots
from tickets.decoding import MEMORY_BYTES
from tickets.models import Screenshot
from tickets.screenshots import (
    EXTENSIONS,
    MESSAGES,
    Cleaned,
    Inspected,
    ScreenshotRejected,
    Uncleanable,
    inspect,
)

pytestmark = pytest.mark.slow

here = mutated(HERE) | mutated(HERE).map(with_right_checksums)
apart = mutated(APART)
names = st.sampled_from([f"layar{ending}" for ending in sorted(EXTENSIONS)]) | hostile.texts


@fuzzed(examples=150, data=here)
def test_anything_decoded_here_is_answered_at_the_door(data):
    is_answered(data)


@fuzzed(examples=15, data=apart)
def test_anything_decoded_apart_is_answered_at_the_door(data):
    with images.no_child_left():
        is_answered(data)
    assert memory_of_children() < MEMORY_BYTES


@fuzzed(examples=15, data=here | apart)
def test_anything_is_cleaned_or_said_to_be_uncleanable(tmp_path, data):
    source, clean = tmp_path / "asli", tmp_path / "bersih"
    clean.unlink(missing_ok=True)
    source.write_bytes(data)

    with images.no_child_left():
        try:
            answer = screenshots.clean(source, clean)
        except Uncleanable as error:
            answer = error

    assert memory_of_children() < MEMORY_BYTES
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
    if isinstance(answer, Cleaned):
        is_clean(clean, answer)
    else:
        assert answer.reason in MESSAGES
        assert not clean.exists()


@pytest.mark.django_db(transaction=True)
@fuzzed(examples=6, data=here | apart)
def test_row_of_anything_becomes_clean_or_unreadable(settings, data):
    screenshot = ScreenshotFactory()
    path = screenshots.path_of(screenshot.original_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)

    cleaning.clean_screenshot(screenshot.pk)

    screenshot.refresh_from_db()
    assert screenshot.state in {"clean", "unreadable"}
    assert not path.exists()


@pytest.mark.usefixtures("model")
@pytest.mark.django_db(transaction=True)
@fuzzed(examples=20, data=st.lists(here, max_size=6), name=names)
def test_report_with_anything_as_screenshot_is_fair(data, name):
    before, known = stored(), Screenshot.objects.count()
    pairs = [
        (name, each)
        for name, value in USUAL.items()
        for each in ([value] if isinstance(value, str) else value)
    ]
    body = hostile.multipart(pairs, [("screenshots", name, each) for each in data])

    answer = Visitor().send("/", with_tokens(hostile.Sent(body, "multipart/form-data; boundary=batas")))

    assert_fair(answer, before=before)
    if answer.status_code == 422:
        assert set(answer.context["form"].errors) == {"screenshots"}
    assert answer.status_code == 303 or Screenshot.objects.count() == known


def is_answered(data):
    try:
        answer = inspect(ContentFile(data), name="a.png")
    except ScreenshotRejected as error:
        answer = error
    assert isinstance(answer, Inspected) or answer.code in MESSAGES


def is_clean(path: Path, answer):
    with Image.open(io.BytesIO(path.read_bytes()), formats=("PNG", "JPEG")) as image:
        image.load()
        assert (image.size, image.format) == ((answer.width, answer.height), answer.format.upper())
        assert not image.getexif()
    assert images.SECRET.encode() not in path.read_bytes()


def memory_of_children():
    """The most that any process held which this one has waited for, in bytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
