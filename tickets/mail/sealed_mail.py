"""The bytes of a mail at rest: packed, because mail is half blanks and base64, then sealed."""

from __future__ import annotations

import zlib

from django.conf import settings
from django.utils import timezone

from tickets import sealing
from tickets.models import IncomingMail, RawMail
from tickets.models.incoming_mail import MailState

DISCARDED_AT_ONCE = 500


class Gone(Exception):
    """The bytes are not kept any more, or no key opens their seal."""


def keep_raw(mail: IncomingMail, raw: bytes) -> None:
    # Level 1: a photograph gains nothing by more, and somebody waits for the commit.
    RawMail.objects.create(mail=mail, sealed=sealing.seal_bytes(zlib.compress(raw, 1)))


def read_raw(mail: IncomingMail) -> bytes:
    """Return the mail as it came; raises Gone."""
    try:
        return zlib.decompress(sealing.unseal_bytes(bytes(mail.raw.sealed)))
    except (RawMail.DoesNotExist, sealing.Unreadable, zlib.error) as error:
        raise Gone from error


def discard_old() -> int:
    """Remove the bytes of mail that was filed or kept long ago; return of how many.

    What needs attention stays until somebody has given it.
    """
    before = timezone.now() - settings.INCOMING_KEPT
    old = RawMail.objects.filter(mail__ended_at__lt=before).exclude(mail__state=MailState.UNREADABLE)
    pks = list(old.values_list("pk", flat=True)[:DISCARDED_AT_ONCE])
    return RawMail.objects.filter(pk__in=pks).delete()[0]
