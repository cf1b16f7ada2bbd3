"""The answer of ours that still holds: what the status page and the API show first."""

from __future__ import annotations

from collections.abc import Iterable

from tickets.models import Event, Message
from tickets.models.message import FOR_MAILBOX_ONLY, MessageKind

# The moves that leave the advice as good as it was: triage's own, an agent's hold, and a merge that was
# undone before anything else had happened.
AS_GOOD_AS_BEFORE = {"triaged", "", "unmerged"}


def standing_answer(messages: Iterable[Message], moves: Iterable[Event]) -> Message | None:
    """Return what we said last, as long as it holds.

    Advice is only good until something has happened: nobody who said that it failed may be
    told again to wait. `moves` are all the ticket's, not the last one: an agent may hold what
    the requester has said failed.
    """
    said = (message for message in messages if message.kind != MessageKind.REQUESTER)
    ours = [message for message in said if message.topic not in FOR_MAILBOX_ONLY]
    if not ours or not ours[-1].advice:
        return ours[-1] if ours else None
    becauses = [move.data.get("because") for move in moves]
    is_fresh = bool(becauses) and all(because in AS_GOOD_AS_BEFORE for because in becauses)
    return ours[-1] if is_fresh else None
