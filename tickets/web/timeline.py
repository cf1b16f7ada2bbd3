"""The history of a ticket as its requester may see it: no notes, no names of agents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.models import Event, Message, Screenshot, Ticket
from tickets.models.event import EventKind
from tickets.models.ticket import Status
from tickets.moments import in_words
from tickets.screenshots import shortly
from triage.advice import Advice
from triage.secrets import PLACEHOLDER

# What a change of status means to the requester, by (new status, cause); "" is every other
# cause. What is not here is not shown: an answer or an addition says it already.
CHANGES: dict[tuple[str, str], Promise] = {
    (Status.OPEN, "triaged"): _("Your report is in our staff's queue."),
    (Status.OPEN, "still_failing"): _("You told us that it still fails. Your report went to our staff."),
    (Status.OPEN, "hold_ended"): _("The time to try the steps is over. Your report went to our staff."),
    (Status.OPEN, "mail_failed"): _("Our e-mail did not reach you. Our staff will look for another way."),
    (Status.OPEN, ""): _("Your report went to our staff."),
    (Status.NEW, ""): _("Our staff has read your report. It goes on."),
    (Status.RESOLVED, "requester"): _("You told us that it works now."),
    (Status.RESOLVED, "assumed"): _("We have not heard from you, so we take it that it works now."),
    (Status.RESOLVED, ""): _("Our staff marked your report as solved."),
    (Status.CLOSED, ""): _("The report was closed."),
    (Status.OPEN, "merged"): _("We put another report of yours together with this one."),
    (Status.OPEN, "unmerged"): _("We took the reports apart again. This one is in our staff's queue."),
    (Status.OPEN, "unmerged_queued"): _("We took the reports apart again. This one is in our staff's queue."),
    (Status.SELF_FIX, "unmerged"): _("We took the reports apart again. This one goes on here."),
    (Status.PENDING, "unmerged"): _("We took the reports apart again. This one goes on here."),
    (Status.MERGED, ""): _("We put this report together with another one."),
}
UNSPOKEN = {"requester_wrote", "identity_received"}
# What of their proof of identity a requester sees; our answer says what came of it.
OF_IDENTITY: dict[str, Promise] = {
    EventKind.IDENTITY_WITHDRAWN: _("Our staff does not need proof of your identity any more."),
    EventKind.IDENTITY_RECEIVED: _("You sent proof of your identity."),
    EventKind.IDENTITY_DISCARDED: _("The proof of your identity was deleted."),
}
NUMBER = re.compile(r" \d+\]$")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the history. `kind` is submitted, requester, auto_reply, reply or change."""

    kind: str
    at: datetime
    when: str
    text: str | Promise = ""
    advice: Advice | None = None
    screenshots: list[Screenshot] = field(default_factory=list)


def timeline(ticket: Ticket, messages: Iterable[Message], moves: Iterable[Event]) -> list[Entry]:
    """Return the history, oldest first; `messages` are the ones for the requester."""
    pictures: dict[int | None, list[Screenshot]] = {}
    for screenshot in ticket.screenshots.all():
        pictures.setdefault(screenshot.message_id, []).append(screenshot)
    entries = [
        Entry(
            kind="submitted",
            at=ticket.created_at,
            when=in_words(ticket.created_at, zone=ticket.zone),
            text=_without_numbers(ticket.description),
            screenshots=pictures.get(None, []),
        ),
        *(_said(message, ticket, pictures.get(message.pk, [])) for message in messages),
        *_changes(ticket, moves),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _said(message: Message, ticket: Ticket, screenshots: list[Screenshot]) -> Entry:
    return Entry(
        kind=message.kind,
        at=message.created_at,
        when=in_words(message.created_at, zone=ticket.zone),
        text=_without_numbers(message.body),
        advice=Advice.from_json(message.advice) if message.advice else None,
        screenshots=screenshots,
    )


def _not_taken(event: Event) -> str:
    files = event.data.get("files", [])
    said = ", ".join(f"{file['what'] or '?'} ({shortly(file['because'])})" for file in files)
    return gettext("We could not take these attachments of your mail: %(files)s.") % {"files": said}


def _without_numbers(text: str) -> str:
    """Of a masked secret, the number by which an agent asks for it says nothing to the requester."""
    return PLACEHOLDER.sub(lambda match: NUMBER.sub("]", match.group()), text)


def _changes(ticket: Ticket, moves: Iterable[Event]) -> Iterator[Entry]:
    for event in moves:
        text = _change(event)
        if text:
            when = in_words(event.created_at, zone=ticket.zone)
            yield Entry(kind="change", at=event.created_at, when=when, text=text)


def _change(event: Event) -> str | Promise | None:
    if event.kind == EventKind.ATTACHMENTS_REFUSED:
        return _not_taken(event)
    if event.kind in OF_IDENTITY:
        return OF_IDENTITY[event.kind]
    after, because = event.data.get("after", ""), event.data.get("because", "")
    if because in UNSPOKEN:
        return None
    return CHANGES.get((after, because)) or CHANGES.get((after, ""))
