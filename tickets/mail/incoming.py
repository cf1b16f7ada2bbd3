"""Where mail comes in: every message is a row with its bytes, committed before anybody reads it."""

from __future__ import annotations

import hashlib
import logging
import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from tickets.bells import ring
from tickets.mail import tasks
from tickets.mail.sealed_mail import keep_raw
from tickets.models import IncomingMail
from tickets.models.incoming_mail import BY_HAND, MailState

logger = logging.getLogger(__name__)

# Of a mail that is too large we keep the beginning: who wrote, when, about what (bytes).
KEPT_OF_TOO_LARGE = 64 * 1024
# The Message-ID is looked for in so much of a mail (bytes); behind it the hash does.
HEAD = 256 * 1024
# Why a mail can be no ticket, whoever says that a person has written it.
UNFIT = {"too_large", "too_complex", "no_sender", "empty", "gone"}
MESSAGE_ID = re.compile(rb"^message-id:[ \t\r\n]*(<[!-;=?-~]{3,250}>)", re.IGNORECASE | re.MULTILINE)


def receive(raw: bytes, *, source: str) -> IncomingMail:
    """Keep a message and ring for its filing; return its row.

    A second delivery of the same message returns the first one's row. Same means: the same
    Message-ID and the same content. Another content under a known Message-ID is a mail of its
    own, because some programs give all their mail one. When this returns outside a transaction,
    the message is committed and may be deleted where it came from. A message of more than
    settings.INCOMING_MAX_BYTES is kept as its beginning, and not filed.
    """
    digest = hashlib.sha256(raw).hexdigest()
    message_id, content = _identity(raw, digest=digest)
    mail = _known_or_created(raw, message_id=message_id, content=content, source=source)
    if mail.content_digest == content:
        return mail
    return _known_or_created(raw, message_id=f"sha256:{digest}", content=content, source=source)


def file_again(mail: IncomingMail) -> bool:
    """Give a mail that was kept back to the workers, as a person's; False when it cannot be filed.

    For who has read it and knows better than its headers. What is UNFIT would only come back.
    """
    kept = IncomingMail.objects.filter(pk=mail.pk, state__in=[MailState.KEPT, MailState.UNREADABLE])
    again = {
        "state": MailState.NEW,
        "reason": BY_HAND,
        "ended_at": None,
        "is_automatic": False,
        "attempts": 0,
    }
    with transaction.atomic():
        if not kept.exclude(reason__in=UNFIT).filter(raw__isnull=False).update(**again):
            return False
        transaction.on_commit(lambda: ring(tasks.file_mail, mail.pk), robust=True)
    return True


def _known_or_created(raw: bytes, *, message_id: str, content: str, source: str) -> IncomingMail:
    """Return the row of that Message-ID, which may be another mail's."""
    named = IncomingMail.objects.filter(message_id=message_id)
    known = named.first()
    if known:
        return known
    try:
        mail = _create(raw, message_id=message_id, content=content, source=source)
    except IntegrityError:
        # Another process has got in between.
        known = named.first()
        if known is None:
            raise
        return known
    logger.info("mail %s came in by %s: %s bytes", mail.pk, source, len(raw))
    return mail


def _create(raw: bytes, *, message_id: str, content: str, source: str) -> IncomingMail:
    columns: dict = {"message_id": message_id, "content_digest": content, "source": source, "size": len(raw)}
    if len(raw) > settings.INCOMING_MAX_BYTES:
        ended = {"state": MailState.KEPT, "reason": "too_large", "ended_at": timezone.now()}
        columns, raw = columns | ended, raw[:KEPT_OF_TOO_LARGE]
    with transaction.atomic():
        mail = IncomingMail.objects.create(**columns)
        keep_raw(mail, raw)
        if mail.state == MailState.NEW:
            transaction.on_commit(lambda: ring(tasks.file_mail, mail.pk), robust=True)
    return mail


def _identity(raw: bytes, *, digest: str) -> tuple[str, str]:
    """Return the Message-ID, or what stands for it, and a digest of what follows the headers.

    On its way a mail gains headers (Received), and its line ends may change.
    """
    head = raw[:HEAD]
    end = re.search(rb"\r?\n\r?\n", head)
    found = MESSAGE_ID.search(head[: end.start() + 1] if end else head)
    body = raw[end.end() :] if end else raw
    content = hashlib.sha256(body.replace(b"\r\n", b"\n").rstrip()).hexdigest()
    return found[1].decode("ascii") if found else f"sha256:{digest}", content
