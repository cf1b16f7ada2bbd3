"""Links by which proof of identity is sent: made from the key whenever one is mailed, and stored nowhere."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from tickets import digests
from tickets.links import BadLink
from tickets.models import IdentityRequest, Message
from tickets.models.message import IDENTITY

PURPOSE = "tickets.identity-link"
DIGITS = 32  # hexadecimal: 128 bits


def token_for(asked: IdentityRequest) -> str:
    return digests.digest_of(asked.public_id.hex, purpose=PURPOSE)[:DIGITS]


def find(public_id: uuid.UUID, token: str) -> IdentityRequest:
    """Return the request that the link is for, whatever has become of it; raises BadLink."""
    known = [each[:DIGITS] for each in digests.digests_of(public_id.hex, purpose=PURPOSE)]
    if not any(constant_time_compare(token, each) for each in known):
        raise BadLink
    asked = IdentityRequest.objects.select_related("ticket").filter(public_id=public_id).first()
    if asked is None:
        raise BadLink
    return asked


def path_of(asked: IdentityRequest) -> str:
    return reverse("identity", args=[asked.public_id, token_for(asked)])


def url_in(message: Message) -> str:
    """Return the address that a mail asks for proof by; "" for every other mail."""
    asked = _asked_by(message)
    return f"{settings.SITE_URL}{path_of(asked)}" if asked else ""


def masked_url_in(message: Message) -> str:
    """The same with its token hidden: only the requester may act by it."""
    asked = _asked_by(message)
    return f"{settings.SITE_URL}{reverse('identity', args=[asked.public_id, '***'])}" if asked else ""


def _asked_by(message: Message) -> IdentityRequest | None:
    if message.topic != IDENTITY:
        return None
    return IdentityRequest.objects.filter(message=message).first()
