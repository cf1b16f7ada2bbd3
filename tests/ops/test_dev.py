"""`manage.py dev`, for real: it starts, says where, keeps its parts up, and leaves nothing behind."""

import os
import re
import signal
import socket
import urllib.request

import pytest

from kayasupport.management.commands import dev
from tests.ops.product import Product, alive, free_port, state, wait_until
from tests.screens import install, remove

PASSWORD = re.compile(r"admin / (\S{16}) ")

# One after the other in one process: they share a data folder.
pytestmark = [pytest.mark.xdist_group("dev"), pytest.mark.slow]


@pytest.fixture(scope="module")
def home(tmp_path_factory, model):
    """A data folder that has seen its first start."""
    folder = tmp_path_factory.mktemp("ops") / "var with a space"
    product = Product(folder, PORT=str(free_port()))
    try:
        product.wait_for_url()
        assert PASSWORD.search(product.text)
    finally:
        product.stop(signal.SIGKILL)
    return folder


@pytest.fixture
def start(home):
    started = []

    def begin(**environment):
        started.append(Product(home, **environment))
        return started[-1]

    yield begin
    for product in started:
        if product.process.poll() is None:
            product.stop(signal.SIGKILL)


def test_dev_says_where_everything_is_and_stops_cleanly(start, home):
    port = free_port()
    product = start(PORT=str(port))

    url = product.wait_for_url()
    with urllib.request.urlopen(f"{url}healthz") as answer:
        health = answer.read()
    wait_until(lambda: len(product.parts()) == 7, seconds=10)  # web and worker with 2 each, beat
    parts = product.parts()
    code = product.stop()

    assert url == f"http://127.0.0.1:{port}/"
    assert health == b"ok"
    assert str(home / "mail") in product.text
    assert not PASSWORD.search(product.text)
    assert "Traceback" not in product.text
    assert code == 0
    assert alive(parts) == []
    assert home.stat().st_mode & 0o777 == 0o700


def test_dev_says_in_one_line_how_screenshots_come_to_be_read(settings, tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, reads="exit 1")
    without_english = dev.screenshots()
    settings.OCR_LANGUAGES = ["ind"]
    complete = dev.screenshots()
    remove(tmp_path, monkeypatch)
    without = dev.screenshots()
    settings.OCR = "off"

    assert without_english == "read without eng: apt-get install tesseract-ocr tesseract-ocr-ind"
    assert complete == "read by tesseract (ind)"
    assert without == "not read: apt-get install tesseract-ocr tesseract-ocr-ind"
    assert dev.screenshots() == "not read: OCR is off"


def test_dev_leaves_nothing_when_it_is_killed(start):
    product = start(PORT=str(free_port()))
    product.wait_for_url()
    wait_until(lambda: len(product.parts()) == 7, seconds=10)
    parts = product.parts()

    product.stop(signal.SIGKILL)

    wait_until(lambda: alive(parts) == [], seconds=5)


def test_dev_starts_a_part_again_that_died_and_refuses_a_second_start(start, home):
    product = start(PORT=str(free_port()))
    url = product.wait_for_url()
    web, *others = product.parts()[:3]

    os.kill(web, signal.SIGKILL)
    wait_until(lambda: "web was killed by SIGKILL; starting it again" in product.text, seconds=5)
    second = start(PORT=str(free_port()))
    code = second.process.wait(timeout=20)
    with urllib.request.urlopen(f"{url}healthz", timeout=10) as answer:
        health = answer.read()

    assert health == b"ok"
    assert [state(pid) != "" for pid in others] == [True, True]
    assert code == 1
    assert f"running already with the data in {home}: {url[:-1]} (process" in second.text


def test_dev_says_so_when_the_chosen_port_is_taken(start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        product = start(PORT=str(port))
        code = product.process.wait(timeout=20)

    assert code == 1
    assert product.text.splitlines() == [
        f"CommandError: Port {port} is taken by another program. Choose another: PORT={port + 1} make run"
    ]


@pytest.mark.slow
def test_dev_without_a_chosen_port_takes_another_and_links_to_it(start):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8000))
        except OSError:
            pass  # somebody has it already: just as well
        else:
            other.listen()
        product = start()
        url = product.wait_for_url()
        code = product.stop()

    assert url != "http://127.0.0.1:8000/"
    assert f"Port 8000 is taken by another program; using {url[-5:-1]}." in product.text
    assert code == 0
