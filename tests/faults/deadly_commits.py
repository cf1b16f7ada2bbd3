"""The web application, but its process dies around the COMMIT of some reports.

DIES is "before" or "after" it; the folder DEATHS has a file for each death that is left.
"""

import itertools
import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_save

from kayasupport.wsgi import application  # noqa: F401 (what gunicorn serves; it sets up Django)
from tickets.models import Ticket

EACH = 8  # of the reports that one process is given
deaths = Path(os.environ["DEATHS"])
commit = BaseDatabaseWrapper.commit
writing = threading.local()
reports = itertools.count(1)


def note_report(instance, created, **kwargs):
    writing.report = created


def commit_or_die(self):
    is_last = getattr(writing, "report", False) and next(reports) % EACH == 0
    writing.report = False
    if is_last and os.environ["DIES"] == "before":
        die()
    commit(self)
    if is_last:
        die()


def die():
    """Take a death, as long as there are any; of two processes at once, one may go without."""
    with suppress(FileNotFoundError, IndexError):
        left = sorted(deaths.iterdir())
        left[0].unlink()
        os.kill(os.getpid(), signal.SIGKILL)


post_save.connect(note_report, sender=Ticket)
BaseDatabaseWrapper.commit = commit_or_die
