"""The line to the mail server or provider: opened once, and kept while one process has more to send."""

from __future__ import annotations

import logging
import smtplib
import threading
import time

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMessage, get_connection

logger = logging.getLogger(__name__)

# Mails over one line: servers have limits of their own, and say so by hanging up.
MOST = 100
# A line that was idle for longer (seconds) is asked whether it is still there: a server that hung up
# meanwhile would else cost the next message one of its tries.
IDLE = 1.0

_kept = threading.local()


class ProviderFailed(OSError):
    """The mail provider did not take the message, and may take it later."""


class Unreachable(OSError):
    """No line came about: nobody there, or we are not let in. Says nothing about the message."""

    def __init__(self, because: OSError) -> None:
        super().__init__(f"{type(because).__name__}: {because}")
        self.because = because


def send(mail: EmailMessage) -> None:
    """Send one mail, over the line of this thread.

    Raises what smtplib raises, for a provider too; Unreachable before the message was offered. A line
    on which anything went wrong is closed, and nothing is sent a second time from here: whether it
    went out, only the outbox may judge.
    """
    try:
        line = _open_line()
    except OSError as error:
        raise Unreachable(error) from error
    try:
        line.send_messages([mail])
    except AnymailRecipientsRefused as error:
        hang_up()
        raise smtplib.SMTPRecipientsRefused({mail.to[0]: (550, str(error).encode())}) from error
    except AnymailError as error:
        hang_up()
        raise ProviderFailed(f"{type(error).__name__}: {error}") from error
    except BaseException:
        hang_up()
        raise
    _kept.sent += 1
    _kept.used_at = time.monotonic()


def hang_up() -> None:
    """Close the line of this thread, if there is one; what the server says to that is no matter."""
    line, _kept.line = getattr(_kept, "line", None), None
    if line is None:
        return
    try:
        line.close()
    except OSError as error:
        logger.info("the line to the mail server ended badly: %s", type(error).__name__)


def provider_id_of(mail: EmailMessage) -> str:
    """Return what the provider calls a mail that it has taken, "" over SMTP."""
    status = getattr(mail, "anymail_status", None)
    found = getattr(status, "message_id", None)
    return "" if found is None or isinstance(found, set) else str(found)


def _open_line():
    line = getattr(_kept, "line", None)
    if line is not None and _kept.sent < MOST and _is_alive(line):
        return line
    hang_up()
    line = get_connection()
    line.open()
    _kept.line, _kept.sent, _kept.used_at = line, 0, time.monotonic()
    return line


def _is_alive(line) -> bool:
    session = getattr(line, "connection", None)
    if not isinstance(session, smtplib.SMTP) or time.monotonic() - _kept.used_at < IDLE:
        return True
    try:
        return session.noop()[0] == 250
    except OSError:
        return False
