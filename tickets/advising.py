"""What a report that is still being written would be advised: nothing is stored, nothing is sent."""

from __future__ import annotations

import logging
from threading import Thread

from django.utils import timezone

from triage.assess import assess, assess_unread
from triage.beforehand import Beforehand, beforehand
from triage.classifier import ModelMissing
from triage.picked import hint_in
from triage.report import Report

logger = logging.getLogger(__name__)

# Characters of a description that are read: advice comes while somebody types.
MAX_READ = 2000
# With fewer words and nothing picked there is nothing to go by.
MIN_WORDS = 3


def help_with(report: Report) -> Beforehand | None:
    """Return what may help, or None when too little is known so far."""
    if not hint_in(report.situation) and len(report.text.split()) < MIN_WORDS:
        return None
    now = timezone.now()
    try:
        assessment = assess(report, now=now)
    except ModelMissing:
        assessment = assess_unread(report, now=now)
    return beforehand(assessment, report, now=now)


def warm_up() -> None:
    """Make it ready in a thread, or whoever types first would wait a second for it."""
    Thread(target=make_ready, name="advice-warm-up", daemon=True).start()


def make_ready() -> None:
    """Read the model and the word lists now; whatever is wrong with them, nothing is raised."""
    try:
        help_with(Report(text="kode otp belum masuk"))
    except Exception:
        # Then it is tried, and told of, when somebody asks.
        logger.exception("triage could not be made ready")
