"""The token in the report form: which submission this is, when its page was made, and what led there."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing
from django.utils import timezone

SALT = "tickets.report-form"
MAX_AGE = timedelta(days=7)


@dataclass(frozen=True)
class Opening:
    """One opened report form."""

    key: uuid.UUID
    opened_at: datetime
    # What the platform said had failed, when it sent the visitor here (tickets/prefill.py).
    platform_error: str = ""


def new_token(*, platform_error: str = "") -> str:
    return signing.dumps([uuid.uuid4().hex, timezone.now().timestamp(), platform_error], salt=SALT)


def read_token(token: str) -> Opening | None:
    """Return what the token says, or None when it is missing, altered or older than MAX_AGE."""
    try:
        # A page that was opened before an upgrade says less.
        key, opened, *said = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return Opening(uuid.UUID(key), datetime.fromtimestamp(opened, UTC), *said)


def submission_key(opening: Opening, *, parts: list[str]) -> uuid.UUID:
    """Return the key of what was sent: the same form with the same content is the same submission.

    The content counts, because a browser's Back brings the old form with its old token: a
    second, different report sent from there must not vanish into the first one's ticket.
    """
    digest = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
    return uuid.uuid5(opening.key, digest)
