"""How full each cap is that all share: what storms and abuse use up, for Operations and Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from tickets import mail_caps
from tickets.counters import ask_cache
from tickets.mail import answering
from tickets.remembered import Remembered
from tickets.throttling import INTAKE_OF_ALL


@dataclass(frozen=True)
class Level:
    name: str
    used: int | None  # in this hour; None while the cache is down, and the cap open
    limit: int

    @property
    def percent(self) -> int:
        return min(100, 100 * (self.used or 0) // self.limit) if self.limit else 100


def levels() -> list[Level]:
    """All, at most five seconds old. Raises django.db.Error, or Busy while somebody waits for it."""
    return _looked.get()


def forget() -> None:
    _looked.forget()


def _look() -> list[Level]:
    # Counted as far as the limits go: no more with a million tickets.
    hour = timezone.now() - timedelta(hours=1)
    mailed = mail_caps.automatic().filter(created_at__gt=hour)[: settings.AUTO_REPLIES_PER_HOUR]
    answered = answering.answered_since(hour)[: settings.MAILS_ANSWERED_PER_HOUR]
    most, _seconds = INTAKE_OF_ALL.rate
    no_answer: int | None = None
    return [
        Level("reports", ask_cache(lambda: INTAKE_OF_ALL.used, otherwise=no_answer), most),
        Level("automatic_mail", mailed.count(), settings.AUTO_REPLIES_PER_HOUR),
        Level("mails_answered", answered.count(), settings.MAILS_ANSWERED_PER_HOUR),
    ]


_looked = Remembered(_look, seconds=5.0, patience=5.0)
