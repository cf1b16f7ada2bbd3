"""What happened on a ticket, in the order of time: the report, messages, and events between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User

from tickets.admin.event_sentences import Names, sentence
from tickets.models import Event, Incident, Message, Screenshot, Ticket
from tickets.models.event import EventKind

# Their messages stand in the conversation themselves.
TOLD_BY_MESSAGES = {EventKind.SUBMITTED, EventKind.REPLIED, EventKind.NOTED, EventKind.INFORMED}


@dataclass
class Line:
    """An event, or a run of looks at screenshots by one person."""

    event: Event
    text: str
    times: int = 1
    kind: str = "event"

    @property
    def at(self) -> datetime:
        return self.event.created_at


@dataclass
class Speech:
    """A message."""

    message: Message
    screenshots: list[Screenshot]
    kind: str = "message"

    @property
    def at(self) -> datetime:
        return self.message.created_at


def conversation(ticket: Ticket, *, screenshots: list[Screenshot]) -> list[Line | Speech]:
    """Return what follows the report."""
    messages = ticket.messages.select_related("author").order_by("id")
    speeches = [Speech(each, [s for s in screenshots if s.message_id == each.pk]) for each in messages]
    events = ticket.events.select_related("actor").exclude(kind__in=TOLD_BY_MESSAGES).order_by("id")
    return sorted([*speeches, *_lines(list(events))], key=lambda entry: entry.at)


def _lines(events: list[Event]) -> list[Line]:
    names = Names(users=_users(events), incidents=_incidents(events))
    lines: list[Line] = []
    for event in events:
        text = sentence(event, names=names)
        if lines and _is_again(lines[-1], event):
            lines[-1].times += 1
        else:
            lines.append(Line(event, text))
    return lines


def _is_again(line: Line, event: Event) -> bool:
    # Looks only: between two equal moves something was said.
    is_look = event.kind == line.event.kind == EventKind.SCREENSHOT_VIEWED
    return is_look and event.actor_id == line.event.actor_id


def _users(events: Iterable[Event]) -> dict[int, str]:
    """The names of those a ticket was handed to: one query, and none when it never was."""
    pks = {event.data.get("user") for event in events if event.kind == EventKind.ASSIGNED} - {None}
    users = User.objects.filter(pk__in=pks) if pks else []
    return {user.pk: user.get_full_name() or user.get_username() for user in users}


def _incidents(events: Iterable[Event]) -> dict[int, str]:
    kinds = {EventKind.INCIDENT_LINKED, EventKind.INCIDENT_UNLINKED}
    pks = {event.data.get("incident") for event in events if event.kind in kinds} - {None}
    return dict(Incident.objects.filter(pk__in=pks).values_list("pk", "title")) if pks else {}
