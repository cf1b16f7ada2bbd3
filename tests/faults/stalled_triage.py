"""Loaded into a worker by --include: stops it in the middle of triage, while STALL_FILE exists."""

import os
import time
from pathlib import Path

from tickets import pipeline

stall = Path(os.environ["STALL_FILE"])
reached = stall.with_suffix(".reached")
assess = pipeline.assess


def assess_slowly(report, *, now):
    while stall.exists():
        reached.touch()
        time.sleep(0.05)
    return assess(report, now=now)


pipeline.assess = assess_slowly
