"""Loaded into a worker by --include: two texts that triage does not survive."""

import os
import signal
import time
from contextlib import suppress

from tickets import pipeline

KILLS = "teks yang mematikan"
HANGS = "teks yang menggantung"
assess = pipeline.assess


def assess_or_die(report, *, now):
    if KILLS in report.text:
        os.kill(os.getpid(), signal.SIGKILL)
    while HANGS in report.text:
        with suppress(Exception):  # not even the soft limit gets it out
            time.sleep(1)
    return assess(report, now=now)


pipeline.assess = assess_or_die
