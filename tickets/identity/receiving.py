"""A requester sends proof of identity: once, and sealed before it is written."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tickets import disk, identity_files, joining, lifecycle
from tickets.actors import REQUESTER
from tickets.identity.asking import NotOpen
from tickets.models import IdentityFile, IdentityRequest, Ticket
from tickets.models.event import EventKind
from tickets.models.ticket import Status
from tickets.submission import Attachment

MOST = 2  # pictures: both sides of one card
# Nobody works on these any more.
OVER = {Status.CLOSED, Status.SPAM}


def is_wanted(asked: IdentityRequest) -> bool:
    """False once the report has ended: then the link is dead, whatever its date says."""
    ticket = asked.ticket
    return (ticket.merged_into or ticket).status not in OVER


def receive(asked: IdentityRequest, pictures: Sequence[Attachment]) -> None:
    """Keep the pictures, checked at the door, and bring the ticket before the agents.

    Of several that come at once by one link, one is kept. Raises screenshots.ScreenshotsRejected,
    and NotOpen; then nothing is kept.
    """
    sealed = identity_files.clean_and_seal([(each.name, _content(each)) for each in pictures])
    kept = disk.kept_with_rows(sealed, store=identity_files.store, discard=identity_files.discard)
    with kept as paths, transaction.atomic():
        ticket, heard = joining.lock_where_heard(asked.ticket)
        if heard.status in OVER or not _use(asked):
            raise NotOpen
        IdentityFile.objects.bulk_create(
            IdentityFile(
                request=asked,
                number=number,
                path=path,
                format=picture.cleaned.format,
                width=picture.cleaned.width,
                height=picture.cleaned.height,
                size=picture.cleaned.size,
            )
            for number, (picture, path) in enumerate(zip(sealed, paths, strict=True), start=1)
        )
        lifecycle.record(
            ticket, EventKind.IDENTITY_RECEIVED, by=REQUESTER, request=asked.pk, count=len(sealed)
        )
        _bring_to_agents(heard)


def _content(picture: Attachment) -> bytes:
    picture.file.seek(0)
    return picture.file.read()


def _use(asked: IdentityRequest) -> bool:
    now = timezone.now()
    mine = IdentityRequest.objects.open().filter(pk=asked.pk)
    return bool(mine.update(used_at=now, delete_after_at=now + settings.IDENTITY_UNDECIDED_KEPT))


def _bring_to_agents(heard: Ticket) -> None:
    if heard.status in {Status.SELF_FIX, Status.PENDING, Status.RESOLVED}:
        lifecycle.put_in_queue(heard, because="identity_received", by=REQUESTER)
