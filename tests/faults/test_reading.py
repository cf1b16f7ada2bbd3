"""Workers that die, and programs that hang, while a screenshot is read."""

import os
import stat

import pytest
from django.utils import timezone

from tests.factories import ReadingFactory, TicketFactory
from tests.processes import until
from tests.screens import ERROR, screen, table
from tickets.models import Reading, Ticket
from tickets.models.reading import ReadingState

UNSURE = "tolong dibantu ya kak, lihat gambarnya"


@pytest.fixture
def stall(product, tmp_path):
    """A file; while it is there, tesseract stops in the middle, and says so in `stall.reached`."""
    file = tmp_path / "stall"
    file.touch()
    (tmp_path / "table").write_text(table((ERROR, 95.0)))
    program = tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(
        f"""#!/bin/sh
[ "$1" = --list-langs ] && printf 'ind\\neng\\n' && exit
while [ -e {file} ]; do echo $$ >> {file}.reached; sleep 0.1; done
cat {tmp_path}/table
"""
    )
    program.chmod(stat.S_IRWXU)
    product.own_settings |= {"PATH": f"{program.parent}:{os.environ['PATH']}", "OCR_SECONDS": "4"}
    return file


@pytest.fixture
def waiting(product, stall):
    """An unsure ticket with a clean screenshot, rung for by the sweep only."""
    (product.folder / "screenshots" / "bersih.png").write_bytes(screen(ERROR))
    ticket = TicketFactory(description=UNSURE)
    ReadingFactory(
        screenshot__ticket=ticket, state="waiting", text="", lines=[], confidence=None, ended_at=None
    )
    return ticket


def is_reached(stall):
    return stall.with_suffix(".reached").exists()


def is_read():
    return Reading.objects.get().state == ReadingState.READ


def test_worker_killed_in_the_middle_of_reading(product, stall, waiting, settle):
    product.start()
    until(lambda: is_reached(stall), within=20, what="a screenshot is being read")

    product.worker.kill()
    stall.unlink()
    product.start_worker()
    until(is_read, within=40, what="the screenshot is read after its lease")
    settle("worker killed -9 while reading")

    ticket = Ticket.objects.get()
    assert (ticket.screens, Reading.objects.get().attempts) == ((ERROR,), 2)
    assert ticket.messages.count() == 1


def test_tesseract_that_hangs_holds_up_nobody(product, stall, waiting, settle):
    product.own_settings |= {"SCREENS_WAIT_SECONDS": "5"}
    product.start()
    until(lambda: is_reached(stall), within=20, what="a screenshot is being read")
    other = TicketFactory()

    until(lambda: Ticket.objects.get(pk=other.pk).status != "new", within=10, what="others are triaged")
    until(lambda: Ticket.objects.get(pk=waiting.pk).status != "new", within=20, what="so is its own ticket")
    answered_at = timezone.now()
    stall.unlink()
    until(is_read, within=60, what="the screenshot is read at a later attempt")
    settle("tesseract hangs")

    ticket = Ticket.objects.get(pk=waiting.pk)
    assert ticket.screens == (ERROR,)
    assert ticket.first_auto_reply_at < answered_at
    assert ticket.messages.count() == 1
