"""The official mailbox by IMAP: every message is stored here before it is marked there."""

from __future__ import annotations

import imaplib
import logging
import shlex
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import close_old_connections
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from tickets import signs
from tickets.mail.incoming import receive
from tickets.models.incoming_mail import MailSource

logger = logging.getLogger(__name__)

# One look takes so much; the task has a time limit, and the next look takes the rest.
AT_ONCE = 100  # messages
PATIENCE = 30.0  # seconds
# RFC 2177 allows 29 minutes; NAT on the way forgets sooner.
IDLE = 240.0  # seconds
FIRST_BACK_OFF, LONGEST_BACK_OFF = 2.0, 300.0  # seconds
TOKEN_SECONDS = 20
ROUND = "mailbox"  # under which a look is written down for who watches
# What a mailbox that is away, full or wrongly set up raises.
TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError)
BOXES = {
    "imaps": (MailBox, 993),
    "imap+tls": (MailBoxStartTls, 143),
    "imap": (MailBoxUnencrypted, 143),
}


class BadMailbox(Exception):
    """The setting cannot be used; `str()` says why, without the password."""


@dataclass(frozen=True)
class Place:
    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str


def fetch() -> int:
    """Take what is new in the mailbox; return how many messages. Raises BadMailbox or one of TROUBLE."""
    began = time.monotonic()
    with _opened() as box:
        taken = _take_new(box)
    signs.note_round(ROUND, seconds=time.monotonic() - began)
    return taken


def reach() -> None:
    """Sign in to the mailbox and out again, to see whether it can be done. Raises as fetch() does."""
    with _opened():
        pass


def watch(*, until: Callable[[], bool]) -> None:
    """Take what comes, as it comes, until told to stop; a lost connection is made anew, with back-off."""
    back_off = FIRST_BACK_OFF
    while not until():
        try:
            with _opened() as box:
                back_off = FIRST_BACK_OFF
                _watch(box, until=until)
        except TROUBLE as error:
            logger.warning("the mailbox is away, next try in %.0f s: %s", back_off, type(error).__name__)
            signs.note_round(ROUND, seconds=0, trouble=type(error).__name__)
            time.sleep(back_off)
            back_off = min(2 * back_off, LONGEST_BACK_OFF)


def place() -> Place:
    """Read settings.IMAP_URL; raises BadMailbox."""
    try:
        url = urlsplit(settings.IMAP_URL)
        port = url.port
    except ValueError as error:
        raise BadMailbox("IMAP_URL is no address") from error
    if url.scheme not in BOXES or not url.hostname or not url.username:
        raise BadMailbox("IMAP_URL must look like imaps://user:password@host/INBOX")
    if url.scheme == "imap+tls" and port == 993:
        raise BadMailbox("on port 993 TLS begins at once: write imaps:// in IMAP_URL")
    return Place(
        scheme=url.scheme,
        host=url.hostname,
        port=port or BOXES[url.scheme][1],
        user=unquote(url.username),
        password=unquote(url.password or ""),
        folder=unquote(url.path.lstrip("/")) or "INBOX",
    )


@contextmanager
def _opened() -> Iterator[BaseMailBox]:
    where = place()
    box = _connected(where)
    try:
        if settings.IMAP_TOKEN_COMMAND:
            box.xoauth2(where.user, _access_token(), initial_folder=where.folder)
        else:
            box.login(where.user, where.password, initial_folder=where.folder)
        yield box
    finally:
        with suppress(*TROUBLE):
            box.logout()


def _connected(where: Place) -> BaseMailBox:
    if where.scheme == "imap":
        return MailBoxUnencrypted(where.host, where.port, timeout=settings.IMAP_TIMEOUT)
    kind = MailBox if where.scheme == "imaps" else MailBoxStartTls
    # imaplib's own context checks no certificate.
    context = ssl.create_default_context()
    return kind(where.host, where.port, timeout=settings.IMAP_TIMEOUT, ssl_context=context)


def _access_token() -> str:
    try:
        command = shlex.split(settings.IMAP_TOKEN_COMMAND)
        done = subprocess.run(  # noqa: S603 - the operator's own command
            command, capture_output=True, text=True, check=True, timeout=TOKEN_SECONDS
        )
    except (subprocess.SubprocessError, ValueError) as error:
        raise OSError(f"IMAP_TOKEN_COMMAND failed: {type(error).__name__}") from error
    return done.stdout.strip()


def _watch(box: BaseMailBox, *, until: Callable[[], bool]) -> None:
    while not until():
        close_old_connections()
        began = time.monotonic()
        taken = _take_new(box)
        signs.note_round(ROUND, seconds=time.monotonic() - began)
        if taken == AT_ONCE or until():
            continue
        if "IDLE" in box.client.capabilities:
            box.idle.wait(timeout=IDLE)
        else:
            time.sleep(settings.IMAP_POLL_SECONDS)


def _take_new(box: BaseMailBox) -> int:
    """Store each message, then mark it; what is marked twice or stored twice does no harm."""
    deadline = time.monotonic() + PATIENCE
    taken = 0
    for uid in box.uids("ALL" if settings.IMAP_DONE_FOLDER else "UNSEEN")[:AT_ONCE]:
        if time.monotonic() > deadline:
            break
        raw = _raw(box, uid)
        if raw is None:
            logger.warning("message %s of the mailbox cannot be read", uid)
            continue
        receive(raw, source=MailSource.IMAP)
        _mark(box, uid)
        taken += 1
    return taken


def _raw(box: BaseMailBox, uid: str) -> bytes | None:
    """Read a message without marking it; of one that is too large, a byte more than is allowed."""
    said, answer = box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{settings.INCOMING_MAX_BYTES + 1}>)")
    bodies = [part[1] for part in answer if isinstance(part, tuple)]
    return bodies[0] if said == "OK" and bodies else None


def _mark(box: BaseMailBox, uid: str) -> None:
    if settings.IMAP_DONE_FOLDER:
        box.move(uid, settings.IMAP_DONE_FOLDER)
    else:
        # Not box.flag(): it expunges, and would remove for good what people have marked as deleted.
        box.client.uid("STORE", uid, "+FLAGS", r"(\Seen)")
