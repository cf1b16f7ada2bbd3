"""A lead looks at proof of identity, which is written down each time, and decides."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from tickets import desk, identity_files, lifecycle
from tickets.actors import agent
from tickets.models import IdentityFile, IdentityLook, IdentityRequest
from tickets.models.event import EventKind
from tickets.models.identity import IdentityDecision


class AlreadyDecided(Exception):
    """Somebody has decided, or the pictures are gone."""

    def __init__(self, asked: IdentityRequest):
        super().__init__(asked.pk)
        self.asked = asked


def look(picture: IdentityFile, *, ip_address: str | None, by: User) -> bytes:
    """Return the picture, and write down that this person has seen it, from where; each time.

    Raises FileNotFoundError, and sealing.Unreadable; then nothing was seen and nothing is written.
    """
    content = identity_files.read(picture.path)
    asked = picture.request
    with transaction.atomic():
        IdentityLook.objects.create(request=asked, number=picture.number, by=by, ip_address=ip_address)
        lifecycle.record(
            asked.ticket, EventKind.IDENTITY_VIEWED, by=agent(by), request=asked.pk, number=picture.number
        )
    return content


def decide(asked: IdentityRequest, *, decision: IdentityDecision, words: str, by: User) -> None:
    """Say whether the proof fits the account; `words` become a note. Raises AlreadyDecided.

    The pictures go settings.IDENTITY_KEPT later. Nothing is told to the requester: an agent answers.
    """
    with transaction.atomic():
        ticket = lifecycle.lock(asked.ticket)
        now = timezone.now()
        won = (
            IdentityRequest.objects.to_decide()
            .filter(pk=asked.pk)
            .update(
                decision=decision,
                decided_at=now,
                decided_by=by,
                delete_after_at=now + settings.IDENTITY_KEPT,
            )
        )
        if not won:
            raise AlreadyDecided(IdentityRequest.objects.get(pk=asked.pk))
        note = desk.write_note(ticket, body=words, by=by) if words else None
        lifecycle.record(
            ticket,
            EventKind.IDENTITY_DECIDED,
            by=agent(by),
            request=asked.pk,
            decision=decision,
            note=note.pk if note else None,
        )
