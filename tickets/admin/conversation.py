"""What happened on a ticket, in the order of time: the report, messages, and events between them.

With it what was written on the tickets that were merged into it, marked with their numbers;
their events stay on their own pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User

from tickets.admin.event_sentences import Names, sentence
from tickets.models import Event, Incident, Message, Screenshot, Ticket
from tickets.models.event import EventKind

# Their messages stand in the conversation themselves.
TOLD_BY_MESSAGES = {EventKind.SUBMITTED, EventKind.REPLIED, EventKind.NOTED, EventKind.INFORMED}
LOOKS = {EventKind.SCREENSHOT_VIEWED, EventKind.IDENTITY_VIEWED}
# Where the masked secrets of a ticket can be asked for, by their numbers; by ticket, for each counts from 1.
SecretPages = Mapping[int, Mapping[int, str]]


@dataclass
class Line:
    """An event, or a run of looks at pictures by one person."""

    event: Event
    text: str
    times: int = 1
    kind: str = "event"

    @property
    def at(self) -> datetime:
        return self.event.created_at


@dataclass
class Speech:
    """A message; `ticket` is the one that it was written to."""

    message: Message
    ticket: Ticket
    screenshots: list[Screenshot]
    secret_pages: Mapping[int, str] = field(default_factory=dict)
    kind: str = "message"

    @property
    def at(self) -> datetime:
        return self.message.created_at


@dataclass
class MergedReport:
    """What a ticket that was merged into this one began with."""

    ticket: Ticket
    secret_pages: Mapping[int, str]
    kind: str = "report"

    @property
    def at(self) -> datetime:
        return self.ticket.created_at


Entry = Line | Speech | MergedReport


def conversation(
    ticket: Ticket, *, merged: Sequence[Ticket], screenshots: Iterable[Screenshot], secrets: SecretPages
) -> list[Entry]:
    """Return what follows the report."""
    pictures: dict[int | None, list[Screenshot]] = {}
    for screenshot in screenshots:
        pictures.setdefault(screenshot.message_id, []).append(screenshot)
    tickets = {each.pk: each for each in (ticket, *merged)}
    messages = (
        Message.objects.filter(ticket__in=tickets).select_related("author").without_links().order_by("id")
    )
    speeches = [
        Speech(each, tickets[each.ticket_id], pictures.get(each.pk, []), secrets.get(each.ticket_id, {}))
        for each in messages
    ]
    reports = [MergedReport(each, secrets.get(each.pk, {})) for each in merged]
    events = ticket.events.select_related("actor").exclude(kind__in=TOLD_BY_MESSAGES).order_by("id")
    return sorted([*reports, *speeches, *_lines(list(events))], key=lambda entry: entry.at)


def _lines(events: list[Event]) -> list[Line]:
    names = Names(users=_users(events), incidents=_incidents(events), links=_links(events))
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
    is_look = event.kind == line.event.kind and event.kind in LOOKS
    return is_look and event.actor_id == line.event.actor_id


def _users(events: Iterable[Event]) -> dict[int, str]:
    """The names of those a ticket was handed to: one query, and none when it never was."""
    pks = {event.data.get("user") for event in events if event.kind == EventKind.ASSIGNED} - {None}
    users = User.objects.filter(pk__in=pks) if pks else []
    return {user.pk: user.get_full_name() or user.get_username() for user in users}


def _links(events: Iterable[Event]) -> dict[int, Message]:
    """The mails with a link: they say nothing, so that their event stands for them."""
    pks = {event.data.get("message") for event in events if event.kind == EventKind.LINK_MAILED}
    return Message.objects.in_bulk(pks) if pks else {}


def _incidents(events: Iterable[Event]) -> dict[int, str]:
    kinds = {EventKind.INCIDENT_LINKED, EventKind.INCIDENT_UNLINKED}
    pks = {event.data.get("incident") for event in events if event.kind in kinds} - {None}
    return dict(Incident.objects.filter(pk__in=pks).values_list("pk", "title")) if pks else {}
