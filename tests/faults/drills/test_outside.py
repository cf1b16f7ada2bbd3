"""A mail server that does not do its part, a disk that is full, and a storm."""

import os
import subprocess
import time

import pytest

from tests.faults.drill import said
from tests.mail_sink import OK, Hang, Say
from tests.processes import until
from tickets.models import Message, Ticket

FAULT = 10.0  # seconds
STORM = 20  # times as many reports, so that 500 make 10,000
SLOW = 0.3  # seconds for each mail


@pytest.mark.any_engine
def test_mail_server_away(product, sink, drill, settle):
    product.start()

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(sink.go_away)
    time.sleep(FAULT)
    sink.listen()
    drill.over()
    outcome = settle("mail server away")

    assert (load.refusals, load.unanswered) == ([], 0)
    assert outcome.is_clean


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (lambda mail: Say("451 4.3.0 try again later"), "says 451"),
        (lambda mail: Hang(), "hangs"),
    ],
)
def test_mail_server_in_trouble(product, sink, drill, settle, answer, what):
    product.start()

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(lambda: setattr(sink, "answer", answer))
    time.sleep(FAULT)
    sink.answer = lambda mail: Say(OK)
    drill.over()
    outcome = settle(f"mail server {what}")

    assert (load.refusals, load.unanswered) == ([], 0)
    assert outcome.is_clean


@pytest.mark.any_engine
def test_mail_server_slow(product, sink, drill, settle):
    product.start()

    def take_your_time(mail):
        time.sleep(SLOW)  # in the sink's loop: one mail after the other
        return Say(OK)

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(lambda: setattr(sink, "answer", take_your_time))
    time.sleep(FAULT)
    sink.answer = lambda mail: Say(OK)
    drill.over()
    outcome = settle(f"mail server takes {SLOW:g} s for a mail")

    assert (load.refusals, load.unanswered) == ([], 0)
    assert outcome.is_clean


@pytest.mark.any_engine
def test_mail_server_refuses_for_good(product, sink, drill, settle):
    product.start()

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(lambda: setattr(sink, "answer", lambda mail: Say("550 5.7.1 not wanted")))
    failed = Message.objects.filter(delivery="failed")
    load.reach(0.8)
    until(failed.exists, within=20, what="a mail is refused")  # some may be under way yet
    sink.answer = lambda mail: Say(OK)
    drill.over()
    outcome = settle("mail server says 550")

    assert outcome.auto_replies == outcome.acknowledged
    assert (outcome.mailed, outcome.duplicates) == (outcome.acknowledged - failed.count(), 0)
    # Each of them is before an agent, and says why.
    assert Ticket.objects.filter(attention="mail_failed", status="open").count() == failed.count()


@pytest.fixture
def small_disk(product, drill):
    """The folder of the screenshots as a file system of its own, with room for them and little more."""
    folder = product.folder / "screenshots"
    size = max(256, 4 * drill.total)  # KiB; every fourth report has a picture of one page, and its clean one
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}k,mode=0700", "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.any_engine
def test_disk_full_for_uploads(product, drill, settle, small_disk):
    product.start()
    ballast = small_disk / "ballast"

    def fill():
        with ballast.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass

    load = drill.begin()
    load.reach(0.2)
    drill.hurt(fill)
    time.sleep(FAULT)
    ballast.unlink()
    drill.over()
    outcome = settle("disk full for screenshots")

    # Those without a picture do not notice; the others are told, and their text stands there again.
    assert said(load).keys() == {503}
    assert all(each.says_when and each.keeps_text for each in load.refusals)
    assert outcome.is_clean


@pytest.mark.any_engine
def test_storm(product, drill, settle):
    product.start()

    load = drill.begin(total=drill.total * STORM, at_once=50, a_second=1000.0)
    load.finish()
    drill.over()
    outcome = settle("storm, 50 at once", within=1200)

    assert outcome.is_clean
    assert outcome.memory < 512
